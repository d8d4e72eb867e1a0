internal import LinAlg

/// What is remembered of one or two series of an asset: a window of them, or exponential moments of all there were.
///
/// The latest `skip` observations wait before they count. The latest observation can be revoked, also after it counted.
public struct SeriesState: SavedState {
  /// The window with the waiting observations at its end, or those waiting alone.
  private var x: ObservationWindow
  private var y: ObservationWindow?
  /// The moments up to the latest that counts, and those before it.
  private var moments = ExponentialMoments()
  private var earlier = ExponentialMoments()
  /// The periods so far.
  private(set) var age = 0

  /// Makes a state before the first period.
  init(_ lookBack: LookBack, hasPair: Bool) {
    let count = (lookBack.window ?? 1) + lookBack.skip
    x = ObservationWindow(count: count)
    y = hasPair ? ObservationWindow(count: count) : nil
  }

  /// Takes in a period; NaN is a missing observation.
  mutating func append(_ valueX: Double, _ valueY: Double, revokesLast: Bool, _ lookBack: LookBack) {
    if revokesLast, age > 0 {
      x.revokeLast()
      if lookBack.window == nil, lookBack.skip == 0 {
        moments = earlier
        moments.append(.nan, .nan, decay: lookBack.decay)
      }
    }
    x.append(valueX)
    y?.append(valueY)
    age += 1
    guard lookBack.window == nil else { return }
    earlier = moments
    let known = x[lookBack.skip]
    moments.append(known, y?[lookBack.skip] ?? known, decay: lookBack.decay)
  }

  /// The weighted mean of the first series, the sum of weights, and the number of observations.
  func mean(_ lookBack: LookBack) -> (mean: Double, weight: Double, count: Int) {
    guard lookBack.window != nil else { return (moments.meanX, moments.weight, moments.count) }
    let (weight, sum, count) = WindowSums.sums(lookBack.weights.span, x.values(skipping: lookBack.skip))
    return (sum / weight, weight, count)
  }

  /// The weighted variance of the first series about its weighted mean, or about 0.
  func variance(_ lookBack: LookBack) -> (variance: Double, mean: Double, count: Int) {
    guard lookBack.window != nil else {
      return (moments.squaresX / moments.weight, moments.meanX, moments.count)
    }
    let (mean, weight, count) = mean(lookBack)
    let squares = WindowSums.squares(lookBack.weights.span, x.values(skipping: lookBack.skip), center: mean)
    return (squares / weight, mean, count)
  }

  /// The weighted regression of the first series on the second.
  func regression(_ lookBack: LookBack) -> (slope: Double, residualVariance: Double, count: Int) {
    guard lookBack.window != nil, let y else {
      let slope = moments.products / moments.squaresY
      let residual = max(0, moments.squaresX - slope * moments.products) / moments.weight
      return (slope, residual, moments.count)
    }
    let w = lookBack.weights.span
    let xs = x.values(skipping: lookBack.skip)
    let ys = y.values(skipping: lookBack.skip)
    let sums = WindowSums.pairSums(w, xs, ys)
    let centerX = sums.x / sums.weight
    let centerY = sums.y / sums.weight
    let products = WindowSums.pairProducts(w, xs, ys, centerX: centerX, centerY: centerY)
    let slope = products.xy / products.yy
    let residual = WindowSums.residualSquares(w, xs, ys, intercept: centerX - slope * centerY, slope: slope)
    return (slope, residual / sums.weight, sums.count)
  }

  /// The window without the latest `skip`, the oldest first.
  @_lifetime(borrow self)
  func values(_ lookBack: LookBack) -> Span<Double> { x.values(skipping: lookBack.skip) }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    x.save(to: &writer)
    writer.write(y != nil)
    y?.save(to: &writer)
    moments.save(to: &writer)
    earlier.save(to: &writer)
    writer.write(age)
  }

  /// Reads the state.
  public init(from reader: inout StateReader) throws(StateError) {
    x = try ObservationWindow(from: &reader)
    y = try reader.readBool() ? ObservationWindow(from: &reader) : nil
    moments = try ExponentialMoments(from: &reader)
    earlier = try ExponentialMoments(from: &reader)
    age = try reader.readInt()
  }
}

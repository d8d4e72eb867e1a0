internal import LinAlg

/// What is remembered of one or two series of an asset: a window of them, or exponential moments of all there were.
///
/// The latest `skip` observations wait before they count. The latest observation can be revoked, also after it
/// counted: moments then go back to those before it, exactly.
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

  /// The weighted variance of the first series about its weighted mean.
  func variance(_ lookBack: LookBack) -> (variance: Double, mean: Double, count: Int) {
    guard lookBack.window != nil else {
      return (moments.squaresX / moments.weight, moments.meanX, moments.count)
    }
    let (mean, weight, count) = mean(lookBack)
    let squares = WindowSums.squares(lookBack.weights.span, x.values(skipping: lookBack.skip), center: mean)
    return (squares / weight, mean, count)
  }

  /// The slope of the weighted regression of the first series on the second, NaN where the second does not vary.
  func slope(_ lookBack: LookBack) -> (slope: Double, count: Int) {
    let (line, _, count) = line(lookBack)
    return (line.slope, count)
  }

  /// The weighted mean of the squared residuals of the first series' regression on the second.
  func residualVariance(_ lookBack: LookBack) -> (variance: Double, count: Int) {
    guard lookBack.window != nil, let y else {
      let (line, weight, count) = line(lookBack)
      return (max(0, moments.squaresX - line.slope * moments.products) / weight, count)
    }
    let (line, weight, count) = line(lookBack)
    let squares = WindowSums.residualSquares(
      lookBack.weights.span, x.values(skipping: lookBack.skip), y.values(skipping: lookBack.skip),
      intercept: line.intercept, slope: line.slope)
    return (squares / weight, count)
  }

  /// The line of the weighted regression, the sum of weights and the number of pairs.
  private func line(
    _ lookBack: LookBack
  ) -> (line: (intercept: Double, slope: Double), weight: Double, count: Int) {
    var weight = moments.weight
    var (meanX, meanY) = (moments.meanX, moments.meanY)
    var (products, squares) = (moments.products, moments.squaresY)
    var count = moments.count
    if lookBack.window != nil, let y {
      let w = lookBack.weights.span
      let xs = x.values(skipping: lookBack.skip)
      let ys = y.values(skipping: lookBack.skip)
      let sums = WindowSums.pairSums(w, xs, ys)
      (weight, count) = (sums.weight, sums.count)
      (meanX, meanY) = (sums.x / weight, sums.y / weight)
      (products, squares) = WindowSums.pairProducts(w, xs, ys, centerX: meanX, centerY: meanY)
    }
    // Equal values have deviations of a few roundings of their mean, whose ratio means nothing.
    let rounding = meanY * 0x1p-44
    let slope = squares > weight * rounding * rounding ? products / squares : .nan
    return ((meanX - slope * meanY, slope), weight, count)
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
    age = try reader.readInt(in: 0..<Int.max, "a number of periods")
  }
}

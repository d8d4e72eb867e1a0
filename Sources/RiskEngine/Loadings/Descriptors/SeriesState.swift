internal import LinAlg

/// What is remembered of one or two series of an asset: a window of them, or exponential moments of all there were.
///
/// The latest `skip` observations wait before they count. The latest observation can be revoked.
public struct SeriesState: SavedState {
  /// The window with the waiting observations at its end, or those waiting alone.
  var x: ObservationWindow
  var y: ObservationWindow?
  /// The moments up to the latest that counts, and those before it; of none where there is a window.
  var moments = ExponentialMoments()
  var earlier = ExponentialMoments()
  /// The periods so far.
  var age = 0

  /// Makes a state before the first period.
  init(_ lookBack: LookBack, hasPair: Bool) {
    let count = (lookBack.window ?? 1) + lookBack.skip
    x = ObservationWindow(count: count)
    y = hasPair ? ObservationWindow(count: count) : nil
  }

  /// Takes in a period of a window; NaN is a missing observation.
  mutating func append(_ valueX: Double, _ valueY: Double, revokesLast: Bool) {
    if revokesLast, age > 0 { x.revokeLast() }
    x.append(valueX)
    y?.append(valueY)
    age += 1
  }

  /// The window without the latest `skip`, the oldest first.
  @_lifetime(borrow self)
  func values(_ lookBack: LookBack) -> Span<Double> { x.values(skipping: lookBack.skip) }

  /// The weighted mean of the first series over the window, the sum of weights, and the number of observations.
  func mean(_ lookBack: LookBack) -> (mean: Double, weight: Double, count: Int) {
    let values = values(lookBack)
    if x.isWhole {
      let weight = lookBack.totalWeight
      return (WindowSums.wholeSum(lookBack.weights.span, values) / weight, weight, values.count)
    }
    let (weight, sum, count) = WindowSums.sums(lookBack.weights.span, values)
    return (sum / weight, weight, count)
  }

  /// The weighted variance of the first series about its weighted mean over the window, and the number of observations.
  func variance(_ lookBack: LookBack) -> (variance: Double, count: Int) {
    let (mean, weight, count) = mean(lookBack)
    let (w, values) = (lookBack.weights.span, values(lookBack))
    return (WindowSums.squares(w, values, center: mean, isWhole: x.isWhole) / weight, count)
  }

  /// The sum of the observations of some periods of the window, whose weights are 1, and their number.
  func sum(_ ones: Span<Double>, _ periods: Span<Double>) -> (sum: Double, count: Int) {
    if x.isWhole { return (WindowSums.wholeSum(ones, periods), periods.count) }
    let (_, sum, count) = WindowSums.sums(ones, periods)
    return (sum, count)
  }

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

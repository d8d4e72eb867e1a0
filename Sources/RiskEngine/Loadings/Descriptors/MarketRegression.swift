/// Statistics of the exponentially weighted regression of an asset's excess return on the market's, over the periods in
/// which both are known; missing where the market's return does not vary.
struct MarketRegression: Descriptor {
  /// What of the regression.
  enum Statistic: Sendable {
    /// The slope: beta.
    case slope
    /// The standard deviation of the residual.
    case residualDeviation
    /// The slope over the periods in which the market earned less than the risk-free rate (Ang, Chen and Xing, 2006,
    /// who also cut at the market's mean).
    case downsideSlope
  }

  let statistic: Statistic
  let lookBack: LookBack
  /// Whether the slope of a history with fewer observations than the window is pulled to 1, by the share that lacks.
  let shrinks: Bool

  var fields: [FieldName] { [] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: true) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let isCounted = statistic != .downsideSlope || day.marketReturn < 0
    state.append(
      isCounted ? day.excessReturn : .nan, isCounted ? day.marketReturn : .nan,
      revokesLast: day.isPreviousReturnRevoked, lookBack)
    guard day.isPresent else { return .nan }
    let leastCount = max(lookBack.minimumCount, 2)
    switch statistic {
    case .residualDeviation:
      let (variance, count) = state.residualVariance(lookBack)
      return count >= leastCount ? variance.squareRoot() : .nan
    case .slope, .downsideSlope:
      let (slope, count) = state.slope(lookBack)
      guard count >= leastCount else { return .nan }
      guard shrinks, let window = lookBack.window, count < window else { return slope }
      let missing = 1 - Double(count) / Double(window)
      return (1 - missing) * slope + missing
    }
  }
}

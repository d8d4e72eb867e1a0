/// Statistics of the exponentially weighted regression of an asset's excess return on the market's.
struct MarketRegression: Descriptor {
  /// What of the regression.
  enum Statistic: Sendable {
    /// The slope: beta.
    case slope
    /// The standard deviation of the residual.
    case residualDeviation
    /// The slope over the periods in which the market lost (Ang, Chen and Xing, 2006).
    case downsideSlope
  }

  let statistic: Statistic
  let lookBack: LookBack
  /// Whether the slope of a history shorter than the window is pulled to 1.
  let shrinks: Bool

  var fields: [FieldName] { [] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: true) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let isCounted = statistic != .downsideSlope || day.marketReturn < 0
    state.append(
      isCounted ? day.excessReturn : .nan, isCounted ? day.marketReturn : .nan,
      revokesLast: day.isPreviousReturnRevoked, lookBack)
    guard day.isPresent else { return .nan }
    let (slope, residual, count) = state.regression(lookBack)
    guard count >= max(lookBack.minimumCount, 2), slope.isFinite else { return .nan }
    switch statistic {
    case .residualDeviation: return residual.squareRoot()
    case .slope, .downsideSlope:
      guard shrinks, let window = lookBack.window, count < window else { return slope }
      let missing = 1 - Double(count) / Double(window)
      return (1 - missing) * slope + missing
    }
  }
}

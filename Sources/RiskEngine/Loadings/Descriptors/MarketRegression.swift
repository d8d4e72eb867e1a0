/// Statistics of the exponentially weighted regression of an asset's excess return on the market's, over the periods in
/// which both are known; missing where the market's return does not vary.
struct MarketRegression: LaneDescriptor {
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

  func initialState() -> SeriesLanes { SeriesLanes(lookBack, hasPair: true) }

  @inline(__always)
  func values(_ state: inout SeriesLanes, _ day: LaneDay) -> Lanes {
    if statistic != .downsideSlope || day.marketReturn < 0 {
      state.append(day.excessReturn, Lanes(repeating: day.marketReturn), day)
    } else {
      state.append(Lanes(repeating: .nan), Lanes(repeating: .nan), day)
    }
    let leastCount = Double(max(lookBack.minimumCount, 2))
    switch statistic {
    case .residualDeviation:
      let (variance, count) = state.residualVariance(day)
      return variance.squareRoots.keeping(where: count .>= leastCount)
    case .slope, .downsideSlope:
      let (slope, count) = state.slope(day)
      let known = slope.keeping(where: count .>= leastCount)
      guard shrinks, let window = lookBack.window else { return known }
      let missing = 1 - count / Double(window)
      return known.replacing(with: (1 - missing) * known + missing, where: count .< Double(window))
    }
  }
}

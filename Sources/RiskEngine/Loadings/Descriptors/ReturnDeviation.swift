/// The exponentially weighted standard deviation of an asset's excess return, or of its losses from zero.
struct ReturnDeviation: LaneDescriptor {
  let lookBack: LookBack
  /// Whether only losses count, as deviations from zero (Sortino and van der Meer, 1991).
  let isDownside: Bool

  var fields: [FieldName] { [] }

  func initialState() -> SeriesLanes { SeriesLanes(lookBack, hasPair: false) }

  @inline(__always)
  func values(_ state: inout SeriesLanes, _ day: LaneDay) -> Lanes {
    let excess = day.excessReturn
    guard isDownside else {
      state.append(excess, day)
      let (variance, count) = state.variance(day)
      return variance.squareRoots.keeping(where: count .>= Double(max(lookBack.minimumCount, 2)))
    }
    // The mean of squared losses is the square of the deviation.
    state.append((excess * 0).replacing(with: excess * excess, where: excess .< 0), day)
    let (mean, count) = state.mean(day)
    return mean.squareRoots.keeping(where: count .>= Double(lookBack.minimumCount))
  }
}

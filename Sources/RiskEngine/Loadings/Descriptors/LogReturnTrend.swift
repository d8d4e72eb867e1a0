/// The exponentially weighted sum of log excess returns: momentum and its kin.
///
/// With a window of `T` periods after `skip` it is `T Σ ω l`, weights normalized over the observed periods, so that a
/// short history is not pulled to zero; without a window `T` is a year.
struct LogReturnTrend: LaneDescriptor {
  /// Whose returns.
  enum Series: Sendable {
    /// The asset's own.
    case asset
    /// Those of its industry (Moskowitz and Grinblatt, 1999).
    case industry
  }

  let series: Series
  let lookBack: LookBack
  /// 1, or −1 where a high value is a low past return.
  let sign: Double
  /// The periods of a year.
  let year: Int

  var fields: [FieldName] { [] }

  var usesIndustryReturns: Bool { series == .industry }

  func missing(from available: Set<FieldName>) -> [FieldName] {
    series == .industry && !available.contains(.industry) ? [.industry] : []
  }

  func initialState() -> SeriesLanes { SeriesLanes(lookBack, hasPair: false) }

  @inline(__always)
  func values(_ state: inout SeriesLanes, _ day: LaneDay) -> Lanes {
    switch series {
    case .asset: state.append(day.logExcessReturn, day)
    case .industry:
      let log = PortableMath.log(1 + day.industryReturn).keeping(where: day.industryReturn .> -1)
      state.append(log, day, revokes: false)
    }
    let (mean, count) = state.mean(day)
    return (sign * mean * Double(lookBack.window ?? year))
      .keeping(where: count .>= Double(max(lookBack.minimumCount, 1)))
  }
}

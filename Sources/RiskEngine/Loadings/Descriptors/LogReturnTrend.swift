/// The exponentially weighted sum of log excess returns: momentum and its kin.
///
/// With a window of `T` periods after `skip` it is `T Σ ω l`, weights normalized over the observed periods, so that a
/// short history is not pulled to zero; without a window `T` is a year.
struct LogReturnTrend: Descriptor {
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

  func missing(from available: Set<FieldName>) -> [FieldName] {
    series == .industry && !available.contains(.industry) ? [.industry] : []
  }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let log: Double
    switch series {
    case .asset: log = day.logExcessReturn
    case .industry: log = day.industryReturn > -1 ? PortableMath.log(1 + day.industryReturn) : .nan
    }
    state.append(log, log, revokesLast: series == .asset && day.isPreviousReturnRevoked, lookBack)
    guard day.isPresent else { return .nan }
    let (mean, _, count) = state.mean(lookBack)
    guard count >= lookBack.minimumCount, count > 0 else { return .nan }
    return sign * mean * Double(lookBack.window ?? year)
  }
}

extension AssetDay {
  /// `ln(1 + R) − ln(1 + R_f)`, or NaN.
  var logExcessReturn: Double {
    guard totalReturn > -1 else { return .nan }
    return PortableMath.log(1 + totalReturn) - (riskFreeReturn == 0 ? 0 : PortableMath.log(1 + riskFreeReturn))
  }
}

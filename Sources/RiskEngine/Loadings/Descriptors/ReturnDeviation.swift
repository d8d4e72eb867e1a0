/// The exponentially weighted standard deviation of an asset's excess return, or of its losses from zero.
struct ReturnDeviation: Descriptor {
  let lookBack: LookBack
  /// Whether only losses count, as deviations from zero (Sortino and van der Meer, 1991).
  let isDownside: Bool

  var fields: [FieldName] { [] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let excess = day.excessReturn
    // The mean of squared losses is the square of the deviation.
    let observed = isDownside ? (excess < 0 ? excess * excess : excess * 0) : excess
    state.append(observed, observed, revokesLast: day.isPreviousReturnRevoked, lookBack)
    guard day.isPresent else { return .nan }
    if isDownside {
      let (mean, _, count) = state.mean(lookBack)
      return count >= lookBack.minimumCount ? mean.squareRoot() : .nan
    }
    let (variance, _, count) = state.variance(lookBack)
    return count >= max(lookBack.minimumCount, 2) ? variance.squareRoot() : .nan
  }
}

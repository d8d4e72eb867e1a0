/// The log of the mean of `|R| / traded value` (Amihud, 2002).
struct AmihudIlliquidity: Descriptor {
  let lookBack: LookBack

  var fields: [FieldName] { [.close, .volume] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let traded = day[0] * day[1]
    let impact = traded > 0 ? abs(day.totalReturn) / traded : .nan
    state.append(impact, impact, revokesLast: day.isPreviousReturnRevoked, lookBack)
    guard day.isPresent else { return .nan }
    let (mean, _, count) = state.mean(lookBack)
    return count >= lookBack.minimumCount && mean > 0 ? PortableMath.log(mean) : .nan
  }
}

/// Shares sold short over the mean volume of the last month.
struct DaysToCover: Descriptor {
  let lookBack: LookBack

  var fields: [FieldName] { [.shortInterest, .volume] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    state.append(day[1], day[1], revokesLast: false, lookBack)
    guard day.isPresent else { return .nan }
    let (mean, _, count) = state.mean(lookBack)
    return count >= lookBack.minimumCount && mean > 0 ? day[0] / mean : .nan
  }
}

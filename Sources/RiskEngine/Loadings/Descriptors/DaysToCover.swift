/// Shares sold short over the mean volume of the last month.
struct DaysToCover: LaneDescriptor {
  let lookBack: LookBack

  var fields: [FieldName] { [.shortInterest, .volume] }

  func initialState() -> SeriesLanes { SeriesLanes(lookBack, hasPair: false) }

  func values(_ state: inout SeriesLanes, _ day: LaneDay) -> Lanes {
    state.append(day.fields[1], day, revokes: false)
    let (mean, count) = state.mean(day)
    return (day.fields[0] / mean).keeping(where: (count .>= Double(lookBack.minimumCount)) .& (mean .> 0))
  }
}

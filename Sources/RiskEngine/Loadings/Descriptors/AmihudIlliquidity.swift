/// The log of the mean of `|R| / traded value` (Amihud, 2002).
struct AmihudIlliquidity: LaneDescriptor {
  let lookBack: LookBack

  var fields: [FieldName] { [.close, .volume] }

  func initialState() -> SeriesLanes { SeriesLanes(lookBack, hasPair: false) }

  func values(_ state: inout SeriesLanes, _ day: LaneDay) -> Lanes {
    let traded = day.fields[0] * day.fields[1]
    state.append((day.totalReturn.magnitudes / traded).keeping(where: traded .> 0), day)
    let (mean, count) = state.mean(day)
    return PortableMath.log(mean).keeping(where: (count .>= Double(lookBack.minimumCount)) .& (mean .> 0))
  }
}

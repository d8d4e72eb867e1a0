/// The log of the mean monthly turnover over some months: `ln (1/K) Σ_k Σ_{month k} V/S`.
///
/// A month in which some periods have no volume counts with the mean of the others, times its length.
struct ShareTurnover: Descriptor, RunnableDescriptor {
  let lookBack: LookBack
  /// The periods of a month.
  let month: Int

  var fields: [FieldName] { [.volume, .shares] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let turnover = day[1] > 0 ? day[0] / day[1] : .nan
    state.append(turnover, turnover, revokesLast: false)
    guard day.isPresent, let window = lookBack.window else { return .nan }
    let values = state.values(lookBack)
    // There is no half-life: all weights are 1.
    let ones = lookBack.weights.span.extracting(0..<month)
    var total = 0.0
    var months = 0
    var observed = 0
    var end = window
    while end >= month {
      let (sum, count) = state.sum(ones, values.extracting(end - month..<end))
      observed += count
      if count > 0 {
        total += sum / Double(count) * Double(month)
        months += 1
      }
      end -= month
    }
    guard observed >= lookBack.minimumCount, months > 0, total > 0 else { return .nan }
    return PortableMath.log(total / Double(months))
  }
}

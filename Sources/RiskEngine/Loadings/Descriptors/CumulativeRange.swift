/// The range of the cumulative log excess return over the months of the window.
///
/// Of `Z(k)`, the sum over the latest `k` months of `month` periods each, it is the largest less the smallest. A missing
/// return adds nothing.
struct CumulativeRange: Descriptor {
  let lookBack: LookBack
  /// The periods of a month.
  let month: Int

  var fields: [FieldName] { [] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let log = day.logExcessReturn
    state.append(log, log, revokesLast: day.isPreviousReturnRevoked, lookBack)
    guard day.isPresent, let window = lookBack.window else { return .nan }
    let values = state.values(lookBack)
    var sum = 0.0
    var count = 0
    var largest = -Double.infinity
    var smallest = Double.infinity
    for age in 0..<window {
      let value = values[window - 1 - age]
      if value.isFinite {
        sum += value
        count += 1
      }
      if (age + 1) % month == 0 {
        largest = max(largest, sum)
        smallest = min(smallest, sum)
      }
    }
    return count >= lookBack.minimumCount ? largest - smallest : .nan
  }
}

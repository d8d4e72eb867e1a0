/// The range of the cumulative log excess return over the months of the window.
///
/// Of `Z(k)`, the sum over the latest `k` months of `month` periods each, it is the largest less the smallest. A missing
/// return adds nothing.
struct CumulativeRange: Descriptor, RunnableDescriptor {
  let lookBack: LookBack
  /// The periods of a month.
  let month: Int

  var fields: [FieldName] { [] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let log = day.logExcessReturn
    state.append(log, log, revokesLast: day.isPreviousReturnRevoked)
    guard day.isPresent, let window = lookBack.window else { return .nan }
    let values = state.values(lookBack)
    // There is no half-life: all weights are 1.
    let ones = lookBack.weights.span.extracting(0..<month)
    var sum = 0.0
    var count = 0
    var largest = -Double.infinity
    var smallest = Double.infinity
    var end = window
    while end >= month {
      let (monthSum, monthCount) = state.sum(ones, values.extracting(end - month..<end))
      sum += monthSum
      count += monthCount
      largest = max(largest, sum)
      smallest = min(smallest, sum)
      end -= month
    }
    // The oldest periods, where the window is no whole number of months, are counted only.
    for index in 0..<end where values[index].isFinite { count += 1 }
    return count >= lookBack.minimumCount ? largest - smallest : .nan
  }
}

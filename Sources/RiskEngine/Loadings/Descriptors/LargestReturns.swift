/// The mean of the five largest returns of the last month (Bali, Cakici and Whitelaw, 2011).
struct LargestReturns: Descriptor {
  let lookBack: LookBack

  private static let largestCount = 5

  var fields: [FieldName] { [] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    state.append(day.totalReturn, day.totalReturn, revokesLast: day.isPreviousReturnRevoked, lookBack)
    guard day.isPresent else { return .nan }
    let values = state.values(lookBack)
    var largest = SIMD8<Double>(repeating: -.infinity)
    var count = 0
    for index in 0..<values.count where values[index].isFinite {
      count += 1
      var value = values[index]
      for place in 0..<Self.largestCount where value > largest[place] { swap(&largest[place], &value) }
    }
    guard count >= max(lookBack.minimumCount, Self.largestCount) else { return .nan }
    var sum = 0.0
    for place in 0..<Self.largestCount { sum += largest[place] }
    return sum / Double(Self.largestCount)
  }
}

/// The mean of the largest returns of the window (Bali, Cakici and Whitelaw, 2011): of a quarter of its periods, five at
/// most, so of five of a month's days.
struct LargestReturns: Descriptor, RunnableDescriptor {
  let lookBack: LookBack

  private static let mostReturns = 5

  /// The number of returns that are averaged.
  private var largestCount: Int { min(Self.mostReturns, max(1, (lookBack.window ?? 0) / 4)) }

  var fields: [FieldName] { [] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    state.append(day.totalReturn, day.totalReturn, revokesLast: day.isPreviousReturnRevoked)
    guard day.isPresent else { return .nan }
    let values = state.values(lookBack)
    let largestCount = largestCount
    var largest = SIMD8<Double>(repeating: -.infinity)
    var least = -Double.infinity
    var count = 0
    for index in 0..<values.count where values[index].isFinite {
      count += 1
      var value = values[index]
      guard value > least else { continue }
      for place in 0..<largestCount where value > largest[place] { swap(&largest[place], &value) }
      least = largest[largestCount - 1]
    }
    guard count >= max(lookBack.minimumCount, largestCount) else { return .nan }
    var sum = 0.0
    for place in 0..<largestCount { sum += largest[place] }
    return sum / Double(largestCount)
  }
}

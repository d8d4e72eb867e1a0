/// The rows of one date that moments are taken over: members of the estimation universe with a cap.
struct EstimationRows {
  /// The rows, ascending.
  private(set) var rows: [Int32] = []
  /// The cap of each of them.
  private(set) var caps: [Double] = []
  /// The sum of the caps.
  private(set) var totalCap = 0.0

  /// Takes in a date.
  mutating func set(caps all: [Double], inEstimation: [Bool]) {
    if rows.count < all.count {
      rows = Array(repeating: 0, count: all.count)
      caps = Array(repeating: 0, count: all.count)
    }
    let count = Self.gather(all, inEstimation, into: &rows, &caps)
    rows.removeLast(rows.count - count)
    caps.removeLast(caps.count - count)
    totalCap = SampleSums.sum(caps.span)
  }

  /// Gathers the members; tells how many there are.
  private static func gather(
    _ all: [Double], _ inEstimation: [Bool], into rows: inout [Int32], _ caps: inout [Double]
  ) -> Int {
    let (values, members) = (all.span, inEstimation.span)
    var rows = rows.mutableSpan
    var caps = caps.mutableSpan
    var count = 0
    for row in values.indices {
      // An asset without a cap has no weight in any mean.
      rows[count] = Int32(truncatingIfNeeded: row)
      caps[count] = values[row]
      count &+= members[row] && values[row] > 0 && values[row] < .infinity ? 1 : 0
    }
    return count
  }
}

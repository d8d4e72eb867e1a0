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
    rows.removeAll(keepingCapacity: true)
    caps.removeAll(keepingCapacity: true)
    let (values, members) = (all.span, inEstimation.span)
    // An asset without a cap has no weight in any mean.
    for row in values.indices where members[row] && values[row] > 0 && values[row] < .infinity {
      rows.append(Int32(row))
      caps.append(values[row])
    }
    totalCap = SampleSums.sum(caps.span)
  }
}

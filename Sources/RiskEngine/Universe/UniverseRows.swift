/// What the rules find of the rows of one day; kept to be used again for the next.
struct UniverseRows: Sendable {
  /// The place of each row's asset in the memory.
  var slots: [Int] = []
  /// The market capitalization; NaN where it is not known to be positive.
  var caps: [Double] = []
  /// The free float as a fraction; NaN where it is not known.
  var freeFloats: [Double] = []
  /// The capitalization of the free float; of all shares where the free float is not known.
  var floatCaps: [Double] = []
  /// The rule by which the row is not covered.
  var uncovered: [UniverseRule?] = []
  /// The first rule whose `enter` threshold the row fails.
  var failed: [UniverseRule?] = []
  /// The first rule whose `leave` threshold the row satisfies.
  var leaving: [UniverseRule?] = []

  /// Makes room for some rows of which nothing is found yet.
  mutating func reset(count: Int) {
    slots = Array(repeating: -1, count: count)
    caps = Array(repeating: .nan, count: count)
    freeFloats = Array(repeating: .nan, count: count)
    floatCaps = Array(repeating: .nan, count: count)
    uncovered = Array(repeating: nil, count: count)
    failed = Array(repeating: nil, count: count)
    leaving = Array(repeating: nil, count: count)
  }

  /// Takes in what a rule finds of a row.
  ///
  /// - Parameters:
  ///   - rule: the rule; rules come in their order.
  ///   - row: the row.
  ///   - enters: whether the row satisfies the `enter` threshold.
  ///   - leaves: whether it satisfies the `leave` threshold.
  @inline(__always)
  mutating func note(_ rule: UniverseRule, _ row: Int, enters: Bool, leaves: Bool) {
    if !enters && failed[row] == nil { failed[row] = rule }
    if leaves && leaving[row] == nil { leaving[row] = rule }
  }

  /// Takes in a value of which more is better; a missing one neither enters nor leaves.
  @inline(__always)
  mutating func note(_ rule: UniverseRule, _ row: Int, _ value: Double, _ thresholds: UniverseRules.Thresholds) {
    note(rule, row, enters: value >= thresholds.enter, leaves: value < thresholds.leave)
  }

  /// Takes in a verdict; a missing one neither enters nor leaves.
  @inline(__always)
  mutating func note(_ rule: UniverseRule, _ row: Int, _ verdict: Bool?) {
    note(rule, row, enters: verdict == true, leaves: verdict == false)
  }
}

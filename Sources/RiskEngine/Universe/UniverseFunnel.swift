/// How the rows of a day become members: each row that is none is counted once, at the first rule that it fails.
///
/// `rowCount = sum of removed + waitingCount + memberCount`.
public struct UniverseFunnel: Hashable, Sendable {
  /// All rows.
  public var rowCount = 0
  /// For each of `UniverseRule.allCases` the rows that it removed; 0 for a rule that is off or skipped.
  public var removed: [Int] = Array(repeating: 0, count: UniverseRule.allCases.count)
  /// The rows that satisfy every rule but are not members yet.
  public var waitingCount = 0
  /// The members.
  public var memberCount = 0
  /// The rows in the coverage universe.
  public var coverageCount = 0
  /// The members that satisfy some `leave` threshold.
  public var graceCount = 0

  /// Makes a funnel without rows.
  public init() {}

  /// The rows that a rule removed.
  public subscript(rule: UniverseRule) -> Int { removed[rule.position] }
}

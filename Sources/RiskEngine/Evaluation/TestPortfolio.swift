/// The name of a portfolio on which forecasts are tested.
public struct TestPortfolio: Hashable, Sendable {
  /// The family.
  public let family: TestFamily
  /// The factor, asset or number, none twice in a family.
  public let name: String

  /// Makes a name.
  public init(_ family: TestFamily, _ name: String) {
    self.family = family
    self.name = name
  }
}

extension TestPortfolio: Comparable {
  /// The order of the families, then that of the names' bytes, numbers by their size where a family is numbered.
  public static func < (left: TestPortfolio, right: TestPortfolio) -> Bool {
    if left.family != right.family { return left.family.rank < right.family.rank }
    if left.family.isNumbered, let a = Int(left.name), let b = Int(right.name) { return a < b }
    return IdentifierTable.precedes(left.name, right.name)
  }
}

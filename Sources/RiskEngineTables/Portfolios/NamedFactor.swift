internal import ModelStore
internal import RiskEngine

/// A factor as results name it.
public struct NamedFactor: Hashable, Sendable {
  /// Its name in tables.
  public var name: String
  /// `market`, `style`, or the group of the label.
  public var kind: String

  /// Makes one.
  public init(name: String, kind: String) {
    self.name = name
    self.kind = kind
  }
}

extension FactorBlock {
  /// What results call it: `market`, the group, or `style`.
  func name(groups: [String]) -> String {
    switch self {
    case .market: "market"
    case .group(let group): groups[group]
    case .style: "style"
    }
  }
}

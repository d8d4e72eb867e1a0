/// The texts behind the codes of a market's assets and labels, shared by all its sources.
///
/// Codes are given in order of first appearance, and nothing computed depends on them. Used by one thread at a time.
public struct MarketIdentifiers: Sendable {
  /// The assets' ids.
  public var assets: IdentifierTable
  /// The labels of each field of labels that has any.
  public var labels: [FieldName: IdentifierTable]

  /// Makes tables without texts.
  public init(assets: IdentifierTable = IdentifierTable(), labels: [FieldName: IdentifierTable] = [:]) {
    self.assets = assets
    self.labels = labels
  }

  /// The code of a label, which is added where it is new.
  public mutating func code(of text: String, in field: FieldName) -> Int32 {
    labels[field, default: IdentifierTable()].code(for: text)
  }

  /// The text of a label, or `nil` where it is missing.
  public func text(of code: Int32, in field: FieldName) -> String? {
    code < 0 ? nil : labels[field]?[code]
  }
}

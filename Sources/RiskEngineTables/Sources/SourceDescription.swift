public import RiskEngine

/// A vendor's table: where it is and what its columns are.
public struct SourceDescription: Hashable, Sendable {
  /// A name, unique among the sources.
  public var name: String
  /// What the rows are.
  public var kind: SourceKind
  /// Files, patterns with `*` and `**`, or folders.
  public var paths: [String]
  /// What relative paths start from.
  public var folder: String
  /// Whose values count more: the smallest first.
  public var priority: Int
  /// The file's column of each field.
  public var columns: [FieldName: String]
  /// The fields, beside those that the engine knows as such, that are labels and no numbers.
  public var labelFields: Set<FieldName>
  /// How near another vendor's value has to be, by field.
  public var tolerances: [FieldName: Tolerance]
  /// Whether prices and shares are adjusted for actions.
  public var hasAdjustedPrices: Bool
  /// The currency of money where no column tells.
  public var currency: String?
  /// What separates the fields of CSV files.
  public var delimiter: Character

  /// Describes a source.
  public init(
    name: String, kind: SourceKind, paths: [String], folder: String = ".", priority: Int = 1,
    columns: [FieldName: String] = [:], labelFields: Set<FieldName> = [], tolerances: [FieldName: Tolerance] = [:],
    hasAdjustedPrices: Bool = true, currency: String? = nil, delimiter: Character = ","
  ) {
    self.name = name
    self.kind = kind
    self.paths = paths
    self.folder = folder
    self.priority = priority
    self.columns = columns
    self.labelFields = labelFields
    self.tolerances = tolerances
    self.hasAdjustedPrices = hasAdjustedPrices
    self.currency = currency
    self.delimiter = delimiter
  }
}

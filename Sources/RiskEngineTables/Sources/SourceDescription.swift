public import RiskEngine

/// A vendor's table: where it is and what its columns are.
///
/// Only columns that are named here are read, beside those that every table of a kind must have: `date` (or the date
/// that orders its rows, such as `ex_date`), `asset` and, for all kinds but `daily`, the kind's required fields, which
/// are found under their own names where no column is named for them. `SourceReader.unmappedFields` tells what else is
/// there. All is checked when the source is opened.
///
/// ```swift
/// let source = SourceDescription(
///   name: "vendor_a", kind: .daily, paths: ["raw/*.parquet"], columns: [.return: "returns", .close: "adj_close"])
/// let reader = try SourceReader(source, identifiers: SharedIdentifiers())
/// while let slice = try reader.nextDay() { ... }
/// ```
public struct SourceDescription: Hashable, Sendable {
  /// A name, unique among the sources.
  public var name: String
  /// What the rows are.
  public var kind: SourceKind
  /// Files, patterns with `*` (any text within a name) and `**` (any number of folders), or folders, which are taken
  /// with all below them.
  ///
  /// Names that begin with `.` or `_` are left out where they are not named outright, and files that are no tables. A
  /// folder `key=value` below `folder` gives its files a column, as in the layout of Hive.
  public var paths: [String]
  /// What relative paths start from.
  public var folder: String
  /// Whose values count more: the smallest first.
  public var priority: Int
  /// The file's column of each field; no column for two fields.
  public var columns: [FieldName: String]
  /// The fields, beside those that the engine knows as such, that are labels and no numbers.
  public var labelFields: Set<FieldName>
  /// How near another vendor's value has to be, by field, absolute and relative.
  public var tolerances: [FieldName: Tolerance]
  /// Whether prices and shares are adjusted for actions.
  public var hasAdjustedPrices: Bool
  /// The currency of money where no column tells.
  public var currency: String?
  /// What separates the fields of CSV files: one ASCII character.
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

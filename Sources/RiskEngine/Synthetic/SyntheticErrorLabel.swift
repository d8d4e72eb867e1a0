/// One wrong cell or row of a synthetic vendor's table, with what is true.
public struct SyntheticErrorLabel: Hashable, Sendable {
  /// A number shared by all cells of one error, from 0 on.
  public var error: Int
  /// The kind of error.
  public var kind: SyntheticVendorError
  /// The source, by its name in the configuration file: `vendor_a`, `vendor_b` or `fundamentals`.
  public var source: String
  /// The table that is wrong: `daily`, `actions` or `fundamentals`.
  public var table: String
  /// The date of the row, in a table of published numbers its knowledge date.
  public var date: CalendarDate
  /// The asset.
  public var asset: Int32
  /// The field, or `nil` for a row that should not be there.
  public var field: FieldName?
  /// What is true; NaN for a label, or a row that should not be there.
  public var trueValue: Double
  /// What the vendor shows; NaN for nothing, or for a label.
  public var reportedValue: Double
}

/// One error of a vendor, and every cell of its table that is wrong for it.
struct SyntheticInjection: Sendable {
  /// A cell as it is and as the vendor shows it.
  struct Cell: Sendable {
    /// The row in the block.
    var row: Int
    /// The field.
    var field: FieldName
    /// The true value; NaN for a label.
    var trueValue: Double
    /// The value shown; NaN for a label.
    var reportedValue: Double
  }

  /// The kind.
  var kind: SyntheticVendorError
  /// The vendor, 0 or 1.
  var vendor: Int
  /// The first row in the block.
  var row: Int
  /// The wrong cells, in order of time; empty where whole rows are wrong.
  var cells: [Cell] = []
}

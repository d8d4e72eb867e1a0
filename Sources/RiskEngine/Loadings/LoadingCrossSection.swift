/// The style loadings of one date.
public struct LoadingCrossSection: Sendable {
  /// One column a style, in the recipe's order: the loading of each row, dimensionless; NaN is missing.
  public var styles: [[Double]]
  /// For each style the rows whose loading is imputed.
  public var imputedRows: [[Int32]]
  /// For each row whether all its loadings are there and few enough of them are imputed for the regression.
  public var isRegressable: [Bool]
  /// The values that winsorization changed, in the order of columns and rows.
  public var clipped: [ClippedValue] = []
  /// For each descriptor what came of it.
  public var descriptors: [ColumnOutcome]
  /// For each style what came of it.
  public var outcomes: [ColumnOutcome]
}

/// What came of a descriptor or a style on one date.
public struct ColumnOutcome: Hashable, Sendable {
  /// The rows with a value, imputed ones left out.
  public var finiteCount = 0
  /// The values that winsorization changed.
  public var clippedCount = 0
  /// The values that are imputed.
  public var imputedCount = 0
  /// The columns among those it is made orthogonal to that depend on others.
  public var dependentCount = 0
  /// Why the whole column is missing on the date, or `nil`.
  public var missing: Reason?

  /// Why a column is missing on a date.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// Fewer than ten assets of the estimation universe have a value.
    case tooFewValues = "too few values"
    /// The values do not vary.
    case constant
  }
}

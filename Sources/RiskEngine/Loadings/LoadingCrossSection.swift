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
  /// The rows without a value, also after imputation.
  public var missingCount = 0
  /// The columns among those it is made orthogonal to that depend on others, or do not vary.
  public var dependentCount = 0
  /// Where winsorization cut, in the unit of the column; `nil` where nothing is cut.
  public var cuts: WinsorizationCuts?
  /// Whether winsorization was asked for and left the column as it is, for want of a robust scale.
  public var lacksRobustScale = false
  /// Why the whole column is missing on the date, or `nil`.
  public var missing: Reason?

  /// Why a column is missing on a date.
  public enum Reason: String, Error, Hashable, Sendable, CaseIterable {
    /// Fewer than ten assets of the estimation universe have a value.
    case tooFewValues = "too few values"
    /// The values do not vary.
    case constant
    /// What it is made orthogonal to explains all of it, to rounding.
    case explained = "explained by what it is orthogonal to"
    /// Sums of squares are too large for a number.
    case tooLarge = "too large"
  }
}

/// Some rows of a panel as columns, in the order in which they arrived.
///
/// One row is one asset on one date and holds what was known at that date's close; its return covers
/// the period that ends there. Every array has `count` entries; a column that the schema does not have
/// is empty. `NaN` is a missing number and `missingLabel` a missing label; both say "no value", never
/// "not in the universe".
public struct PanelRows: Sendable {
  /// The code of a missing label.
  public static let missingLabel: Int32 = -1

  /// The date of each row.
  public var dates: [CalendarDate] = []
  /// The asset of each row, a code of the panel's asset table.
  public var assets: [Int32] = []
  /// The return over the period that ends at the row's date, as a fraction.
  public var returns: [Double] = []
  /// The market capitalization at the row's date, or empty.
  public var caps: [Double] = []
  /// Whether the asset is in the estimation universe, or empty.
  public var inUniverse: [Bool] = []
  /// The regression weight, or empty.
  public var weights: [Double] = []
  /// The weight in the zero-sum constraints, or empty.
  public var constraintWeights: [Double] = []
  /// For each group of the schema the label of each row, a code of that group's label table.
  public var labels: [[Int32]] = []
  /// The issuer of each row, a code of the caller's own, `missingLabel` where there is none; or empty.
  public var issuers: [Int32] = []
  /// For each style of the schema the loading of each row, dimensionless.
  public var styles: [[Double]] = []
  /// The loadings where they are kept elsewhere; `styles` then holds no values.
  public var sharedStyles: (any StyleStorage)?
  /// Whether all loadings are known to be there and finite, so that nobody needs to look.
  public var hasFiniteStyles = false

  /// Makes no rows, with the columns of a schema.
  public init(schema: PanelSchema) {
    labels = Array(repeating: [], count: schema.groups.count)
    styles = Array(repeating: [], count: schema.styles.count)
  }

  /// The number of rows.
  public var count: Int { dates.count }

  /// Calls `body` with the loadings on a style, one a row.
  public func withStyle(_ style: Int, _ body: (Span<Double>) -> Void) {
    if let sharedStyles {
      sharedStyles.withStyle(style, body)
    } else {
      let values = styles[style]
      body(values.span)
    }
  }
}

/// Style loadings that are kept elsewhere, such as in the memory of a file's reader; they never change.
public protocol StyleStorage: AnyObject, Sendable {
  /// Calls `body` with the loadings on a style, one a row.
  func withStyle(_ style: Int, _ body: (Span<Double>) -> Void)
  /// Appends the loadings of some rows on a style.
  func append(_ style: Int, rows: Range<Int>, to loadings: inout [Double])
}

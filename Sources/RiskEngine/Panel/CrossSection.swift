internal import LinAlg

/// One period's cross-section: returns joined with the loadings, caps and labels known before it.
///
/// Rows are the assets for which an idio return can be computed, ordered by the label of
/// `orderingGroup` and then by asset id, both by the bytes of their text. Other rows of the period's
/// date are only listed in `dropped`, with their reasons. Columns that are read four rows at a time end
/// in `CenteredGram.padding` zeros.
public struct CrossSection: Sendable {
  /// A row of the panel that has no idio return.
  public struct DroppedRow: Hashable, Sendable {
    /// The asset, a code of the panel's asset table.
    public var asset: Int32
    /// Why it was dropped; at least one of the reasons that prevent an idio return.
    public var reasons: ExclusionReasons
  }

  /// The date at which the period ends.
  public var date: CalendarDate
  /// The date of the loadings, caps, labels and universe: the `lag`-th earlier date of the panel.
  public var loadingsDate: CalendarDate
  /// The group by whose labels the rows are ordered: the one with most labels in this period, the first
  /// of several; `nil` without a group of one label a row.
  public var orderingGroup: Int?
  /// The first row of each run of rows with one label of `orderingGroup`, then the number of rows; one
  /// run of all rows without such a group.
  public var segmentStarts: [Int32]
  /// The label of `orderingGroup` of each run's rows; empty without such a group.
  public var segmentLabels: [Int32]
  /// The asset of each row, a code of the panel's asset table.
  public var assets: [Int32]
  /// Why a row is not regressed: only `outsideUniverse` and `noCap` occur; empty where it may be.
  public var reasons: [ExclusionReasons]
  /// `r`: the return of each row over the period, as a fraction; then padding.
  public var returns: [Double]
  /// The market capitalization of each row, 0 where it is missing; then padding.
  ///
  /// Empty without caps.
  public var caps: [Double]
  /// The weight of each row, 0 where it is missing; then padding.
  ///
  /// Empty without weights.
  public var weights: [Double]
  /// The weight of each row in the constraints, `nan` where it is missing; then padding.
  ///
  /// Empty without them.
  public var constraintWeights: [Double]
  /// The labels of each group of the schema.
  public var groups: [GroupColumn]
  /// The issuer of each row as the panel's rows tell it, -1 where there is none; empty without issuers.
  public var issuers: [Int32] = []
  /// The style loadings: rows × styles, column by column; then padding.
  public var loadings: LoadingColumns
  /// The number of styles.
  public var styleCount: Int
  /// The rows of the date that are not among the rows here.
  public var dropped: [DroppedRow]
  /// The share of the estimation universe at the loadings' date, by cap, that has no return in the period; by count
  /// without caps.
  public var missingReturnShare = 0.0

  /// The number of rows.
  public var rowCount: Int { assets.count }

  /// The loading of a row on a style.
  public func loading(row: Int, style: Int) -> Double { loadings[style * rowCount + row] }

  /// All reasons that occur among the rows.
  ///
  /// - Complexity: O(n), a byte a row.
  var combinedReasons: ExclusionReasons {
    var bits: UInt8 = 0
    for reason in reasons { bits |= reason.rawValue }
    return ExclusionReasons(rawValue: bits)
  }

  /// How many rows of the period's date are excluded from the regression, by first reason.
  ///
  /// - Parameter usesCaps: whether a missing cap excludes a row.
  public func exclusionCounts(usesCaps: Bool) -> ExclusionCounts {
    var counts = ExclusionCounts()
    let ignored: ExclusionReasons = usesCaps ? [] : .noCap
    if !combinedReasons.isEmpty {
      for reasons in reasons where !reasons.isEmpty { counts.add(reasons.subtracting(ignored)) }
    }
    for row in dropped { counts.add(row.reasons.subtracting(ignored)) }
    return counts
  }
}

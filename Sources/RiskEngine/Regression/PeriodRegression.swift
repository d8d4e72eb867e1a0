/// The regression of one period.
public struct PeriodRegression: Sendable {
  /// Which factorization solved the normal equations.
  public enum Solver: String, Hashable, Sendable, CaseIterable {
    /// Cholesky, with one step of iterative refinement.
    case cholesky
    /// Householder QR with column pivoting, on the rows.
    case qr
    /// Singular values, on the rows: the rank is deficient.
    case svd
  }

  /// The date at which the period ends.
  public var date: CalendarDate
  /// What became of the regression.
  public var outcome: PeriodOutcome
  /// The number of assets regressed.
  public var assetCount: Int
  /// For each group the codes of the labels that have a member among the assets regressed, by bytes.
  public var labels: [[Int32]]
  /// `f`: the market where there is one, then each group's labels in the order of `labels`, then the styles.
  ///
  /// Per period, as fractions; `nan` where a factor cannot be told. Empty where the period failed.
  public var factorReturns: [Double]
  /// The standard error of each factor return, in its unit.
  public var standardErrors: [Double]
  /// The variance inflation of each factor: at least 1 but for rounding; `nan` where it has none.
  public var varianceInflation: [Double]
  /// `1 − Σ w e² / Σ w r²`.
  public var rSquared: Double
  /// `1 − Σ w e² / Σ w (r − r̄)²` with `r̄` the weighted mean return.
  public var centeredRSquared: Double
  /// `√(Σ w e² / Σ w)`, as a fraction per period.
  public var idioVolatility: Double
  /// The estimated 1-norm condition number of the scaled matrix that was factorized.
  public var condition: Double
  /// The factorization used; `nil` where the period failed.
  public var solver: Solver?
  /// The rows of the date that were not regressed.
  public var exclusions: ExclusionCounts
  /// `e = r − B f` for each row of the cross-section, as a fraction; `nan` where a factor it needs is missing.
  ///
  /// Empty where the period failed.
  public var idioReturns: [Double]
  /// `h = w bᵀA⁻¹b` of each row, between 0 and 1.
  ///
  /// Empty unless asked for.
  public var leverage: [Double]
  /// `q = bᵀA⁺b` of each row, regressed or not: the variance of its fitted return given the factor returns where
  /// idio variances are `1 / w`; `nan` where the idio return is missing.
  ///
  /// An asset that is not regressed has an idio return of variance `v + q`, one that is of `v − q`. Empty unless
  /// leverage is asked for.
  public var fittedVariances: [Double] = []
  /// Whether each row of the cross-section was regressed.
  public var isRegressed: [Bool]
  /// The labels of the first group whose factor returns were pulled towards zero for their few names.
  public var thinLabels: [Int32] = []

  /// The number of factors with a member or a column in the period.
  public var factorCount: Int { factorReturns.count }

  /// `f / se` of each factor; `nan` where the standard error is missing or zero.
  public var tStatistics: [Double] {
    zip(factorReturns, standardErrors).map { $1 > 0 ? $0 / $1 : .nan }
  }

  /// A period without an estimate.
  static func failed(
    _ failure: PeriodOutcome.Failure, date: CalendarDate, assetCount: Int, exclusions: ExclusionCounts,
    isRegressed: [Bool]
  ) -> PeriodRegression {
    PeriodRegression(
      date: date, outcome: .failed(failure), assetCount: assetCount, labels: [], factorReturns: [],
      standardErrors: [], varianceInflation: [], rSquared: .nan, centeredRSquared: .nan, idioVolatility: .nan,
      condition: .nan, solver: nil, exclusions: exclusions, idioReturns: [], leverage: [], isRegressed: isRegressed)
  }
}

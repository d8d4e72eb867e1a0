public import LinAlg

/// The covariance of one period's estimated factor returns about the true ones.
public struct FactorReturnErrors: Sendable {
  /// The date at which the period ends.
  public var date: CalendarDate
  /// The factors.
  public var layout: FactorLayout
  /// `N = Cov(f̂ | f) = Pᵀ Ω P` with the holdings `P` of the factor portfolios, so that `f̂ = Pᵀ r`: factors ×
  /// factors, per period, as fractions squared.
  ///
  /// Rows and columns of factors that cannot be told are `nan`. It obeys the constraints: `C N = 0`.
  public var covariance: SymmetricMatrix
}

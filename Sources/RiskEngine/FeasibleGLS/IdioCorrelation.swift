public import LinAlg

/// Rows of a cross-section whose idio returns correlate with one another, such as the share lines of one issuer.
public struct IdioCorrelation: Sendable {
  /// The rows, ascending.
  public var rows: [Int]
  /// Their correlation; positive definite, ones on the diagonal.
  public var correlation: SymmetricMatrix

  /// Makes a correlation.
  ///
  /// - Precondition: `correlation` has one row for each of `rows`.
  public init(rows: [Int], correlation: SymmetricMatrix) {
    precondition(rows.count == correlation.order, "\(rows.count) rows for a correlation of order \(correlation.order)")
    self.rows = rows
    self.correlation = correlation
  }

  /// The covariance with the variances of the cross-section's rows.
  func block(_ variances: [Double]) -> IdioCovariance.Block {
    let deviations = rows.map { variances[$0].squareRoot() }
    return IdioCovariance.Block(
      rows: rows,
      covariance: SymmetricMatrix(order: rows.count) { correlation[$0, $1] * deviations[$0] * deviations[$1] })
  }
}

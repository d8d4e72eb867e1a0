public import LinAlg

/// `Ω`: the covariance of the idio returns of a cross-section, of which only ratios matter for factor returns.
///
/// Rows are those of the cross-section, whether they are regressed or not.
public enum IdioCovariance: Sendable {
  /// No covariances: the variance of each row, positive.
  case diagonal([Double])
  /// Linked rows, such as the share lines of one issuer: a variance for each row, and blocks in whose
  /// place full covariances stand. No row is in two blocks.
  case blocks(variances: [Double], linked: [Block])
  /// `Ω = D + U Uᵀ`: a variance for each row, and `U`, rows × q.
  case lowRankPlusDiagonal(variances: [Double], loadings: Matrix)
  /// Every covariance.
  case dense(SymmetricMatrix)

  /// Rows whose idio returns covary with one another and with no other row.
  public struct Block: Sendable {
    /// The rows, ascending.
    public var rows: [Int]
    /// Their covariance, variances included; positive definite.
    public var covariance: SymmetricMatrix

    /// Makes a block.
    ///
    /// - Precondition: `covariance` has one row for each of `rows`, which ascend.
    public init(rows: [Int], covariance: SymmetricMatrix) {
      precondition(rows.count == covariance.order, "\(rows.count) rows for a covariance of order \(covariance.order)")
      precondition(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 }, "the rows of a block must ascend")
      self.rows = rows
      self.covariance = covariance
    }
  }

  /// The variance of each row.
  public var variances: [Double] {
    switch self {
    case .diagonal(let variances): return variances
    case .blocks(var variances, let linked):
      for block in linked {
        for (index, row) in block.rows.enumerated() { variances[row] = block.covariance[index, index] }
      }
      return variances
    case .lowRankPlusDiagonal(var variances, let loadings):
      for row in variances.indices {
        for column in 0..<loadings.columnCount { variances[row] += loadings[row, column] * loadings[row, column] }
      }
      return variances
    case .dense(let covariance): return (0..<covariance.order).map { covariance[$0, $0] }
    }
  }

  /// `1 / v` for rows that stand alone; for low rank, `1 / d` of the diagonal part.
  var weights: [Double] {
    switch self {
    case .lowRankPlusDiagonal(let variances, _): variances.map { 1 / $0 }
    case .diagonal, .blocks, .dense: variances.map { 1 / $0 }
    }
  }

  /// The blocks of rows that covary, restricted to those regressed; rows in none stand alone.
  func blocks(amongRegressed isRegressed: [Bool]) -> [Block] {
    let all: [Block]
    switch self {
    case .diagonal, .lowRankPlusDiagonal: return []
    case .blocks(_, let linked): all = linked
    case .dense(let covariance): all = [Block(rows: Array(0..<covariance.order), covariance: covariance)]
    }
    return all.compactMap { block in
      let kept = block.rows.indices.filter { isRegressed[block.rows[$0]] }
      guard kept.count > 1 else { return nil }
      return Block(
        rows: kept.map { block.rows[$0] },
        covariance: SymmetricMatrix(order: kept.count) { block.covariance[kept[$0], kept[$1]] })
    }
  }
}

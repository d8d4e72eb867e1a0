internal import LinAlg

/// The idio covariance of a model's assets: a variance each, and blocks of linked assets.
struct ModelIdio: Sendable {
  /// The idio variance of each row.
  private(set) var variances: [Double]
  /// Blocks of two rows and more; no row is in two.
  private(set) var blocks: [IdioCovariance.Block]

  /// Takes over some rows of a covariance, which ascend.
  ///
  /// - Precondition: the covariance is not of low rank plus diagonal.
  init(_ covariance: IdioCovariance, rows: [Int]) {
    let all = covariance.variances
    variances = rows.map { all[$0] }
    let linked: [IdioCovariance.Block] =
      switch covariance {
      case .diagonal: []
      case .blocks(_, let linked): linked
      case .dense(let matrix): [.init(rows: Array(0..<matrix.order), covariance: matrix)]
      case .lowRankPlusDiagonal:
        preconditionFailure("a risk model takes idio factors as factors, not as an idio covariance of low rank")
      }
    blocks = Self.keeping(rows, of: linked, rowCount: all.count)
  }

  private init(variances: [Double], blocks: [IdioCovariance.Block]) {
    self.variances = variances
    self.blocks = blocks
  }

  /// The covariance of some rows, which ascend.
  func keeping(_ rows: [Int]) -> ModelIdio {
    ModelIdio(
      variances: rows.map { variances[$0] }, blocks: Self.keeping(rows, of: blocks, rowCount: variances.count))
  }

  /// The covariance times a number.
  func scaled(by factor: Double) -> ModelIdio {
    ModelIdio(
      variances: variances.map { factor * $0 },
      blocks: blocks.map { block in
        IdioCovariance.Block(
          rows: block.rows,
          covariance: SymmetricMatrix(order: block.rows.count) { factor * block.covariance[$0, $1] })
      })
  }

  /// The covariance in the form that regressions take.
  var covariance: IdioCovariance {
    blocks.isEmpty ? .diagonal(variances) : .blocks(variances: variances, linked: blocks)
  }

  /// `Ω_ε X`, rows × columns of `X`.
  func product(_ x: Matrix) -> Matrix {
    let n = variances.count
    var product = x
    var target = product.storage.mutableSpan
    for column in 0..<x.columnCount {
      for row in 0..<n { target[column * n + row] *= variances[row] }
    }
    for block in blocks {
      for column in 0..<x.columnCount {
        let held = block.rows.map { x[$0, column] }
        for (row, value) in zip(block.rows, block.covariance.multiplied(by: held)) {
          target[column * n + row] = value
        }
      }
    }
    return product
  }

  private static func keeping(
    _ rows: [Int], of blocks: [IdioCovariance.Block], rowCount: Int
  ) -> [IdioCovariance.Block] {
    guard !blocks.isEmpty else { return [] }
    var newRow = [Int](repeating: -1, count: rowCount)
    for (place, row) in rows.enumerated() { newRow[row] = place }
    return blocks.compactMap { block in
      let kept = block.rows.indices.filter { newRow[block.rows[$0]] >= 0 }
      guard kept.count > 1 else { return nil }
      return IdioCovariance.Block(
        rows: kept.map { newRow[block.rows[$0]] },
        covariance: SymmetricMatrix(order: kept.count) { block.covariance[kept[$0], kept[$1]] })
    }
  }
}

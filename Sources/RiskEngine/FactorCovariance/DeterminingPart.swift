internal import LinAlg

/// The rows of a singular covariance that determine the others, `S = [I; T] S_II [I; T]ᵀ`: of factors under constraints,
/// or of more factors than periods.
struct DeterminingPart {
  /// Those rows, ascending.
  let rows: [Int]
  /// The others, ascending.
  let dependentRows: [Int]
  /// `S_II`.
  let covariance: SymmetricMatrix
  /// Of `S_II`.
  let cholesky: Cholesky
  /// `Tᵀ = S_II⁻¹ S_ID`.
  private let coefficients: Matrix
  /// Of `1 + T Tᵀ`, whose order is the number of the others, or of `1 + Tᵀ T`, that of the rows: of the smaller.
  private let gram: Cholesky

  /// Finds the rows, by pivoting, which keeps the entries of `T` small.
  ///
  /// - Parameter relativeTolerance: the part of a variance, as a share of the largest, that may be left unexplained.
  /// - Returns: `nil` where what is left is more than that, as it is of an indefinite matrix, or where nothing varies.
  /// - Throws: `notFinite`.
  /// - Complexity: O(m r²) for r rows of m.
  init?(of covariance: SymmetricMatrix, relativeTolerance: Double) throws(LinAlgError) {
    let pivoted = try PivotedCholesky(consuming: covariance, relativeTolerance: relativeTolerance)
    guard pivoted.rank > 0, pivoted.largestResidual <= pivoted.tolerance else { return nil }
    let rows = pivoted.independentColumns.sorted()
    let dependentRows = pivoted.dependentColumns
    self.rows = rows
    self.dependentRows = dependentRows
    let part = SymmetricMatrix(order: rows.count) { covariance[rows[$0], rows[$1]] }
    guard let cholesky = try? Cholesky(consuming: part) else { return nil }
    self.covariance = part
    self.cholesky = cholesky
    var coefficients = Matrix(rowCount: rows.count, columnCount: dependentRows.count) {
      covariance[rows[$0], dependentRows[$1]]
    }
    cholesky.solve(&coefficients)
    self.coefficients = coefficients
    var gram = SymmetricMatrix.identity(order: min(dependentRows.count, rows.count))
    if dependentRows.count < rows.count {
      gram.addGram(of: coefficients.view)
    } else {
      gram.addGram(of: coefficients.view.transposed)
    }
    self.gram = try Cholesky(consuming: gram)
  }

  /// `(1 + Tᵀ T)⁻¹ A`, by `1 − Tᵀ (1 + T Tᵀ)⁻¹ T` where fewer rows depend on others than determine them.
  private func solved(_ matrix: Matrix) -> Matrix {
    var result = matrix
    guard dependentRows.count < rows.count else {
      gram.solve(&result)
      return result
    }
    guard !dependentRows.isEmpty else { return result }
    var part = coefficients.view.transposed.multiplied(by: matrix.view)
    gram.solve(&part)
    let correction = coefficients.multiplied(by: part)
    for place in result.storage.indices { result.storage[place] -= correction.storage[place] }
    return result
  }

  /// `[I; T]⁺ N [I; T]⁺ᵀ`: what of a matrix is in the range of `S`, in the rows that determine the others.
  ///
  /// - Complexity: O(m² r).
  func projected(_ matrix: SymmetricMatrix) -> SymmetricMatrix {
    // N [I; T], then [I; T]ᵀ of that.
    let half = timesExtension(matrix.full)
    let count = rows.count
    let below = Matrix(rowCount: dependentRows.count, columnCount: count) { half[dependentRows[$0], $1] }
    var left = coefficients.multiplied(by: below)
    var entries = left.storage.mutableSpan
    for column in 0..<count {
      for (row, place) in rows.enumerated() {
        entries[row + column * count] += half.storage[place + column * matrix.order]
      }
    }
    let result = solved(solved(left).transposed)
    return SymmetricMatrix(order: count) { 0.5 * (result[$0, $1] + result[$1, $0]) }
  }

  /// `A [I; T]`.
  private func timesExtension(_ full: Matrix) -> Matrix {
    let order = full.rowCount
    let columns = { (places: [Int]) in
      Matrix(
        rowCount: order, columnCount: places.count,
        storage: places.flatMap { full.storage[$0 * order..<($0 + 1) * order] })
    }
    var result = columns(rows)
    let others = columns(dependentRows).view.multiplied(by: coefficients.view.transposed)
    let added = others.storage.span
    var entries = result.storage.mutableSpan
    for place in entries.indices { entries[place] += added[place] }
    return result
  }

  /// `[I; T] A [I; T]ᵀ`.
  ///
  /// - Complexity: O(m r²).
  func extended(_ inner: SymmetricMatrix) -> SymmetricMatrix {
    let products = inner.full.multiplied(by: coefficients)
    let squares = coefficients.view.transposed.multiplied(by: products.view)
    var result = SymmetricMatrix(order: rows.count + dependentRows.count) { _, _ in 0 }
    for (column, place) in rows.enumerated() {
      for row in column..<rows.count { result[rows[row], place] = inner[row, column] }
    }
    for (column, place) in dependentRows.enumerated() {
      for row in rows.indices { result[rows[row], place] = products[row, column] }
      for row in column..<dependentRows.count {
        result[dependentRows[row], place] = 0.5 * (squares[row, column] + squares[column, row])
      }
    }
    return result
  }
}

internal import LinAlg

/// A symmetric positive semidefinite system solved by the first factorization that can be trusted.
///
/// Columns are scaled to length one, near the best of all diagonal scalings (van der Sluis, *Numerische
/// Mathematik* 14, 1969). Then, in this order:
/// 1. Cholesky of the normal equations, accepted while their condition estimate is at most 1e10: the
///    error of its solution grows with the square of the rows' condition number;
/// 2. QR with column pivoting on the rows themselves, whose error grows with the condition number;
/// 3. singular values, where the rows do not determine every coefficient: the shortest solution, and the
///    directions that are not determined.
struct SolverLadder {
  /// The largest condition estimate at which Cholesky is trusted.
  static let largestCholeskyCondition = 1e10
  /// Singular values up to this fraction of the largest count as zero.
  static let singularValueCutoff = 1e-10
  /// A column whose length after centring is at most this many units of rounding, times the number of
  /// rows, of its length before is taken to be zero.
  static let dependenceFactor = 100.0

  /// How a system was factorized.
  enum Factorization {
    case cholesky(Cholesky)
    case qr(QR)
    /// Right singular vectors as columns, and their singular values, above the cut-off.
    case svd(vectors: Matrix, values: [Double])
  }

  /// The factorization of the scaled system.
  let factorization: Factorization
  /// The length by which each column was divided.
  let scale: [Double]
  /// The solution.
  private(set) var coefficients: [Double]
  /// The estimated 1-norm condition number of the scaled normal equations.
  let condition: Double
  /// Directions along which the coefficients are not determined, as columns, in unscaled coefficients.
  let nullVectors: Matrix

  /// The ladder of a system without coefficients.
  static let empty = SolverLadder(
    factorization: .svd(vectors: .zeros(rowCount: 0, columnCount: 0), values: []), scale: [], coefficients: [],
    condition: 1, nullVectors: .zeros(rowCount: 0, columnCount: 0))

  /// The number of coefficients.
  var order: Int { scale.count }
  /// The number of directions that are determined.
  var rank: Int { order - nullVectors.columnCount }

  /// Which rung solved the system.
  var solver: PeriodRegression.Solver {
    switch factorization {
    case .cholesky: .cholesky
    case .qr: .qr
    case .svd: .svd
    }
  }

  /// Rows of a system written out: `Σ rows rowsᵀ` is its matrix, `Σ rows · response` its right-hand side.
  struct Rows {
    /// One column a coefficient.
    var columns: Matrix
    /// One entry a row.
    var response: [Double]
  }

  /// Solves a system.
  ///
  /// - Parameters:
  ///   - matrix: the normal equations.
  ///   - rightHandSide: their right-hand side.
  ///   - squares: the squared length of each column before anything was taken out of it.
  ///   - isSummedFromCentered: whether the matrix's diagonal was summed from centred rows, so that it is
  ///     exact to rounding, or came from a difference.
  ///   - rowCount: the number of rows behind the system.
  ///   - rows: writes the rows out, called only where Cholesky is not enough.
  /// - Complexity: `K³ / 3` flops by Cholesky, `2 n K²` by QR.
  init(
    matrix: SymmetricMatrix, rightHandSide: [Double], squares: [Double], isSummedFromCentered: (Int) -> Bool,
    rowCount: Int, workspace: inout CholeskyWorkspace, rows: () -> Rows
  ) {
    let order = matrix.order
    let exact = Self.dependenceFactor * Double(max(rowCount, order)) * (.ulpOfOne / 2)
    let isIndependent = (0..<order).allSatisfy { column in
      // A difference of tables keeps half of the digits; whether a column is really zero, the rows tell.
      let smallest = isSummedFromCentered(column) ? exact * exact : 1e-10
      return matrix[column, column] > smallest * squares[column]
    }
    if isIndependent {
      let scale = (0..<order).map { matrix[$0, $0].squareRoot() }
      var scaled = matrix
      for column in 0..<order {
        for row in column..<order { scaled.storage[row + column * order] /= scale[row] * scale[column] }
      }
      let norm = scaled.oneNorm
      if let cholesky = try? Cholesky(consuming: scaled) {
        if workspace.order < order { workspace = CholeskyWorkspace(order: order) }
        let condition = 1 / cholesky.reciprocalCondition(oneNorm: norm, workspace: &workspace)
        if condition <= Self.largestCholeskyCondition {
          self.init(
            factorization: .cholesky(cholesky), scale: scale, coefficients: [], condition: condition,
            nullVectors: .zeros(rowCount: order, columnCount: 0))
          coefficients = solve(rightHandSide)
          return
        }
      }
    }
    self.init(rows: rows(), squares: squares, exact: exact)
  }

  /// Takes over a factorization and its solution.
  private init(
    factorization: Factorization, scale: [Double], coefficients: [Double], condition: Double, nullVectors: Matrix
  ) {
    self.factorization = factorization
    self.scale = scale
    self.coefficients = coefficients
    self.condition = condition
    self.nullVectors = nullVectors
  }

  /// Solves a system from its rows, by QR or else by singular values.
  private init(rows: consuming Rows, squares: [Double], exact: Double) {
    let order = rows.columns.columnCount
    let rowCount = rows.columns.rowCount
    var scale = [Double](repeating: 1, count: order)
    for column in 0..<order {
      var sum = 0.0
      for row in 0..<rowCount { sum += rows.columns[row, column] * rows.columns[row, column] }
      let length = sum.squareRoot()
      // Of a column that is nothing but rounding the square may be rounded below zero.
      let before = max(0, squares[column]).squareRoot()
      let isZero = before == 0 || length <= exact * before
      scale[column] = isZero ? (before > 0 ? before : 1) : length
      for row in 0..<rowCount { rows.columns[row, column] = isZero ? 0 : rows.columns[row, column] / length }
    }
    self.scale = scale
    let qr = QR(consuming: rows.columns)
    let rank = qr.rank(relativeTolerance: exact)
    if rank == order {
      factorization = .qr(qr)
      let reciprocal = qr.reciprocalCondition()
      condition = 1 / (reciprocal * reciprocal)
      nullVectors = .zeros(rowCount: order, columnCount: 0)
      let solution = qr.leastSquares(rows.response, relativeTolerance: exact).coefficients
      coefficients = zip(solution, scale).map { $0 / $1 }
      return
    }
    // The singular values of R are those of the rows; its columns are permuted.
    let inner = min(rowCount, order)
    let triangle = Matrix(rowCount: inner, columnCount: order) { qr.r($0, $1) }
    guard let svd = try? SVD(consuming: triangle) else {
      preconditionFailure("singular values of a finite triangle of order \(order) did not converge")
    }
    let cutoff = Self.singularValueCutoff
    let svdRank = svd.rank(relativeCutoff: cutoff)
    var rotated = rows.response
    qr.applyQTransposed(&rotated)
    let permutation = qr.permutation
    var vectors = Matrix.zeros(rowCount: order, columnCount: svdRank)
    var solution = [Double](repeating: 0, count: order)
    for index in 0..<svdRank {
      var projection = 0.0
      for row in 0..<inner { projection += svd.u[row, index] * rotated[row] }
      projection /= svd.singularValues[index]
      for column in 0..<order {
        vectors[permutation[column], index] = svd.vTransposed[index, column]
        solution[permutation[column]] += svd.vTransposed[index, column] * projection
      }
    }
    let null = svd.nullVectors(relativeCutoff: cutoff)
    var nullVectors = Matrix.zeros(rowCount: order, columnCount: null.columnCount)
    for index in 0..<null.columnCount {
      for column in 0..<order {
        nullVectors[permutation[column], index] = null[column, index] / scale[permutation[column]]
      }
    }
    factorization = .svd(vectors: vectors, values: Array(svd.singularValues.prefix(svdRank)))
    self.nullVectors = nullVectors
    let smallest = svdRank > 0 ? svd.singularValues[svdRank - 1] : 1
    let ratio = svdRank > 0 ? svd.singularValues[0] / smallest : 1
    condition = ratio * ratio
    coefficients = zip(solution, scale).map { $0 / $1 }
  }

  /// The solution for another right-hand side, by the same factorization.
  func solve(_ rightHandSide: [Double]) -> [Double] {
    var scaled = zip(rightHandSide, scale).map { $0 / $1 }
    switch factorization {
    case .cholesky(let cholesky): cholesky.solve(&scaled)
    case .qr(let qr):
      var permuted = qr.permutation.map { scaled[$0] }
      guard (try? qr.solveRTransposed(&permuted)) != nil, (try? qr.solveR(&permuted)) != nil else {
        preconditionFailure("a triangle of full rank has a zero on its diagonal")
      }
      for (position, column) in qr.permutation.enumerated() { scaled[column] = permuted[position] }
    case .svd(let vectors, let values):
      var solution = [Double](repeating: 0, count: order)
      for (index, value) in values.enumerated() {
        var projection = 0.0
        for row in 0..<order { projection += vectors[row, index] * scaled[row] }
        projection /= value * value
        for row in 0..<order { solution[row] += vectors[row, index] * projection }
      }
      scaled = solution
    }
    return zip(scaled, scale).map { $0 / $1 }
  }

  /// Adds a correction to the solution.
  mutating func correct(by correction: [Double]) {
    for index in coefficients.indices { coefficients[index] += correction[index] }
  }

  /// Vectors `y` with `y_aᵀ y_b = u_aᵀ A⁺ u_b` for the columns `u` of a matrix, in place of them.
  ///
  /// - Complexity: `K² m` flops for `m` columns.
  func whiten(_ columns: inout Matrix) {
    let inverse = scale.map { 1 / $0 }
    var entries = columns.storage.mutableSpan
    for first in stride(from: 0, to: entries.count, by: max(1, order)) {
      for row in 0..<order { entries[first + row] *= inverse[row] }
    }
    switch factorization {
    case .cholesky(let cholesky): cholesky.forwardSolve(&columns)
    case .qr(let qr):
      columns = Matrix(rowCount: order, columnCount: columns.columnCount) { columns[qr.permutation[$0], $1] }
      guard (try? qr.solveRTransposed(&columns)) != nil else {
        preconditionFailure("a triangle of full rank has a zero on its diagonal")
      }
    case .svd(let vectors, let values):
      columns = Matrix(rowCount: values.count, columnCount: columns.columnCount) { index, column in
        var projection = 0.0
        for row in 0..<order { projection += vectors[row, index] * columns[row, column] }
        return projection / values[index]
      }
    }
  }
}

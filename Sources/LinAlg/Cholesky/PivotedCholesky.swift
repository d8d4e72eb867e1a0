/// The Cholesky factorization with complete pivoting, `PᵀAP = LLᵀ`, of a symmetric positive semidefinite matrix.
///
/// Each pivot is the largest that is left, so the factorization stops at the numerical rank and names columns
/// that depend on those before (Higham, Analysis of the Cholesky decomposition of a semi-definite matrix, 1990).
/// An indefinite matrix also stops early: ``largestResidual`` is then not small.
public struct PivotedCholesky: Sendable {
  /// The number of rows, and of columns.
  public let order: Int
  /// The number of pivots above the tolerance.
  public let rank: Int
  /// Row and column `k` of `PᵀAP` are row and column `permutation[k]` of `A`, pivots from the largest down.
  public let permutation: [Int]
  /// The pivot at or below which the factorization stopped.
  public let tolerance: Double
  /// The largest magnitude on the diagonal of what `LLᵀ` leaves of `A`, over the dependent columns; 0 for full rank.
  ///
  /// Of the order of ``tolerance`` for a semidefinite matrix.
  public let largestResidual: Double
  /// The leading rank columns of `L`, of which those rank rows and the dependent rows mean something.
  private let storage: [Double]

  /// Factorizes a matrix in its own storage.
  ///
  /// - Parameters:
  ///   - matrix: `A`, order × order.
  ///   - relativeTolerance: the pivot, as a fraction of the largest diagonal entry, at or below which columns
  ///     are dependent; order · ε where none is given, as in LAPACK. The first pivot has only to be positive.
  /// - Throws: `notFinite` for an entry that is infinite or not a number.
  /// - Complexity: about order × rank² flops.
  public init(consuming matrix: consuming SymmetricMatrix, relativeTolerance: Double? = nil) throws(LinAlgError) {
    try matrix.requireFinite()
    let order = matrix.order
    let diagonal = (0..<order).map { matrix.storage[$0 * (order + 1)] }
    let relativeTolerance = relativeTolerance ?? Double(order) * .ulpOfOne
    precondition(relativeTolerance >= 0, "a tolerance of \(relativeTolerance)")
    let tolerance = relativeTolerance * max(0, diagonal.max() ?? 0)
    var pivots = [Int32](repeating: 0, count: order)
    var scratch = [Double](repeating: 0, count: 2 * order)
    var storage = matrix.takeStorage()
    var entries = storage.mutableSpan
    rank = LAPACK.pstrf(&entries, order: order, tolerance: tolerance, pivots: &pivots, scratch: &scratch)
    self.order = order
    self.tolerance = tolerance
    permutation = pivots.map { Int($0) - 1 }
    var residual = 0.0
    for row in rank..<order {
      var left = diagonal[permutation[row]]
      for column in 0..<rank { left -= storage[row + column * order] * storage[row + column * order] }
      residual = max(residual, abs(left))
    }
    largestResidual = residual
    self.storage = storage
  }

  /// The columns of `A` that were kept, rank of them, in the order of their pivots.
  public var independentColumns: [Int] { Array(permutation[..<rank]) }

  /// The columns of `A` that depend on the kept ones to the tolerance, ascending.
  public var dependentColumns: [Int] { permutation[rank...].sorted() }

  /// The entry of `L` in a row (in the order of the pivots) and one of the first rank columns, zero above the diagonal.
  public subscript(row: Int, column: Int) -> Double {
    precondition(row >= 0 && row < order && column >= 0 && column < rank, "(\(row), \(column)) of \(order) × \(rank)")
    return row < column ? 0 : storage[row + column * order]
  }

  /// Overwrites `b`, order numbers, with the solution on the independent columns, zero at the dependent ones.
  ///
  /// With `I` the independent columns, `A[I, I] x[I] = b[I]`. For a semidefinite `A` and `b` in its range that
  /// solves all of `Ax = b`.
  ///
  /// - Complexity: 2 rank² flops.
  public func solve(_ b: inout [Double]) {
    precondition(b.count == order, "\(b.count) numbers for order \(order)")
    var kept = permutation[..<rank].map { b[$0] }
    var x = kept.mutableSpan
    BLAS.trsv(storage.span, .none, order: rank, leadingDimension: max(1, order), &x)
    BLAS.trsv(storage.span, .transposed, order: rank, leadingDimension: max(1, order), &x)
    for k in 0..<order { b[permutation[k]] = k < rank ? kept[k] : 0 }
  }
}

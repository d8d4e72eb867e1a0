#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The Cholesky factorization `A = LLᵀ` of a symmetric positive definite matrix.
///
/// Success does not mean good conditioning: ask ``reciprocalCondition(oneNorm:)``.
///
/// Backward stable: the computed `L` is exact for a matrix within
/// `γ₍ₙ₊₁₎ √(aᵢᵢaⱼⱼ) / (1 − γ₍ₙ₊₁₎)` of `A` in each entry (Demmel, LAPACK Working Note 14, 1989).
public struct Cholesky: Sendable {
  /// The number of rows, and of columns.
  public let order: Int
  /// `L` on and below the diagonal, column by column; what stands above means nothing.
  private let storage: [Double]

  /// Factorizes a matrix in its own storage.
  ///
  /// Write `consume` before a variable: a matrix that lives on is copied first.
  ///
  /// - Throws: `notPositiveDefinite` with the first leading minor that is not positive or not a number.
  /// - Complexity: order³ / 3 flops; no copy where the caller gives the matrix away.
  public init(consuming matrix: consuming SymmetricMatrix) throws(LinAlgError) {
    let order = matrix.order
    var storage = matrix.takeStorage()
    var entries = storage.mutableSpan
    try LAPACK.potrf(&entries, order: order)
    self.order = order
    self.storage = storage
  }

  /// The entry of `L` in a row and a column, zero above the diagonal.
  public subscript(row: Int, column: Int) -> Double {
    precondition(row >= 0 && row < order && column >= 0 && column < order, "(\(row), \(column)) of \(order)")
    return row < column ? 0 : storage[row + column * order]
  }

  /// Overwrites `b`, order numbers, with the solution of `Ax = b`.
  ///
  /// - Complexity: 2 order² flops.
  public func solve(_ b: inout [Double]) {
    var x = b.mutableSpan
    solve(&x)
  }

  /// Overwrites `b`, order numbers, with the solution of `Ax = b`.
  ///
  /// - Complexity: 2 order² flops.
  public func solve(_ b: inout MutableSpan<Double>) {
    BLAS.trsv(storage.span, .none, order: order, &b)
    BLAS.trsv(storage.span, .transposed, order: order, &b)
  }

  /// Overwrites `b`, order rows, with the solution of `AX = B`.
  ///
  /// - Complexity: 2 order² flops a column.
  public func solve(_ b: inout Matrix) {
    precondition(b.rowCount == order, "\(b.rowCount) rows for order \(order)")
    let columnCount = b.columnCount
    var x = b.storage.mutableSpan
    LAPACK.potrs(storage.span, order: order, &x, columnCount: columnCount)
  }

  /// Overwrites `b`, order numbers, with the solution of `Ly = b`.
  ///
  /// - Complexity: order² flops.
  public func forwardSolve(_ b: inout [Double]) {
    var y = b.mutableSpan
    forwardSolve(&y)
  }

  /// Overwrites `b`, order numbers, with the solution of `Ly = b`.
  ///
  /// - Complexity: order² flops.
  public func forwardSolve(_ b: inout MutableSpan<Double>) {
    BLAS.trsv(storage.span, .none, order: order, &b)
  }

  /// Overwrites `b`, order rows, with the solution of `LY = B`.
  ///
  /// - Complexity: order² flops a column.
  public func forwardSolve(_ b: inout Matrix) {
    precondition(b.rowCount == order, "\(b.rowCount) rows for order \(order)")
    let columnCount = b.columnCount
    var y = b.storage.mutableSpan
    BLAS.trsm(storage.span, .none, order: order, &y, columnCount: columnCount)
  }

  /// `ln det A = 2 Σ ln Lᵢᵢ`, which neither overflows nor underflows; 0 for order 0.
  ///
  /// - Complexity: order logarithms.
  public var logDeterminant: Double {
    var sum = 0.0
    for i in 0..<order { sum += log(storage[i * (order + 1)]) }
    return 2 * sum
  }

  /// `A⁻¹`, for where the inverse itself is the result; solve systems with ``solve(_:)-(Matrix)``.
  ///
  /// - Complexity: 2 order³ / 3 flops.
  public func inverse() -> SymmetricMatrix {
    var inverse = storage
    do throws(LinAlgError) {
      var entries = inverse.mutableSpan
      try LAPACK.potri(&entries, order: order)
    } catch {
      preconditionFailure("a factor with a pivot that is not positive: \(error)")
    }
    return SymmetricMatrix(order: order, lowerTriangleOf: inverse)
  }

  /// An estimate of the reciprocal of the condition number in the 1-norm.
  ///
  /// The estimate is seldom more than three times too large (Higham, ACM TOMS 14, 1988, 381–396).
  ///
  /// - Parameter oneNorm: `‖A‖₁`, taken before the factorization.
  /// - Returns: about `1 / (‖A‖₁ ‖A⁻¹‖₁)`, between 0 and 1; 1 for order 0.
  /// - Complexity: a few solves, 2 order² flops each.
  public func reciprocalCondition(oneNorm: Double) -> Double {
    var workspace = CholeskyWorkspace(order: order)
    return reciprocalCondition(oneNorm: oneNorm, workspace: &workspace)
  }

  /// The same estimate as ``reciprocalCondition(oneNorm:)``, with the caller's scratch.
  ///
  /// - Precondition: `workspace.order >= order`.
  public func reciprocalCondition(oneNorm: Double, workspace: inout CholeskyWorkspace) -> Double {
    LAPACK.pocon(
      storage.span, order: order, oneNorm: oneNorm, real: &workspace.real, integer: &workspace.integer)
  }

  /// Gives the storage back, `order * order` numbers, to be filled anew.
  public consuming func relinquishStorage() -> [Double] {
    storage
  }
}

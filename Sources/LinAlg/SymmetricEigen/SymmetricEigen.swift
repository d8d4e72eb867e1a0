/// The eigenvalues and eigenvectors of a symmetric matrix, `A = V diag(λ) Vᵀ`.
///
/// Divide and conquer (LAPACK `syevd`; Gu and Eisenstat, SIAM J. Matrix Anal. Appl. 16, 1995, 172–191). Each
/// eigenvalue is within `p(n) u ‖A‖₂` of the true one, so small ones of a matrix with large ones have few
/// digits or none. Eigenvectors are orthonormal to `p(n) u`; where eigenvalues agree, or nearly, their vectors
/// are some orthonormal basis of the common space, and which one depends on rounding.
public struct SymmetricEigen: Sendable {
  /// The eigenvalues, ascending.
  public let values: [Double]
  /// The eigenvectors in columns, in the order of ``values``; the entry of largest magnitude in each, the
  /// first of several, is positive.
  public let vectors: Matrix

  /// The number of eigenvalues.
  public var order: Int { values.count }

  /// Decomposes a matrix in its own storage.
  ///
  /// - Throws: `notFinite` for an entry that is infinite or not a number, `didNotConverge`.
  /// - Complexity: up to 9 order³ flops; scratch of 2 order² doubles.
  public init(consuming matrix: consuming SymmetricMatrix) throws(LinAlgError) {
    var workspace = SymmetricEigenWorkspace(order: matrix.order)
    try self.init(consuming: matrix, workspace: &workspace)
  }

  /// Decomposes a matrix in its own storage, with the caller's scratch.
  ///
  /// - Precondition: `workspace.order == matrix.order`.
  /// - Throws: `notFinite` for an entry that is infinite or not a number, `didNotConverge`.
  /// - Complexity: up to 9 order³ flops.
  public init(
    consuming matrix: consuming SymmetricMatrix, workspace: inout SymmetricEigenWorkspace
  ) throws(LinAlgError) {
    let order = matrix.order
    precondition(workspace.order == order, "scratch for order \(workspace.order), matrix of order \(order)")
    try matrix.requireFinite()
    var values = [Double](repeating: 0, count: order)
    var vectors = Matrix(rowCount: order, columnCount: order, storage: matrix.takeStorage())
    var entries = vectors.storage.mutableSpan
    try LAPACK.syevd(
      &entries, order: order, withVectors: true, values: &values, real: &workspace.real,
      integer: &workspace.integer)
    SignConvention.apply(toColumnsOf: &vectors)
    self.values = values
    self.vectors = vectors
  }

  /// The matrix with the same eigenvectors and other eigenvalues.
  ///
  /// - Parameter values: order numbers, of any sign.
  /// - Returns: `V diag(values) Vᵀ`.
  /// - Complexity: 2 order³ flops.
  public func recomposed(values: [Double]) -> SymmetricMatrix {
    precondition(values.count == order, "\(values.count) values for order \(order)")
    let order = order
    let scaled = Matrix(rowCount: order, columnCount: order) { vectors[$0, $1] * values[$1] }
    return SymmetricMatrix(
      order: order, lowerTriangleOf: scaled.view.multiplied(by: vectors.view.transposed).storage)
  }

  /// Gives the storage of the eigenvectors back, `order * order` numbers, to be filled anew.
  public consuming func relinquishStorage() -> [Double] {
    vectors.storage
  }
}

extension SymmetricMatrix {
  /// The eigenvalues alone, ascending.
  ///
  /// - Throws: `notFinite` for an entry that is infinite or not a number, `didNotConverge`.
  /// - Complexity: about 4 order³ / 3 flops.
  public func eigenvalues() throws(LinAlgError) -> [Double] {
    try requireFinite()
    var values = [Double](repeating: 0, count: order)
    let scratch = LAPACK.syevdScratchCounts(order: order, withVectors: false)
    var real = [Double](repeating: 0, count: scratch.real)
    var integer = [Int32](repeating: 0, count: scratch.integer)
    var overwritten = storage
    var entries = overwritten.mutableSpan
    try LAPACK.syevd(
      &entries, order: order, withVectors: false, values: &values, real: &real, integer: &integer)
    return values
  }
}

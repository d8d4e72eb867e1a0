/// The thin singular value decomposition `A = U diag(σ) Vᵀ` of a matrix of any shape.
///
/// With k = min(rows, columns), `U` is rows × k, `Vᵀ` k × columns. Divide and conquer (LAPACK `gesdd`; Gu and
/// Eisenstat, SIAM J. Matrix Anal. Appl. 16, 1995, 79–92): each singular value is within `p(m, n) u σ₁` of
/// the true one, `U` and `V` are orthonormal to `p(m, n) u`.
public struct SVD: Sendable {
  /// The number of rows of `A`.
  public let rowCount: Int
  /// The number of columns of `A`.
  public let columnCount: Int
  /// The singular values, descending, none negative.
  public let singularValues: [Double]
  /// `U`, rows × k.
  public let u: Matrix
  /// `Vᵀ`, k × columns; the entry of largest magnitude in each row, the first of several, is positive.
  public let vTransposed: Matrix

  /// Decomposes a matrix, whose storage is overwritten.
  ///
  /// - Throws: `notFinite` for an entry that is infinite or not a number, `didNotConverge`.
  /// - Complexity: of the order of rows × columns × min(rows, columns) flops.
  public init(consuming matrix: consuming Matrix) throws(LinAlgError) {
    var workspace = SVDWorkspace(rowCount: matrix.rowCount, columnCount: matrix.columnCount)
    try self.init(consuming: matrix, workspace: &workspace)
  }

  /// Decomposes a matrix, whose storage is overwritten, with the caller's scratch.
  ///
  /// - Precondition: the scratch was made for the matrix's shape.
  /// - Throws: `notFinite` for an entry that is infinite or not a number, `didNotConverge`.
  /// - Complexity: of the order of rows × columns × min(rows, columns) flops.
  public init(consuming matrix: consuming Matrix, workspace: inout SVDWorkspace) throws(LinAlgError) {
    let (rowCount, columnCount) = (matrix.rowCount, matrix.columnCount)
    precondition(
      workspace.rowCount == rowCount && workspace.columnCount == columnCount,
      "scratch for \(workspace.rowCount) × \(workspace.columnCount), matrix of \(rowCount) × \(columnCount)")
    try matrix.requireFinite()
    let inner = min(rowCount, columnCount)
    var singularValues = [Double](repeating: 0, count: inner)
    var u = Matrix.zeros(rowCount: rowCount, columnCount: inner)
    var vTransposed = Matrix.zeros(rowCount: inner, columnCount: columnCount)
    var storage = matrix.takeStorage()
    var entries = storage.mutableSpan
    try LAPACK.gesdd(
      &entries, rowCount: rowCount, columnCount: columnCount, singularValues: &singularValues, u: &u.storage,
      vTransposed: &vTransposed.storage, real: &workspace.real, integer: &workspace.integer)
    for k in 0..<inner
    where SignConvention.isReversed(vTransposed.storage.span, start: k, stride: inner, count: columnCount) {
      var rows = vTransposed.storage.mutableSpan
      SignConvention.reverse(&rows, start: k, stride: inner, count: columnCount)
      var columns = u.storage.mutableSpan
      SignConvention.reverse(&columns, start: k * rowCount, stride: 1, count: rowCount)
    }
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.singularValues = singularValues
    self.u = u
    self.vTransposed = vTransposed
  }

  /// `max(rows, columns) ε`, the relative cut-off below which a singular value is rounding error.
  public var roundoffCutoff: Double {
    Double(max(rowCount, columnCount)) * .ulpOfOne
  }

  /// The numerical rank.
  ///
  /// - Parameter relativeCutoff: 0 or more; ``roundoffCutoff`` where none is given.
  /// - Returns: the number of singular values above `relativeCutoff` times the largest; 0 for a zero matrix.
  public func rank(relativeCutoff: Double? = nil) -> Int {
    let cutoff = relativeCutoff ?? roundoffCutoff
    precondition(cutoff >= 0, "a cut-off of \(cutoff)")
    guard let first = singularValues.first else { return 0 }
    return singularValues.prefix { $0 > cutoff * first }.count
  }

  /// The ratio of the largest to the smallest singular value; 1 for an empty matrix, infinity for a singular.
  public var condition: Double {
    guard let first = singularValues.first, let last = singularValues.last else { return 1 }
    return last > 0 ? first / last : .infinity
  }

  /// The shortest of the vectors `x` for which `‖Ax − b‖₂` is least, singular values below the cut-off taken
  /// as zero: `Σ vₖ (uₖᵀb) / σₖ` over the rank.
  ///
  /// - Parameters:
  ///   - b: a number a row.
  ///   - relativeCutoff: as for ``rank(relativeCutoff:)``.
  /// - Returns: a number a column.
  /// - Complexity: 2 rank (rows + columns) flops.
  public func minimumNormSolution(_ b: [Double], relativeCutoff: Double? = nil) -> [Double] {
    precondition(b.count == rowCount, "\(b.count) numbers for \(rowCount) rows")
    let rank = rank(relativeCutoff: relativeCutoff)
    var coordinates = u.view.columns(0..<rank).transposed.multiplied(by: b)
    for k in 0..<rank { coordinates[k] /= singularValues[k] }
    return vTransposed.view.rows(0..<rank).transposed.multiplied(by: coordinates)
  }
}

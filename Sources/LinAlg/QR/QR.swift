/// The QR factorization with column pivoting, `AP = QR`, of a matrix of any shape.
///
/// With k = min(rows, columns), `R` is k × columns and upper triangular (a trapezoid where rows are fewer);
/// its diagonal does not grow in magnitude, so that it shows the numerical rank in all but contrived cases
/// (Golub, Numer. Math. 7, 1965, 206–216). Backward stable column by column: `AP + ΔA = QR` with
/// `‖Δaⱼ‖₂ ≤ γ₍cmn₎ ‖aⱼ‖₂` (Higham, Accuracy and Stability of Numerical Algorithms, 2002, theorem 19.4).
/// Numbers that are not finite go through to the results; ``rank(relativeTolerance:)`` is then 0.
public struct QR: Sendable {
  /// The number of rows of `A`.
  public let rowCount: Int
  /// The number of columns of `A`.
  public let columnCount: Int
  /// Column `k` of `AP` is column `permutation[k]` of `A`.
  public let permutation: [Int]
  /// `R` on and above the diagonal, the Householder vectors of `Q` below.
  let storage: [Double]
  let reflectorScales: [Double]

  /// Factorizes a matrix in its own storage.
  ///
  /// - Complexity: 2 n² (m − n / 3) flops for m rows, n columns, m >= n.
  public init(consuming matrix: consuming Matrix) {
    var workspace = QRWorkspace(rowCount: matrix.rowCount, columnCount: matrix.columnCount)
    self.init(consuming: matrix, workspace: &workspace)
  }

  /// Factorizes a matrix in its own storage, with the caller's scratch.
  ///
  /// - Precondition: the scratch was made for the matrix's shape.
  /// - Complexity: 2 n² (m − n / 3) flops for m rows, n columns, m >= n.
  public init(consuming matrix: consuming Matrix, workspace: inout QRWorkspace) {
    let (rowCount, columnCount) = (matrix.rowCount, matrix.columnCount)
    workspace.requireShape(rowCount: rowCount, columnCount: columnCount)
    var reflectorScales = [Double](repeating: 0, count: min(rowCount, columnCount))
    var storage = matrix.takeStorage()
    var entries = storage.mutableSpan
    LAPACK.geqp3(
      &entries, rowCount: rowCount, columnCount: columnCount, pivots: &workspace.integer,
      reflectorScales: &reflectorScales, scratch: &workspace.real)
    self.rowCount = rowCount
    self.columnCount = columnCount
    permutation = workspace.integer.map { Int($0) - 1 }
    self.storage = storage
    self.reflectorScales = reflectorScales
  }

  /// The entry of `R` in row `i`, below min(rows, columns), and column `j`; zero below the diagonal.
  public func r(_ i: Int, _ j: Int) -> Double {
    precondition(
      i >= 0 && i < reflectorScales.count && j >= 0 && j < columnCount,
      "(\(i), \(j)) of \(reflectorScales.count) × \(columnCount)")
    return i > j ? 0 : storage[i + j * rowCount]
  }

  /// `max(rows, columns) ε`, the relative tolerance below which a diagonal entry of `R` is rounding error.
  public var roundoffTolerance: Double {
    Double(max(rowCount, columnCount)) * .ulpOfOne
  }

  /// The numerical rank, from the diagonal of `R`.
  ///
  /// - Parameter relativeTolerance: 0 or more; ``roundoffTolerance`` where none is given.
  /// - Returns: the number of leading diagonal entries above `relativeTolerance` times the first in magnitude.
  public func rank(relativeTolerance: Double? = nil) -> Int {
    let tolerance = relativeTolerance ?? roundoffTolerance
    precondition(tolerance >= 0, "a tolerance of \(tolerance)")
    guard !reflectorScales.isEmpty else { return 0 }
    let threshold = tolerance * abs(storage[0])
    return (0..<reflectorScales.count).prefix { abs(storage[$0 * (rowCount + 1)]) > threshold }.count
  }

  /// Gives the storage back, `rowCount * columnCount` numbers, to be filled anew.
  public consuming func relinquishStorage() -> [Double] {
    storage
  }
}

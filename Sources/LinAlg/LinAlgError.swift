/// What the numbers of a matrix did to a factorization.
///
/// A wrong shape or an illegal argument is the caller's mistake and traps instead.
public enum LinAlgError: Error, Equatable, Sendable {
  /// The leading minor of this order (counted from 1) is not positive, or not a number.
  case notPositiveDefinite(leadingMinor: Int)
  /// The diagonal entry at this position (counted from 1) of a triangular matrix is exactly zero.
  case singular(diagonalEntry: Int)
  /// An iteration for eigenvalues or singular values left this many of them unconverged.
  case didNotConverge(unconverged: Int)
  /// The entry in this row and column (counted from 0, as in a subscript) is infinite or not a number.
  case notFinite(row: Int, column: Int)
}

/// How many eigenvalues of a symmetric matrix are negative, zero and positive.
///
/// Read off the factorization `A = P L D Lᵀ Pᵀ` of Bunch and Kaufman, since `A` and `D` have the same signs by Sylvester's
/// law of inertia (Golub and Van Loan, *Matrix Computations*, 2013, theorem 8.1.17). Those of eigenvalues within rounding
/// of zero, `n u ‖A‖`, are not to be relied on.
public struct Inertia: Hashable, Sendable {
  /// The number of negative eigenvalues.
  public let negativeCount: Int
  /// The number of eigenvalues that are exactly zero in `D`.
  public let zeroCount: Int
  /// The number of positive eigenvalues.
  public let positiveCount: Int

  /// Counts.
  ///
  /// - Throws: `notFinite` for an entry that is infinite or not a number.
  /// - Complexity: order³ / 3 flops, a quarter of what eigenvalues take.
  public init(consuming matrix: consuming SymmetricMatrix) throws(LinAlgError) {
    try matrix.requireFinite()
    let order = matrix.order
    var pivots = [Int32](repeating: 0, count: order)
    var storage = matrix.takeStorage()
    var entries = storage.mutableSpan
    LAPACK.sytrf(&entries, order: order, pivots: &pivots)
    var (negative, zero, positive) = (0, 0, 0)
    func count(_ value: Double) {
      if value < 0 { negative += 1 } else if value > 0 { positive += 1 } else { zero += 1 }
    }
    var row = 0
    while row < order {
      let diagonal = storage[row * (order + 1)]
      if pivots[row] > 0 {
        count(diagonal)
        row += 1
      } else {
        // Such a block is taken only where what is off the diagonal outweighs it: one eigenvalue of either sign.
        negative += 1
        positive += 1
        row += 2
      }
    }
    (negativeCount, zeroCount, positiveCount) = (negative, zero, positive)
  }
}

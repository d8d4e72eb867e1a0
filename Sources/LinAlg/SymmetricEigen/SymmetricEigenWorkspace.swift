/// Scratch for ``SymmetricEigen`` of one order; sized once, reused.
///
/// Not copyable, so that two workers cannot share one by accident.
public struct SymmetricEigenWorkspace: ~Copyable, Sendable {
  /// The order that the scratch serves.
  public let order: Int
  var real: [Double]
  var integer: [Int32]

  /// Makes scratch for matrices of an order: about 2 order² + 6 order reals and 5 order integers.
  public init(order: Int) {
    let counts = LAPACK.syevdScratchCounts(order: order, withVectors: true)
    self.order = order
    real = Array(repeating: 0, count: counts.real)
    integer = Array(repeating: 0, count: counts.integer)
  }
}

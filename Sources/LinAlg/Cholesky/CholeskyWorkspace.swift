/// Scratch for the condition estimate of a ``Cholesky`` factorization; sized once, reused.
///
/// Not copyable, so that two workers cannot share one by accident.
public struct CholeskyWorkspace: ~Copyable, Sendable {
  /// The largest order that the scratch serves.
  public let order: Int
  var real: [Double]
  var integer: [Int32]

  /// Makes scratch for matrices up to an order: 3 order reals and order integers.
  public init(order: Int) {
    precondition(order >= 0, "scratch for order \(order)")
    self.order = order
    real = Array(repeating: 0, count: 3 * order)
    integer = Array(repeating: 0, count: order)
  }
}

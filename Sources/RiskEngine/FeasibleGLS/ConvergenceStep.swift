/// How far one iteration moved the idio variances.
public struct ConvergenceStep: Hashable, Sendable {
  /// The iteration, from 1.
  public var iteration: Int
  /// The largest `|ln v' − ln v|`; 0 where no asset has enough observations.
  public var largestChange: Double
  /// The code of the asset that moved most, of several the one with the smallest code; `nil` where none has enough
  /// observations.
  public var asset: Int32?
  /// The logarithm of the likelihood with the parameters that the iteration started from, up to nothing; `nil` but for
  /// random factors.
  public var logLikelihood: Double?

  /// Makes a step.
  ///
  /// - Parameter changes: one an asset; `nan` counts for nothing.
  init(iteration: Int, changes: [Double], logLikelihood: Double? = nil) {
    self.iteration = iteration
    largestChange = 0
    for (code, change) in changes.enumerated() where change > largestChange || (asset == nil && !change.isNaN) {
      largestChange = change
      asset = Int32(code)
    }
    self.logLikelihood = logLikelihood
  }
}

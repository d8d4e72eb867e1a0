/// The number of trials up to and including the first success: 1, 2, 3, ...
struct Geometric {
  /// `ln(1 − p)` of the probability `p` of success.
  private let logOfFailure: Double

  /// Makes the distribution of a probability of success above 0 and at most 1.
  init(stopProbability: Double) {
    logOfFailure = PortableMath.log(1 - stopProbability)
  }

  /// The length whose probability of being exceeded is the largest below a uniform number.
  func length(at uniform: Double) -> Int {
    let failures = PortableMath.log(uniform) / logOfFailure
    return failures < 1e9 ? 1 + Int(failures) : 1_000_000_000
  }
}

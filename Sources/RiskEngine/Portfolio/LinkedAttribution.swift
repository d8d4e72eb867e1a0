/// Effects of several periods that sum to a compounded return.
public struct LinkedAttribution: Hashable, Sendable {
  /// For each effect its linked sum over the periods.
  public var effects: [Double]
  /// The weight of each period.
  public var weights: [Double]
  /// `Π (1 + R_t) − 1`.
  public var portfolioReturn: Double
  /// `Π (1 + R̄_t) − 1`; 0 without a benchmark.
  public var benchmarkReturn: Double

  /// The sum of the linked effects.
  public var total: Double { effects.reduce(0, +) }
  /// What they sum to: the portfolio's compounded return less the benchmark's.
  public var activeReturn: Double { portfolioReturn - benchmarkReturn }

  /// Weighs the effects of each period.
  init(_ effects: [[Double]], weights: [Double], portfolioReturn: Double, benchmarkReturn: Double) {
    var sums = [Double](repeating: 0, count: effects.first?.count ?? 0)
    for (ofPeriod, weight) in zip(effects, weights) {
      precondition(ofPeriod.count == sums.count, "\(ofPeriod.count) effects after \(sums.count)")
      for (effect, value) in ofPeriod.enumerated() { sums[effect] += weight * value }
    }
    self.effects = sums
    self.weights = weights
    self.portfolioReturn = portfolioReturn
    self.benchmarkReturn = benchmarkReturn
  }
}

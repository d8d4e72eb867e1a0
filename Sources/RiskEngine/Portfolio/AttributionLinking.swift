/// Brings effects of several periods together so that they sum to the compounded return.
///
/// Effects of one period sum to its return; returns compound, effects do not. Each way gives a period's effects a weight.
public enum AttributionLinking: String, Hashable, Sendable, CaseIterable {
  /// `k_t / k` with `k_t = (ln(1 + R_t) − ln(1 + R̄_t)) / (R_t − R̄_t)` and `k` the same of the totals (Cariño, *Combining
  /// attribution effects over time*, Journal of Performance Measurement, 1999).
  case carino
  /// `M + α_t` with `M = ((R − R̄) / T) / ((1 + R)^(1/T) − (1 + R̄)^(1/T))` and `α_t` in proportion to `R_t − R̄_t`, so that
  /// the total is met (Menchero, *An optimized approach to linking attribution effects over time*, Journal of Performance
  /// Measurement, 2000).
  case menchero

  /// By how much the effects of a period may miss the return that they are to explain, as a share of 1 plus its size.
  static let tolerance = 1e-9

  /// Links the effects of a portfolio's own return: `Σ_t a_t Π_{s<t} (1 + R_s)` sums to `Π (1 + R_t) − 1` exactly.
  ///
  /// - Parameter effects: for each period the effects, which sum to its return.
  /// - Throws: `LinkingError` for a number that is not finite or a return of −1 and below.
  /// - Complexity: O(T q) for T periods of q effects.
  public static func compounding(_ effects: [[Double]]) throws(LinkingError) -> LinkedAttribution {
    var weights = [Double]()
    var wealth = 1.0
    for (period, ofPeriod) in effects.enumerated() {
      weights.append(wealth)
      let value = ofPeriod.reduce(0, +)
      try check(value, .portfolio, period: period)
      wealth *= 1 + value
    }
    return LinkedAttribution(effects, weights: weights, portfolioReturn: wealth - 1, benchmarkReturn: 0)
  }

  /// Links the effects of active returns.
  ///
  /// - Parameters:
  ///   - effects: for each period the effects, which sum to the portfolio's return less the benchmark's.
  ///   - portfolioReturns: `R_t`, above −1.
  ///   - benchmarkReturns: `R̄_t`, above −1.
  /// - Throws: `LinkingError`.
  /// - Complexity: O(T q) for T periods of q effects.
  public func link(
    _ effects: [[Double]], portfolioReturns: [Double], benchmarkReturns: [Double]
  ) throws(LinkingError) -> LinkedAttribution {
    let count = effects.count
    precondition(
      portfolioReturns.count == count && benchmarkReturns.count == count,
      "\(portfolioReturns.count) and \(benchmarkReturns.count) returns for \(count) periods")
    var wealth = 1.0
    var ofBenchmark = 1.0
    for period in 0..<count {
      try Self.check(portfolioReturns[period], .portfolio, period: period)
      try Self.check(benchmarkReturns[period], .benchmark, period: period)
      let found = effects[period].reduce(0, +)
      let expected = portfolioReturns[period] - benchmarkReturns[period]
      guard found.isFinite else { throw .notFinite(period: period) }
      guard abs(found - expected) <= Self.tolerance * (1 + abs(expected)) else {
        throw .effectsDoNotAddUp(period: period, found: found, expected: expected)
      }
      wealth *= 1 + portfolioReturns[period]
      ofBenchmark *= 1 + benchmarkReturns[period]
    }
    let (total, benchmark) = (wealth - 1, ofBenchmark - 1)
    let weights: [Double]
    switch self {
    case .carino:
      let ofTotal = Self.logarithmicWeight(total, benchmark)
      weights = zip(portfolioReturns, benchmarkReturns).map { Self.logarithmicWeight($0, $1) / ofTotal }
    case .menchero:
      weights = Self.optimizedWeights(
        zip(portfolioReturns, benchmarkReturns).map { $0 - $1 }, total: total, benchmark: benchmark)
    }
    return LinkedAttribution(effects, weights: weights, portfolioReturn: total, benchmarkReturn: benchmark)
  }

  /// `(ln(1 + R) − ln(1 + R̄)) / (R − R̄)`, `1 / (1 + R)` where both are equal.
  ///
  /// By the logarithm of the ratio, which keeps its digits where the returns are nearly equal.
  private static func logarithmicWeight(_ portfolio: Double, _ benchmark: Double) -> Double {
    let difference = portfolio - benchmark
    guard difference != 0 else { return 1 / (1 + portfolio) }
    return PortableMath.logOnePlus(difference / (1 + benchmark)) / difference
  }

  /// `M + α_t`.
  private static func optimizedWeights(_ active: [Double], total: Double, benchmark: Double) -> [Double] {
    let count = Double(active.count)
    let difference = total - benchmark
    let base = PortableMath.exp(PortableMath.logOnePlus(benchmark) / count)
    let scale: Double
    if difference == 0 {
      scale = PortableMath.exp(PortableMath.logOnePlus(total) * ((count - 1) / count))
    } else {
      let growth = PortableMath.logOnePlus(difference / (1 + benchmark)) / count
      scale = difference / count / (base * PortableMath.expMinusOne(growth))
    }
    let sum = active.reduce(0, +)
    let squares = active.reduce(0) { $0 + $1 * $1 }
    let slope = squares > 0 ? (difference - scale * sum) / squares : 0
    return active.map { scale + slope * $0 }
  }

  private static func check(_ value: Double, _ party: LinkingError.Party, period: Int) throws(LinkingError) {
    guard value.isFinite else { throw .notFinite(period: period) }
    guard value > -1 else { throw .lossOfEverything(party, period: period, found: value) }
  }
}

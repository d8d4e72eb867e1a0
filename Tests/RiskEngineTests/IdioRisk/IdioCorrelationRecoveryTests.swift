import RiskEngine
import TestSupport
import Testing

/// Planted pairs are found and few others are, on histories of which the law is known.
@Suite struct IdioCorrelationRecoveryTests {
  /// The least `k` that a Poisson number of this mean exceeds with a probability of 10⁻⁶ at most.
  static func poissonQuantile(_ mean: Double) -> Int {
    var term = PortableMath.exp(-mean)
    var cumulative = term
    var k = 0
    while cumulative < 1 - 1e-6 {
      k += 1
      term *= mean / Double(k)
      cumulative += term
    }
    return k
  }

  /// Gaussian returns, 504 periods, with some returns missing or none; the committed seeds have to pass.
  ///
  /// The threshold at `ρ = 0.7` is near 0.3 and the standard error 0.024, so a miss is out of the question. Independent
  /// pairs pass with a probability of at most `n^(−C²/2)`.
  @Test(arguments: [(1, 0), (2, 0.1)] as [(UInt64, Double)])
  func plantedPairsAreFound(seed: UInt64, missing: Double) throws {
    let stream = RandomStream(seed: seed, stream: 1)
    let holes = RandomStream(seed: seed, stream: 2)
    let count = 400
    var returns = [[Double]]()
    for period in 0..<504 {
      let date = UInt32(period)
      var row = (0..<count).map { stream.normal(draw: 0, id: UInt32($0), date: date) }
      for pair in 0..<10 { row[2 * pair + 1] = 0.7 * row[2 * pair] + (1 - 0.49).squareRoot() * row[2 * pair + 1] }
      for code in 0..<count where holes.uniform(draw: 0, id: UInt32(code), date: date) < missing { row[code] = .nan }
      returns.append(row)
    }
    let history = CorrelatedHistory(
      returns: returns, live: (0..<Int32(count)).map { $0 }, issuers: Array(repeating: -1, count: count))
    var settings = IdioCorrelationSettings()
    settings.form = .thresholded
    settings.interval = 503
    for multiplier in [1.7, 2] {
      settings.multiplier = multiplier
      let estimate = try history.estimate(settings)
      let dense = estimate.dense(history.live)
      for pair in 0..<10 { #expect(dense[2 * pair][2 * pair + 1] > 0.5) }
      let expected = PortableMath.exp((2 - multiplier * multiplier / 2) * PortableMath.log(Double(count))) / 2
      #expect(estimate.counts.thresholdedPairs - 10 <= Self.poissonQuantile(expected))
    }
  }
}

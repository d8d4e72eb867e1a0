import RiskEngine
import TestSupport
import Testing

/// Correlations of loadings with returns.
@Suite struct InformationCoefficientTests {
  @Test func agreesWithSciPy() throws {
    let reference = try SeriesReference()
    var pearson = InformationCoefficient()
    let value = pearson.append(loadings: reference.loading, returns: reference.factor)
    #expect(abs(value - reference["pearson"]) <= 1e-13)
    // Loadings have one digit, so that there are ties.
    var rank = InformationCoefficient(.rank)
    let ofRanks = rank.append(loadings: reference.loading, returns: reference.factor)
    #expect(abs(ofRanks - reference["spearman"]) <= 1e-13)
  }

  /// With loadings `b` the coefficient is the slope of returns on loadings times `s_B / s_r`.
  @Test func isTheScaledSlope() {
    var random = TestRandom(seed: 5)
    let loadings = (0..<50).map { _ in random.normal() }
    let returns = loadings.map { 0.01 * $0 + 0.02 * random.normal() }
    var pairs = RunningCovariance()
    for (b, r) in zip(loadings, returns) { pairs.append(b, r) }
    var coefficient = InformationCoefficient()
    let value = coefficient.append(loadings: loadings, returns: returns)
    #expect(relativeDifference(value, pairs.slope * (pairs.squaresX / pairs.squaresY).squareRoot()) <= 1e-12)
  }

  @Test func weightsCountAssetsSeveralTimes() {
    var random = TestRandom(seed: 6)
    let loadings = (0..<10).map { _ in random.normal() }
    let returns = (0..<10).map { _ in random.normal() }
    let weights = (0..<10).map { Double($0 % 3) }
    var weighted = InformationCoefficient()
    let found = weighted.append(loadings: loadings, returns: returns, weights: weights)
    var repeated = InformationCoefficient()
    let copies = (0..<10).flatMap { Array(repeating: $0, count: $0 % 3) }
    let expected = repeated.append(loadings: copies.map { loadings[$0] }, returns: copies.map { returns[$0] })
    #expect(abs(found - expected) <= 1e-14)
  }

  @Test func summaryOverPeriods() throws {
    var random = TestRandom(seed: 7)
    var coefficient = InformationCoefficient()
    var values = [Double]()
    for period in 0..<24 {
      let loadings = (0..<(30 + period)).map { _ in random.normal() }
      let returns = loadings.map { 0.2 * $0 + random.normal() }
      values.append(coefficient.append(loadings: loadings, returns: returns))
      if period == 11 {
        var writer = StateWriter()
        coefficient.save(to: &writer)
        var reader = StateReader(writer.bytes)
        coefficient = try InformationCoefficient(from: &reader)
      }
      if period < 19 { #expect(coefficient.mean.isNaN) }
    }
    let mean = values.reduce(0, +) / 24
    let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 23).squareRoot()
    #expect(coefficient.count == 24)
    #expect(relativeDifference(coefficient.mean, mean) <= 1e-13)
    #expect(
      relativeDifference(coefficient.informationRatio(periodsPerYear: 12), 12.0.squareRoot() * mean / deviation)
        <= 1e-13)
    let errors = (0..<24).map { 1 / Double(29 + $0).squareRoot() }
    #expect(relativeDifference(coefficient.expectedDeviation, errors.reduce(0, +) / 24) <= 1e-13)
  }

  @Test func periodsThatSayNothing() {
    var coefficient = InformationCoefficient()
    #expect(coefficient.append(loadings: [1, 2], returns: [1, 2]).isNaN)
    #expect(coefficient.append(loadings: [1, 2, .nan, 3], returns: [1, .nan, 2, 3]).isNaN)
    #expect(coefficient.append(loadings: [0.1, 0.1, 0.1], returns: [1, 2, 3]).isNaN)
    #expect(coefficient.append(loadings: [1, 2, 3], returns: [0.7, 0.7, 0.7]).isNaN)
    #expect(coefficient.count == 0)
    #expect(coefficient.informationRatio(periodsPerYear: 12).isNaN)
  }
}

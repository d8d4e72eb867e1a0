import TestSupport
import Testing

@testable import RiskEngine

/// Autocovariances and the long-run variance.
@Suite struct SerialCorrelationTests {
  static let sample = RunningMomentsTests.sample(80)

  @Test func autocovariancesAgreeWithPlainLoops() {
    let x = Self.sample
    let mean = x.reduce(0, +) / Double(x.count)
    let found = SerialCorrelation.autocovariances(of: x, lags: 90)
    #expect(found.count == 91)
    for lag in 0...90 {
      let expected = lag < x.count ? (lag..<x.count).reduce(0.0) { $0 + (x[$1] - mean) * (x[$1 - lag] - mean) } : 0
      #expect(abs(found[lag] - expected / Double(x.count)) <= 1e-14)
    }
  }

  /// Lags four at a time have the bits of each on its own, for any remainder of four.
  @Test(arguments: 4...40)
  func fourLagsHaveTheBitsOfOne(count: Int) {
    let x = RunningMomentsTests.sample(count)
    for lag in 0...count - 4 {
      let four = SampleSums.laggedProducts(x.span, lag: lag)
      for place in 0..<4 {
        let own = lag + place
        let one = SampleSums.product(x.span.extracting(own..<count), x.span.extracting(0..<count - own))
        #expect(four[place] == one, "lag \(own)")
      }
    }
  }

  @Test func longRunVarianceIsNeverNegative() {
    // Alternating numbers have the strongest negative autocorrelation.
    let alternating = (0..<50).map { $0 % 2 == 0 ? 1.0 : -1.0 }
    for lags in 0..<60 {
      #expect(SerialCorrelation.longRunVariance(of: alternating, lags: lags) >= 0)
      #expect(SerialCorrelation.longRunVariance(of: Self.sample, lags: lags) > 0)
    }
    #expect(SerialCorrelation.longRunVariance(of: alternating, lags: 0) == 1)
    #expect(SerialCorrelation.longRunVariance(of: [], lags: 3) == 0)
  }

  /// 4 (T/100)^(2/9) is 4 at 100, 4.67 at 200, 8.13 at 2436, below 4 under 100.
  @Test func defaultLags() {
    #expect(SerialCorrelation.defaultLags(count: 99) == 3)
    #expect(SerialCorrelation.defaultLags(count: 100) == 4)
    #expect(SerialCorrelation.defaultLags(count: 200) == 4)
    #expect(SerialCorrelation.defaultLags(count: 2520) == 8)
    #expect(SerialCorrelation.defaultLags(count: 0) == 0)
  }
}

import TestSupport
import Testing

@testable import RiskEngine

/// Idio correlations against a second implementation that forms every pair.
@Suite struct IdioCorrelationAgreementTests {
  /// Sums of 200 terms of magnitude 1, each with a few roundings: about 200 ulp, and more for `θ` and eigenvalues.
  static let tolerance = 1e-12

  static func expectAgreement(_ history: CorrelatedHistory, _ settings: IdioCorrelationSettings) throws
    -> NaiveIdioCorrelations
  {
    let found = try history.estimate(settings)
    let expected = NaiveIdioCorrelations(history, settings)
    #expect(found.counts.thresholdedPairs == expected.thresholdedPairs)
    #expect(found.components.map(\.assets) == expected.components.map { $0.map { history.live[$0] } })
    let dense = found.dense(history.live)
    for i in history.live.indices {
      for j in history.live.indices {
        #expect(abs(dense[i][j] - expected.correlation[i][j]) <= tolerance, "places \(i) and \(j)")
      }
    }
    #expect(abs(found.largestShrinkage - expected.largestShrinkage) <= tolerance)
    return expected
  }

  /// Forty assets, some planted pairs, missing returns, a short, an empty and a constant series, three issuers.
  static func mixed(missing: Double) -> CorrelatedHistory {
    var history = CorrelatedHistory.normal(
      assets: 40, periods: 160, pairs: [(0, 1, 0.7), (2, 3, -0.6), (10, 11, 0.4), (11, 12, 0.5)], missing: missing,
      seed: 11)
    for period in history.returns.indices {
      if period < 140 { history.returns[period][20] = .nan }
      history.returns[period][21] = .nan
      history.returns[period][22] = 0
      // Early and late halves, which overlap little.
      if period > 115 { history.returns[period][23] = .nan }
      if period < 105 { history.returns[period][24] = .nan }
    }
    for (code, issuer) in [(5, 7), (6, 7), (20, 7), (1, 9), (30, 9), (21, 2), (22, 2)] {
      history.issuers[code] = Int32(issuer)
    }
    history.live.removeAll { $0 == 33 }
    history.live.swapAt(3, 17)
    return history
  }

  @Test(arguments: [0, 0.1, 0.4], IdioCorrelationSettings.Thresholding.allCases)
  func everyEntryAgrees(missing: Double, thresholding: IdioCorrelationSettings.Thresholding) throws {
    let history = Self.mixed(missing: missing)
    for (multiplier, window) in [(0.8, 160), (1.4, 120), (2, 160)] {
      var settings = history.settings(.thresholded, window: window)
      settings.multiplier = multiplier
      settings.thresholding = thresholding
      let expected = try Self.expectAgreement(history, settings)
      #expect(expected.thresholdedPairs >= (missing < 0.4 ? 3 : 1))
      if multiplier < 1, thresholding == .hard { #expect(expected.largestShrinkage > 0) }
    }
  }

  @Test(arguments: [0, 0.4])
  func linkedPairsAgree(missing: Double) throws {
    let history = Self.mixed(missing: missing)
    let expected = try Self.expectAgreement(history, history.settings(.linked))
    #expect(expected.components.map(\.count) == [2, 3, 2])
  }

  /// More assets than a tile has; half of them with histories that begin late or have gaps.
  static func staggered() -> CorrelatedHistory {
    var history = CorrelatedHistory.normal(
      assets: 320, periods: 80, pairs: [(0, 310, 0.8), (300, 301, 0.9), (3, 5, 0.7), (250, 315, -0.8)], seed: 5)
    for code in 150..<320 where code != 300 && code != 301 {
      for period in 0..<(code % 50) { history.returns[period][code] = .nan }
      for period in stride(from: 60, to: 80, by: 2 + code % 7) { history.returns[period][code] = .nan }
    }
    return history
  }

  @Test func severalTilesAgree() throws {
    let history = Self.staggered()
    var settings = history.settings(.thresholded)
    settings.multiplier = 1.5
    let expected = try Self.expectAgreement(history, settings)
    #expect(expected.thresholdedPairs > 10)
  }

  /// Both ways to bound a pair's weights are in use, and the cheap one holds for each pair.
  @Test func boundsHoldForEveryPair() throws {
    let history = Self.staggered()
    let periods = history.returns.map { StandardizedReturns($0.span) }
    let settings = history.settings(.thresholded)
    let gathered = CorrelationHistory(periods, of: history.live, halfLife: settings.halfLife)
    let screen = CorrelationScreen(gathered, settings)
    let kappa = 3.0
    var bounded = 0
    var unbounded = 0
    let tiles = stride(from: 0, to: screen.assets.count, by: 60).map { start in
      ScreeningTile(gathered, screen.assets[start..<min(start + 60, screen.assets.count)])
    }
    for rows in tiles {
      for columns in tiles {
        guard let bound = screen.bound(rows, columns, kappa) else {
          unbounded += 1
          continue
        }
        bounded += 1
        for row in rows.places {
          for column in columns.places {
            var weight = 0.0
            var squared = 0.0
            for t in 0..<80 where !gathered.returns(of: row)[t].isNaN && !gathered.returns(of: column)[t].isNaN {
              weight += gathered.weights[t]
              squared += gathered.weights[t] * gathered.weights[t]
            }
            // Equality holds between full histories, up to the rounding of sums of 80 terms.
            #expect(weight / (kappa * squared) + 1 / weight <= bound * (1 + 1e-13))
          }
        }
      }
    }
    #expect(bounded > 0 && unbounded > 0)
  }
}

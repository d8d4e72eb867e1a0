import RiskEngine
import TestSupport
import Testing

/// How many of many errors are found, and how much is found where there is none.
@Suite struct DetectionRateTests {
  /// At a volatility of 2% a log return of 0.25 is 12.5 standard deviations away, so clean data raise nothing, where
  /// one in ten thousand would be allowed.
  @Test func cleanReturnsAreNoJumps() throws {
    let market = CleanMarket(assets: 300, days: 200, seed: 61)
    let found = try market.feed(numbers: [.close, .volume, .shares]).ingest()
    let limit = 300 * 199 / 10_000
    #expect(found.findings(.jump).count <= limit)
    #expect(found.findings(.spike).count <= limit)
    #expect(found.findings(.unadjustedSplit).isEmpty && found.findings(.stalePrice).isEmpty)
  }

  /// One error an asset, far from one another.
  private struct Injected {
    var asset: String
    var day: Int
  }

  private func inject(
    _ market: CleanMarket, seed: UInt64, _ body: (Injected, inout TestRandom) -> Void
  ) {
    var random = TestRandom(seed: seed)
    for asset in market.ids { body(Injected(asset: asset, day: 25 + random.integer(below: 20)), &random) }
  }

  private func places(_ findings: [Finding], _ market: IngestedMarket) -> Set<String> {
    Set(findings.map { "\(market.identifiers.assets[$0.asset ?? 0]) \($0.date)" })
  }

  private let market = CleanMarket(assets: 150, days: 60, seed: 62)

  @Test func everyImpossibleValueIsFound() throws {
    var feed = market.feed(numbers: [.close, .high, .low, .volume, .shares])
    var expected: Set<String> = []
    inject(market, seed: 1) { error, random in
      let kind = random.integer(below: 5)
      feed.change(0, error.asset, error.day..<error.day + 1) { row in
        let close = row[.close]
        switch kind {
        case 0: row.numbers[.close] = -close
        case 1: row.numbers[.volume] = -1
        case 2: row.numbers[.shares] = 0
        case 3: row.numbers[.high] = close * 0.9
        default: row.numbers[.close] = close * 1.2
        }
      }
      expected.insert("\(error.asset) \(VendorFeed.date(error.day))")
    }
    let found = try feed.ingest()
    #expect(places(found.findings(.impossibleValue), found) == expected)
    #expect(found.findings(.impossibleValue).count == expected.count)
  }

  /// Splits of every usual kind, with shares that move up to five days before or after.
  @Test func everyUnadjustedSplitIsFound() throws {
    var feed = market.feed(numbers: [.close, .volume, .shares])
    var expected: Set<String> = []
    let ratios: [Double] = [2, 3, 4, 5, 10, 20, 1.5, 1.25, 0.5, 0.2, 0.1, 0.05, 50, 100, 0.01, 7]
    inject(market, seed: 2) { error, random in
      let ratio = ratios[random.integer(below: ratios.count)]
      let lag = random.integer(below: 11) - 5
      // The price moves by the split exactly: the day's own return would hide it where it is above 2%.
      let before = feed.number(0, error.asset, error.day - 1, .close)
      let after = feed.number(0, error.asset, error.day, .close)
      feed.change(0, error.asset, error.day..<60) { $0[.close] *= before / after / ratio }
      feed.change(0, error.asset, error.day + lag..<60) { $0[.shares] *= ratio }
      expected.insert("\(error.asset) \(VendorFeed.date(error.day))")
    }
    let found = try feed.ingest()
    #expect(places(found.findings(.unadjustedSplit), found) == expected)
  }

  @Test func everyUnitErrorIsFoundAndTheRightVendorNamed() throws {
    var feed = market.feed(vendors: 2, numbers: [.close, .volume, .bookEquity])
    var expected: Set<String> = []
    var wrong: [String: Int32] = [:]
    let factors: [Double] = [10, 100, 1000, 0.1, 0.01, 0.001]
    inject(market, seed: 3) { error, random in
      let vendor = random.integer(below: 2)
      let field: FieldName = [.close, .volume, .bookEquity][random.integer(below: 3)]
      let factor = factors[random.integer(below: 6)]
      feed.change(vendor, error.asset, error.day..<error.day + 1) { $0[field] *= factor }
      expected.insert("\(error.asset) \(VendorFeed.date(error.day))")
      wrong[error.asset] = Int32(vendor)
    }
    let found = try feed.ingest()
    let findings = found.findings(.unitError)
    #expect(places(findings, found) == expected && findings.count == expected.count)
    for finding in findings { #expect(finding.source == wrong[found.identifiers.assets[finding.asset ?? 0]]) }
  }

  @Test func nearlyEveryJumpAndSpikeIsFound() throws {
    for isSpike in [false, true] {
      var feed = market.feed(numbers: [.close, .volume])
      var expected: Set<String> = []
      inject(market, seed: 4) { error, random in
        // A jump is 8 standard deviations, a spike 7 and a half, beyond its threshold, and a spike reverts to
        // within 1%: the returns of the days themselves would hide some.
        let factor = PortableMath.exp((isSpike ? 0.4 : 0.57) * (random.integer(below: 2) == 0 ? 1 : -1))
        feed.change(0, error.asset, error.day..<(isSpike ? error.day + 1 : 60)) { $0[.close] *= factor }
        if isSpike {
          let before = feed.number(0, error.asset, error.day - 1, .close)
          let after = feed.number(0, error.asset, error.day + 1, .close)
          feed.change(0, error.asset, error.day + 1..<60) { $0[.close] *= 1.01 * before / after }
        }
        expected.insert("\(error.asset) \(VendorFeed.date(error.day))")
      }
      let found = try feed.ingest()
      let places = places(found.findings(isSpike ? .spike : .jump), found)
      #expect(Double(places.intersection(expected).count) >= 0.99 * Double(expected.count))
      #expect(places.isSubset(of: expected))
    }
  }
}

import LinAlg
import RiskEngine
import TestSupport
import Testing

/// The same bits however the work is arranged, and nothing that comes later.
@Suite struct IdioCorrelationFoldTests {
  static let history: CorrelatedHistory = {
    var history = CorrelatedHistory.normal(
      assets: 300, periods: 70, pairs: [(0, 1, 0.8), (4, 290, 0.7), (4, 100, 0.6)], missing: 0.05, seed: 21)
    for code in [7, 8, 9, 200] { history.issuers[code] = 3 }
    return history
  }()

  static func settings(_ form: IdioCorrelationSettings.Form = .thresholded) -> IdioCorrelationSettings {
    var settings = IdioCorrelationSettings()
    settings.form = form
    settings.window = 40
    settings.halfLife = 20
    settings.minimumObservations = 15
    settings.multiplier = 1.6
    settings.interval = 13
    return settings
  }

  /// The state after each period, read back from its bytes after every `stops`-th.
  static func states(
    _ history: CorrelatedHistory, _ form: IdioCorrelationSettings.Form = .thresholded, workers: Int = 1, stops: Int = 0
  ) throws -> [IdioCorrelationEstimate?] {
    var correlations = try IdioCorrelations(settings(form))
    var estimates = [IdioCorrelationEstimate?]()
    for (period, row) in history.returns.enumerated() {
      correlations.advance(row, live: history.live, issuers: history.issuers, workers: workers)
      estimates.append(correlations.latest)
      if stops > 0, period % stops == stops - 1 {
        let bytes = savedBytes(correlations)
        var reader = StateReader(bytes)
        correlations = try IdioCorrelations(from: &reader)
        #expect(reader.isAtEnd && savedBytes(correlations) == bytes)
        #expect(correlations.settings == settings(form))
      }
    }
    return estimates
  }

  @Test(arguments: IdioCorrelationSettings.Form.allCases)
  func resumingGivesTheSameBits(form: IdioCorrelationSettings.Form) throws {
    let whole = try Self.states(Self.history, form)
    #expect(whole.compactMap(\.?.components.count).max() ?? 0 > 0)
    for stops in [1, 7, 39] {
      let resumed = try Self.states(Self.history, form, stops: stops)
      #expect(resumed == whole)
    }
  }

  @Test(arguments: [2, 5])
  func workersDoNotMatter(workers: Int) throws {
    let alone = try Self.states(Self.history)
    #expect(try Self.states(Self.history, workers: workers) == alone)
  }

  /// Whatever comes after a period, also values that are no numbers, changes nothing up to it.
  @Test(arguments: [13, 30, 51])
  func nothingLaterMatters(cut: Int) throws {
    let whole = try Self.states(Self.history)
    var other = Self.history
    var random = TestRandom(seed: 5)
    for period in cut + 1..<other.periodCount {
      for code in other.returns[period].indices {
        other.returns[period][code] = [.nan, .infinity, 1e30 * random.normal()][random.integer(below: 3)]
      }
    }
    let changed = try Self.states(other)
    #expect(Array(changed[...cut]) == Array(whole[...cut]))
    #expect(changed.last != whole.last)
  }

  /// The codes of assets are arbitrary; their order is the caller's.
  @Test func codesDoNotMatter() throws {
    let count = 300
    // 7 and 302 have no common divisor.
    func code(_ place: Int) -> Int { (place + 1) * 7 % 302 }
    var other = Self.history
    for period in other.returns.indices {
      other.returns[period] = Array(repeating: .nan, count: 302)
      for place in 0..<count { other.returns[period][code(place)] = Self.history.returns[period][place] }
    }
    other.live = (0..<count).map { Int32(code($0)) }
    other.issuers = Array(repeating: -1, count: 302)
    for place in 0..<count { other.issuers[code(place)] = Self.history.issuers[place] }
    let first = try #require(try Self.states(Self.history).last ?? nil)
    let second = try #require(try Self.states(other).last ?? nil)
    #expect(second.components.map(\.correlation) == first.components.map(\.correlation))
    #expect(second.components.map(\.assets) == first.components.map { $0.assets.map { Int32(code(Int($0))) } })
  }

  /// Another order of the assets permutes the correlations.
  @Test func theOrderPermutesTheResult() throws {
    var other = Self.history
    var random = TestRandom(seed: 8)
    other.live.shuffle(using: &random)
    let first = try #require(try Self.states(Self.history).last ?? nil)
    let second = try #require(try Self.states(other).last ?? nil)
    #expect(second.counts == first.counts && first.counts.thresholdedPairs > 0)
    let expected = first.dense(Self.history.live)
    let found = second.dense(Self.history.live)
    // Pairs are the same sums; where correlations are shrunk eigenvalues differ by their rounding.
    for (a, b) in zip(found.joined(), expected.joined()) { #expect(abs(a - b) <= 1e-13) }
  }

  /// A correlation has no units: an asset's returns times a power of 2 give the same bits.
  ///
  /// With the sign changed too, unless the asset is linked: the prior correlation has a sign.
  @Test func scalesDoNotMatter() throws {
    var other = Self.history
    for period in other.returns.indices {
      for code in stride(from: 0, to: 300, by: 3) {
        other.returns[period][code] *= code % 2 == 0 || other.issuers[code] >= 0 ? 0x1p20 : -0x1p-20
      }
    }
    let first = try #require(try Self.states(Self.history).last ?? nil)
    let second = try #require(try Self.states(other).last ?? nil)
    #expect(second.counts == first.counts)
    for (a, b) in zip(first.components, second.components) where a.shrinkage == 0 {
      for i in a.assets.indices {
        for j in 0..<i { #expect(abs(a.correlation[i, j]) == abs(b.correlation[i, j])) }
      }
    }
  }

  @Test func damagedBytesAreRefused() throws {
    let history = CorrelatedHistory.normal(assets: 3, periods: 5, pairs: [(0, 1, 0.9)], seed: 1)
    var linked = history
    linked.issuers = [1, 1, -1]
    let bytes = savedBytes(try linked.run(Self.settings(.linked)))
    for count in 0..<bytes.count {
      #expect(throws: StateError.self) {
        var reader = StateReader(Array(bytes[..<count]))
        _ = try IdioCorrelations(from: &reader)
      }
    }
    // The version, and the settings' texts and numbers.
    for offset in [0, 17, 29, 31] {
      var damaged = bytes
      damaged[offset] ^= 0xFF
      #expect(throws: StateError.self) {
        var reader = StateReader(damaged)
        _ = try IdioCorrelations(from: &reader)
      }
    }
  }
}

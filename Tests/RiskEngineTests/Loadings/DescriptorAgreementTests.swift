import Testing

@testable import RiskEngine

/// Every descriptor against a second implementation straight from the formulas, with late listings, gaps, missing
/// values, revoked returns and histories that begin anew.
@Suite struct DescriptorAgreementTests {
  /// Sums of at most 1500 terms of like size round by about 1500 × 2⁻⁵³ ≈ 2e-13 at most, and ratios, logs and roots of
  /// them do not magnify that where the result is not near zero; those that can be are sums of returns, of size 1.
  static let tolerance = 1e-12

  static func requests(_ parameters: (String) -> DescriptorParameters = { _ in DescriptorParameters() })
    -> [DescriptorRequest]
  {
    DescriptorCatalog.entries.map { entry in
      var parameters = parameters(entry.name)
      if entry.name == "column" { parameters.field = "own" }
      return DescriptorRequest(entry.name, parameters)
    }
  }

  /// Compares on some dates; expects that each descriptor has values.
  static func compare(
    _ market: DescriptorMarket, _ requests: [DescriptorRequest], periodsPerYear: Int, dates: [Int]
  ) throws {
    let run = try market.run(requests, periodsPerYear: periodsPerYear)
    #expect(run.engine.skipped.isEmpty)
    let naive = NaiveDescriptors(market)
    for date in 0..<market.dateCount {
      #expect(agree(run.days[date].marketReturn, naive.marketReturns[date]))
      #expect(run.days[date].marketCount == naive.marketCounts[date])
    }
    var finite = requests.map { _ in 0 }
    for date in dates {
      for id in market.rows[date].keys.sorted() {
        let history = naive.history(id, date)
        for (column, request) in requests.enumerated() {
          let parameters = try request.resolved(periodsPerYear: periodsPerYear).parameters
          let expected = NaiveDescriptors.value(request.name, history, parameters, year: periodsPerYear)
          let found = run.value(id, date: date, column: column) ?? .nan
          if expected.isFinite { finite[column] += 1 }
          #expect(
            agree(found, expected), "\(request.name) {\(parameters)} of \(id) on date \(date): \(found), \(expected)")
        }
      }
    }
    for (column, request) in requests.enumerated() {
      #expect(finite[column] > 0, "\(request.name) has no value on the dates compared")
    }
  }

  static func agree(_ found: Double, _ expected: Double) -> Bool {
    if expected.isNaN || found.isNaN { return expected.isNaN && found.isNaN }
    return abs(found - expected) <= tolerance * max(abs(expected), 1)
  }

  @Test func defaultsOfDailyData() throws {
    let market = DescriptorMarket.random(assets: 8, dates: 1500, year: 252, seed: 11)
    let dates = [0, 1, 30] + Array(stride(from: 61, to: 1500, by: 53)) + Array(1488..<1500)
    try Self.compare(market, Self.requests(), periodsPerYear: 252, dates: dates)
  }

  @Test(arguments: [(52, UInt64(3)), (12, 4)])
  func defaultsOfOtherFrequencies(periodsPerYear: Int, seed: UInt64) throws {
    let market = DescriptorMarket.random(assets: 8, dates: 6 * periodsPerYear, year: periodsPerYear, seed: seed)
    let dates = Array(stride(from: 0, to: market.dateCount, by: periodsPerYear == 52 ? 5 : 1))
    try Self.compare(market, Self.requests(), periodsPerYear: periodsPerYear, dates: dates)
  }

  /// Short windows, half-lives and skips, and endless windows.
  @Test(arguments: [UInt64(5), 6])
  func otherParameters(seed: UInt64) throws {
    let market = DescriptorMarket.random(assets: 8, dates: 160, year: 12, seed: seed)
    var requests: [DescriptorRequest] = []
    for entry in DescriptorCatalog.entries where entry.defaults.window != nil {
      for (window, skip, halfLife) in [(13, 0, 3.0), (25, 5, .infinity), (nil, 0, 7.0), (nil, 4, .infinity)] {
        guard window != nil || entry.windowNeed == .any else { continue }
        requests.append(
          DescriptorRequest(
            entry.name,
            DescriptorParameters(
              halfLife: entry.defaults.halfLife.map { _ in halfLife },
              window: window.map { .periods($0) } ?? .unlimited, skip: entry.defaults.skip.map { _ in skip },
              minimumObservations: entry.name == "seasonality" ? 1 : skip == 0 ? 3 : 0.3)))
      }
    }
    try Self.compare(market, requests, periodsPerYear: 12, dates: Array(stride(from: 0, to: 160, by: 3)))
  }
}

import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Risk models of a panel in memory.
struct RiskModelEstimationTests {
  private static let panel: Panel = {
    let table = RandomPanel(
      assetCount: 40, dateCount: 110, labelCounts: [5], styleCount: 2, missingShare: 0.01, outsideShare: 0.05, seed: 11
    ).table()
    guard
      let panel = try? Panel(
        dates: table.rows.map(\.date), assets: table.rows.map(\.asset), returns: table.rows.map { 0.1 * $0.return },
        caps: table.rows.map(\.cap), groups: ["industry": table.rows.map { $0.labels[0] }],
        styles: ["one": table.rows.map { $0.styles[0] }, "two": table.rows.map { $0.styles[1] }],
        universe: table.rows.map(\.inUniverse), keepsSnapshots: true)
    else { fatalError("a panel of the test") }
    return panel
  }()

  private static var settings: RiskModelSettings {
    var settings = RiskModelSettings()
    settings.missingCapLimit = nil
    settings.factorCovariance.eigenfactor?.simulations = 20
    return settings
  }

  /// The variance of a portfolio is `x'(BFB' + Ω)x` with every matrix written out.
  @Test func theLatestModelIsThatOfItsDay() throws {
    let run = try RiskModelEstimation(Self.settings).run(Self.panel, workers: 2)
    let day = try #require(run.days.last)
    let model = try #require(try run.latest)
    let covariance = try #require(day.covariance)
    #expect(model.date == day.date && run.splitDate == Self.panel.crossSections[108 / 2 - 1].date)
    #expect(run.firstSpan?.hasConverged == true)
    let snapshot = day.input.snapshot
    let registry = run.pipeline.registry
    let weights = (0..<model.assetCount).map { 0.01 * Double($0 % 7) - 0.02 }
    var expected = 0.0
    var exposures = [Double](repeating: 0, count: covariance.factors.count)
    for (row, asset) in model.assets.enumerated() {
      let place = try #require(snapshot.assets.firstIndex(of: asset))
      let volatility = day.idioRisk.volatilities[place]
      expected += weights[row] * weights[row] * volatility * volatility
      for (factor, position) in covariance.factors.enumerated() {
        let loading: Double
        switch registry.factors[position].kind {
        case .market: loading = 1
        case .style(let name): loading = snapshot.loading(row: place, style: name == "one" ? 0 : 1)
        case .label(_, let label):
          guard case .labels(let codes) = snapshot.groups[0] else { continue }
          loading = Self.panel.labels[0][codes[place]] == label ? 1 : 0
        }
        exposures[factor] += weights[row] * loading
      }
    }
    for (row, first) in exposures.enumerated() {
      for (column, second) in exposures.enumerated() {
        expected += first * second * covariance.covariance[row, column]
      }
    }
    // Sums of products of the same numbers in another order.
    #expect(abs(model.variance(weights) - expected) <= 1e-12 * expected)
    #expect(try run.model(at: day.date)?.variance(weights) == model.variance(weights))
    #expect(try run.model(at: Self.panel.snapshots[0].date) == nil)
  }

  /// Sweeps stop where no variance moves by 1e-9 any more; factor returns move by less than that, relatively.
  @Test func sweepsAgreeWithTheWalk() throws {
    let walk = try RiskModelEstimation(Self.settings).run(Self.panel, workers: 2)
    var settings = Self.settings
    settings.sweepWindow = 20
    let sweeps = try RiskModelEstimation(settings).run(Self.panel, workers: 2)
    for (one, other) in zip(walk.days, sweeps.days) {
      let (expected, found) = (one.regression?.factorReturns ?? [], other.regression?.factorReturns ?? [])
      #expect(expected.count == found.count)
      for (value, same) in zip(expected, found) { #expect(abs(value - same) <= 1e-8 * max(abs(value), 1e-3)) }
    }
    #expect(zip(walk.days, sweeps.days).contains { $0.regression?.factorReturns != $1.regression?.factorReturns })
  }

  @Test func theSplitIsWithinThePeriods() throws {
    let dates = (0..<5).map { RandomPanel.date($0) }
    var settings = RiskModelSettings()
    #expect(try settings.splitDate(of: dates) == dates[1])
    #expect(throws: RiskModelSplitError.tooFewPeriods(found: 1)) { try settings.splitDate(of: [dates[0]]) }
    settings.initial = .date(RandomPanel.date(3))
    #expect(try settings.splitDate(of: dates) == dates[3])
    settings.initial = .date(dates[4])
    #expect(throws: RiskModelSplitError.self) { try settings.splitDate(of: dates) }
    settings.estimation = .iterated
    #expect(try settings.splitDate(of: dates) == dates[4])
    settings.estimation = .off
    #expect(try settings.splitDate(of: dates) == nil)
  }
}

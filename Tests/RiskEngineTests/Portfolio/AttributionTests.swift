import LinAlg
import RiskEngine
import TestSupport
import Testing

/// A period's return by factors, idio returns and what has none.
@Suite struct AttributionTests {
  /// A few sums of about 60 numbers of size 0.01 with weights of size 1.
  static let tolerance = 1e-14

  struct Case {
    let panel: Panel
    let result: RegressionResult
    let holdings: Holdings
    let benchmark: Holdings
    let table: PanelTable

    init(_ regression: CrossSectionalRegression = .init()) throws {
      table = RandomPanel(
        assetCount: 60, dateCount: 6, labelCounts: [5, 3], fractionalGroups: [1], styleCount: 3, missingShare: 0.05,
        outsideShare: 0.1, absentShare: 0.05, seed: 31
      ).table()
      panel = try table.panel()
      result = regression.estimate(panel)
      var random = TestRandom(seed: 32)
      let assets = (0..<Int32(panel.assets.count)).map { $0 }
      holdings = try Holdings(
        assets: assets, weights: assets.map { _ in random.normal() / 10 }, names: panel.assets)
      benchmark = try Holdings(
        assets: assets, weights: assets.map { _ in random.uniform() / 30 }, names: panel.assets)
    }

    /// The return of an asset in a period as the table has it; `nan` where it has none.
    func return_(_ asset: Int32, _ date: CalendarDate) -> Double {
      table.rows.first { $0.date == date && $0.asset == panel.assets[asset] }?.return ?? .nan
    }

    func otherReturns(_ date: CalendarDate) -> [Double] {
      (0..<Int32(panel.assets.count)).map { return_($0, date) }
    }
  }

  @Test func contributionsSumToTheReturn() throws {
    let example = try Case()
    #expect(example.panel.crossSections.count == 5)
    for (section, regression) in zip(example.panel.crossSections, example.result.periods) {
      let attribution = Attribution(
        example.holdings, section: section, regression: regression, otherReturns: example.otherReturns(section.date))
      // The return of the portfolio from the table's rows, knowing nothing of cross-sections.
      var expected = 0.0
      var unknown = 0.0
      for (asset, weight) in zip(example.holdings.assets, example.holdings.weights) {
        let value = example.return_(asset, section.date)
        if value.isFinite { expected += weight * value } else { unknown += abs(weight) }
      }
      #expect(abs(attribution.total - expected) <= Self.tolerance)
      #expect(abs(attribution.unknownGrossWeight - unknown) <= Self.tolerance)
      #expect(unknown > 0 && !attribution.unmodelled.isEmpty)
      #expect(
        abs(attribution.modelledWeight + attribution.unmodelledWeight - example.holdings.netWeight) <= Self.tolerance)
      #expect(
        abs(attribution.blocks.reduce(0) { $0 + $1.contribution } - attribution.factorContribution) <= Self.tolerance)
      #expect(attribution.blocks.map(\.block) == [.market, .group(0), .group(1), .style])
      let effects = attribution.effects(on: example.result.factors)
      #expect(effects.count == example.result.factors.count + 2)
      #expect(abs(effects.reduce(0, +) - attribution.total) <= Self.tolerance)
      #expect(effects[0] == attribution.contributions[0])
      #expect(Array(effects.suffix(2)) == [attribution.idioContribution, attribution.unmodelledContribution])
      let aligned = example.result.factors.aligned(regression.factorReturns, of: regression)
      for (factor, position) in example.result.factors.positions(of: attribution.layout).enumerated() {
        #expect(aligned[position] == attribution.factorReturns[factor])
        #expect(effects[position] == attribution.contributions[factor])
      }
    }
  }

  /// Loadings and idio part by plain loops over the rows.
  @Test func loadingsAndIdioPart() throws {
    let example = try Case()
    let section = example.panel.crossSections[2]
    let regression = example.result.periods[2]
    let attribution = Attribution(example.holdings, section: section, regression: regression)
    var idio = 0.0
    var loadings = [Double](repeating: 0, count: attribution.layout.count)
    for (asset, weight) in zip(example.holdings.assets, example.holdings.weights) {
      guard let row = section.assets.firstIndex(of: asset), regression.idioReturns[row].isFinite else { continue }
      idio += weight * regression.idioReturns[row]
      for factor in loadings.indices {
        let layout = attribution.layout
        if factor == 0 {
          loadings[0] += weight
        } else if factor >= layout.styleOffset {
          loadings[factor] += weight * section.loading(row: row, style: factor - layout.styleOffset)
        } else if layout.positions(ofGroup: 0).contains(factor) {
          guard case .labels(let labels) = section.groups[0] else { continue }
          if labels[row] == layout.labels[0][factor - layout.offset(ofGroup: 0)] { loadings[factor] += weight }
        } else {
          guard case .memberships(let memberships) = section.groups[1] else { continue }
          let label = layout.labels[1][factor - layout.offset(ofGroup: 1)]
          for entry in Int(memberships.starts[row])..<Int(memberships.starts[row + 1])
          where memberships.labels[entry] == label {
            loadings[factor] += weight * memberships.fractions[entry]
          }
        }
      }
    }
    #expect(abs(attribution.idioContribution - idio) <= Self.tolerance)
    for (found, expected) in zip(attribution.loadings, loadings) { #expect(abs(found - expected) <= Self.tolerance) }
    for factor in loadings.indices {
      #expect(
        abs(attribution.contributions[factor] - loadings[factor] * regression.factorReturns[factor]) <= Self.tolerance)
    }
    // Without other returns the assets outside the cross-section are in no contribution.
    let inSection = Set(section.assets)
    for asset in attribution.unmodelled where !inSection.contains(asset.asset) { #expect(asset.return.isNaN) }
  }

  /// The factor returns are those of the mimicking portfolios.
  @Test func factorPortfoliosEarnTheContributions() throws {
    let example = try Case()
    let section = example.panel.crossSections[1]
    let attribution = Attribution(example.holdings, section: section, regression: example.result.periods[1])
    let portfolios = try #require(
      CrossSectionalRegression().factorPortfolios(
        section, schema: example.panel.schema, labels: example.panel.labels))
    #expect(portfolios.layout == attribution.layout)
    for (factor, loading) in attribution.loadings.enumerated() {
      let earned = (0..<section.rowCount).reduce(0.0) { $0 + portfolios.holdings[$1, factor] * section.returns[$1] }
      // As for the portfolios themselves: ε times the condition of a small design.
      #expect(abs(attribution.contributions[factor] - loading * earned) <= InvariantCase.tolerance)
    }
  }

  /// Which zero sum identifies the label returns moves returns between factors only.
  @Test func otherZeroSumsKeepTheIdioPart() throws {
    let caps = try Case(CrossSectionalRegression(constraintWeights: .cap))
    let equal = try Case(CrossSectionalRegression(constraintWeights: .equal))
    let section = caps.panel.crossSections[0]
    let a = Attribution(caps.holdings, section: section, regression: caps.result.periods[0])
    let b = Attribution(caps.holdings, section: section, regression: equal.result.periods[0])
    #expect(abs(a.idioContribution - b.idioContribution) <= InvariantCase.tolerance)
    #expect(abs(a.factorContribution - b.factorContribution) <= InvariantCase.tolerance)
    #expect(abs(a.contributions[0] - b.contributions[0]) > 1e-6)
  }

  @Test func activeIsTheDifference() throws {
    let example = try Case()
    let section = example.panel.crossSections[3]
    let relative = RelativeAttribution(
      example.holdings, against: example.benchmark, section: section, regression: example.result.periods[3],
      otherReturns: example.otherReturns(section.date))
    for (factor, value) in relative.active.contributions.enumerated() {
      let difference = relative.portfolio.contributions[factor] - relative.benchmark.contributions[factor]
      #expect(abs(value - difference) <= Self.tolerance)
    }
    #expect(
      abs(relative.active.idioContribution - relative.portfolio.idioContribution + relative.benchmark.idioContribution)
        <= Self.tolerance)
    #expect(abs(relative.active.total - relative.portfolio.total + relative.benchmark.total) <= Self.tolerance)
    let none = RelativeAttribution(
      example.holdings, against: example.holdings, section: section, regression: example.result.periods[3])
    #expect(none.active.total == 0 && none.active.unmodelled.isEmpty)
  }

  /// From periods with different labels and holes to one sum over all of them.
  @Test func effectsOfPeriodsLink() throws {
    let example = try Case()
    let periods = zip(example.panel.crossSections, example.result.periods).map { section, regression in
      RelativeAttribution(
        example.holdings, against: example.benchmark, section: section, regression: regression,
        otherReturns: example.otherReturns(section.date))
    }
    let axis = example.result.factors
    let own = try AttributionLinking.compounding(periods.map { $0.portfolio.effects(on: axis) })
    let wealth = periods.reduce(1) { $0 * (1 + $1.portfolio.total) }
    #expect(abs(own.total - (wealth - 1)) <= Self.tolerance)
    #expect(own.effects.count == axis.count + 2)
    for linking in AttributionLinking.allCases {
      let active = try linking.link(
        periods.map { $0.active.effects(on: axis) }, portfolioReturns: periods.map(\.portfolio.total),
        benchmarkReturns: periods.map(\.benchmark.total))
      #expect(abs(active.total - active.activeReturn) <= Self.tolerance)
      #expect(active.portfolioReturn == own.portfolioReturn)
    }
  }

  @Test func portfoliosThatHoldNothingOrStrangers() throws {
    let example = try Case()
    let section = example.panel.crossSections[0]
    let regression = example.result.periods[0]
    let nothing = Attribution(.empty, section: section, regression: regression)
    #expect(nothing.total == 0 && nothing.unmodelled.isEmpty && nothing.modelledWeight == 0)
    var names = example.panel.assets
    let stranger = names.code(for: "stranger")
    let holdings = try Holdings(assets: [stranger], weights: [2], names: names)
    let all = Attribution(holdings, section: section, regression: regression)
    #expect(all.total == 0 && all.unknownGrossWeight == 2)
    #expect(all.unmodelled.count == 1 && all.unmodelled[0].return.isNaN)
    var returns = [Double](repeating: .nan, count: names.count)
    returns[Int(stranger)] = -0.25
    let known = Attribution(holdings, section: section, regression: regression, otherReturns: returns)
    #expect(known.total == -0.5 && known.unmodelledContribution == -0.5 && known.unknownGrossWeight == 0)
  }

  /// A period without a regression: every return is there, none is explained.
  @Test func aFailedPeriod() throws {
    let example = try Case(CrossSectionalRegression(minimumAssets: 1000))
    let section = example.panel.crossSections[0]
    let regression = example.result.periods[0]
    #expect(regression.factorReturns.isEmpty)
    let attribution = Attribution(
      example.holdings, section: section, regression: regression, otherReturns: example.otherReturns(section.date))
    #expect(attribution.layout.count == 0 && attribution.blocks.allSatisfy { $0.contribution == 0 })
    #expect(attribution.factorContribution == 0 && attribution.idioContribution == 0)
    let expected = zip(example.holdings.assets, example.holdings.weights).reduce(0.0) {
      let value = example.return_($1.0, section.date)
      return value.isFinite ? $0 + $1.1 * value : $0
    }
    #expect(abs(attribution.total - expected) <= Self.tolerance)
    let effects = attribution.effects(on: example.result.factors)
    #expect(effects.dropLast().allSatisfy { $0 == 0 } && effects.last == attribution.unmodelledContribution)
  }
}

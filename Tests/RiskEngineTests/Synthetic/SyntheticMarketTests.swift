import LinAlg
import RiskEngine
import Testing

/// What holds exactly in every synthetic market, whatever is drawn.
@Suite struct SyntheticMarketTests {
  /// `r = B f + ε` with the loadings and labels of the row before: a sum of K + 4 terms, each rounded once.
  @Test(arguments: SyntheticMode.allCases)
  func returnsAreLoadingsTimesFactorReturnsPlusIdio(mode: SyntheticMode) throws {
    let history = try SyntheticHistory(SyntheticHistory.configuration(mode))
    let (rows, market) = (history.block.rows, history.market)
    let loadings = history.trueLoadings()
    var compared = 0
    for period in history.block.periods {
      let f = period.factorReturns
      for row in period.rows where rows.returns[row].isFinite {
        let earlier = try #require(history.earlierRow(of: row, at: period))
        var terms = [f[0], history.block.idioReturns[row]]
        for (group, range) in market.factors.groupRanges.enumerated() {
          terms.append(f[range.lowerBound + Int(rows.labels[group][earlier])])
        }
        for (style, factor) in market.factors.styleRange.enumerated() {
          terms.append(loadings[style][earlier] * f[factor])
        }
        let magnitude = terms.reduce(0) { $0 + abs($1) }
        #expect(abs(terms.reduce(0, +) - rows.returns[row]) <= Double(terms.count) * magnitude * .ulpOfOne)
        compared += 1
      }
    }
    #expect(compared > 150 * 60)
  }

  /// Cap-weighted mean zero and equal-weighted deviation one, to rounding.
  @Test(arguments: SyntheticMode.allCases)
  func loadingsAreStandardizedOverTheUniverse(mode: SyntheticMode) throws {
    let history = try SyntheticHistory(SyntheticHistory.configuration(mode))
    let rows = history.block.rows
    for column in history.trueLoadings() {
      for period in history.block.periods {
        let members = period.rows.filter { rows.inUniverse[$0] }
        let caps = members.reduce(0) { $0 + rows.caps[$1] }
        let capMean = members.reduce(0) { $0 + rows.caps[$1] * column[$1] } / caps
        let mean = members.reduce(0) { $0 + column[$1] } / Double(members.count)
        let squares = members.reduce(0) { $0 + (column[$1] - mean) * (column[$1] - mean) }
        #expect(abs(capMean) <= 1e-12)
        #expect(abs((squares / Double(members.count - 1)).squareRoot() - 1) <= 1e-12)
      }
    }
  }

  /// In each group the factor returns weighted with the caps of the assets regressed sum to zero: to the
  /// roundings of J factor returns and of the sum.
  @Test(arguments: SyntheticMode.allCases)
  func factorReturnsSatisfyTheConstraintsOfTheAssetsRegressed(mode: SyntheticMode) throws {
    let history = try SyntheticHistory(SyntheticHistory.configuration(mode))
    let (rows, market) = (history.block.rows, history.market)
    for period in history.block.periods where period.index > 0 {
      var weights = market.labels.map { [Double](repeating: 0, count: $0.count) }
      var count = 0
      for row in period.rows where rows.returns[row].isFinite {
        guard let earlier = history.earlierRow(of: row, at: period), rows.inUniverse[earlier],
          rows.styles.allSatisfy({ $0[earlier].isFinite })
        else { continue }
        count += 1
        for group in weights.indices { weights[group][Int(rows.labels[group][earlier])] += rows.caps[earlier] }
      }
      #expect(count == period.regressedCount)
      for (range, weights) in zip(market.factors.groupRanges, weights) {
        let sum = zip(range, weights).reduce(0) { $0 + period.factorReturns[$1.0] * $1.1 }
        let scale = weights.reduce(0, +) * range.reduce(0) { max($0, abs(period.factorReturns[$1])) }
        #expect(abs(sum) <= Double(weights.count + 8) * scale * .ulpOfOne)
      }
    }
  }

  /// The engine's own join of rows finds the assets that the truth counts.
  @Test func panelAssemblerAgreesOnTheAssetsRegressed() throws {
    let history = try SyntheticHistory(SyntheticHistory.configuration(.full))
    let market = history.market
    var assembler = PanelAssembler(schema: market.schema)
    for period in history.block.periods {
      let section = try assembler.append(
        history.block.rows(of: period), assets: market.assets, labels: market.labels)
      #expect(section?.date == (period.index == 0 ? nil : period.date))
      #expect((section?.reasons.count(where: \.isEmpty) ?? 0) == period.regressedCount)
    }
  }

  /// Without noise the regression gives the true factor returns, to `100 u κ |f|` with `κ`
  /// the condition of the normal matrix that was factorized.
  @Test func regressionRecoversExactFactorReturns() throws {
    var configuration = SyntheticHistory.configuration(.exact)
    configuration.missing.returnFraction = 0.02
    configuration.missing.loadingFraction = 0.02
    configuration.lifetimes.outsideUniverseFraction = 0.1
    let history = try SyntheticHistory(configuration)
    let market = history.market
    var assembler = PanelAssembler(schema: market.schema)
    var sections = [CrossSection]()
    for period in history.block.periods {
      let rows = history.block.rows(of: period)
      if let section = try assembler.append(rows, assets: market.assets, labels: market.labels) {
        sections.append(section)
      }
    }
    let panel = Panel(
      schema: market.schema, lag: 1, assets: market.assets, labels: market.labels, crossSections: sections)
    let result = CrossSectionalRegression().estimate(panel)
    #expect(result.factors.names == market.factorNames)
    var compared = 0
    for (index, estimate) in result.factorReturns.enumerated() {
      let truth = history.block.periods[index + 1].factorReturns
      let scale = truth.reduce(0) { max($0, abs($1)) }
      let tolerance = 100 * Double.ulpOfOne / 2 * result.periods[index].condition * scale
      for (found, expected) in zip(estimate, truth) where found.isFinite {
        #expect(abs(found - expected) <= tolerance)
        compared += 1
      }
    }
    #expect(compared > 69 * 15)
  }

  @Test(arguments: SyntheticMode.allCases)
  func bitsDoNotDependOnWorkersOrBlocks(mode: SyntheticMode) throws {
    let configuration = SyntheticHistory.configuration(mode)
    let expected = try Self.checksum(configuration, workers: 1, blockLength: 70)
    for (workers, blockLength) in [(2, 70), (3, 7), (1, 1), (2, 64)] {
      #expect(try Self.checksum(configuration, workers: workers, blockLength: blockLength) == expected)
    }
  }

  /// A seed names a market in every version and on every platform; a change here is a change of results.
  @Test func seedsNameMarkets() throws {
    let checksum = try Self.checksum(SyntheticHistory.configuration(.full), workers: 1, blockLength: 64)
    #expect(checksum == 12_710_952_500_044_795_653)
    var other = SyntheticHistory.configuration(.full)
    other.seed += 1
    #expect(try Self.checksum(other, workers: 1, blockLength: 64) != checksum)
  }

  /// Mixes the bits of everything that a market gives.
  private static func checksum(
    _ configuration: SyntheticConfiguration, workers: Int, blockLength: Int
  ) throws -> UInt64 {
    var market = try SyntheticMarket(configuration, workers: workers)
    // One sum for each column, so that the length of blocks does not change the order.
    var sums = [UInt64](repeating: 0, count: 16 + configuration.styleCount)
    func add(_ values: some Sequence<UInt64>, to column: Int) {
      for value in values { sums[column] = sums[column] &* 0x100_0000_01b3 &+ value }
    }
    while let block = market.nextBlock(periodCount: blockLength) {
      let rows = block.rows
      add(rows.dates.map { UInt64($0.daysSinceEpoch) }, to: 0)
      add(rows.assets.map { UInt64($0) }, to: 1)
      // A NaN has one bit pattern here.
      add(rows.returns.map(\.bitPattern), to: 2)
      add(rows.caps.map(\.bitPattern), to: 3)
      add(rows.inUniverse.map { $0 ? 1 : 0 }, to: 4)
      for (group, labels) in rows.labels.enumerated() { add(labels.map { UInt64($0) }, to: 5 + group) }
      add(block.idioReturns.map(\.bitPattern), to: 7)
      add(block.idioVariances.map(\.bitPattern), to: 8)
      add(block.events.map { UInt64($0.rawValue) }, to: 9)
      add(block.hiddenLoadings.map(\.loading.bitPattern), to: 10)
      add(block.periods.flatMap { $0.factorReturns.map(\.bitPattern) }, to: 11)
      add(block.periods.map { UInt64($0.regressedCount) &* 2 &+ ($0.isStressed ? 1 : 0) }, to: 12)
      for (style, column) in rows.styles.enumerated() { add(column.map(\.bitPattern), to: 16 + style) }
    }
    return sums.reduce(0) { $0 &* 0x100_0000_01b3 &+ $1 }
  }

  @Test func namesSortAsTheirCodes() throws {
    var configuration = SyntheticHistory.configuration(.gaussStatic)
    configuration.assetCount = 120
    configuration.industryCount = 101
    let market = try SyntheticMarket(configuration)
    #expect(market.assets[0] == "A000000" && market.assets[119] == "A000119")
    #expect(market.labels[0][100] == "I100" && market.labels[0][7] == "I007")
    #expect(market.schema.groups == ["industry", "country"])
    #expect(market.schema.styles == ["S00", "S01", "S02", "S03"])
    #expect(market.factorNames.count == configuration.factorCount)
    #expect(market.factorNames[0] == "market" && market.factorNames[102] == "C00")
    for table in [market.assets] + market.labels { #expect(table.ranks() == Array(0..<Int32(table.count))) }
  }

  /// Without groups and styles the market alone is left; a group may have one label.
  @Test func smallestMarkets() throws {
    var configuration = SyntheticHistory.configuration(.full)
    configuration.industryCount = 0
    configuration.countryCount = 0
    configuration.styleCount = 0
    configuration.assetCount = 10
    let alone = try SyntheticHistory(configuration)
    #expect(alone.market.factorNames == ["market"])
    #expect(alone.block.rows.labels.isEmpty && alone.block.rows.styles.isEmpty)
    configuration.countryCount = 1
    let oneCountry = try SyntheticHistory(configuration)
    #expect(oneCountry.market.schema.groups == ["country"])
    #expect(oneCountry.block.periods.allSatisfy { abs($0.factorReturns[1]) <= 1e-17 })
    configuration.periodCount = 1
    let onePeriod = try SyntheticHistory(configuration)
    #expect(onePeriod.block.rows.count == 10)
    #expect(!onePeriod.block.rows.returns.contains { !$0.isNaN })
  }

  @Test func blocksEndWithTheMarket() throws {
    var market = try SyntheticMarket(SyntheticHistory.configuration(.exact))
    #expect(market.nextBlock(periodCount: 64)?.periods.count == 64)
    #expect(market.nextBlock(periodCount: 64)?.periods.map(\.index) == [64, 65, 66, 67, 68, 69])
    #expect(market.nextBlock(periodCount: 64) == nil)
    #expect(market.periodsDone == 70)
  }
}

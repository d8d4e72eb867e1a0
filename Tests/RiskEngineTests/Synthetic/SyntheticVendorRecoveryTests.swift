import RiskEngine
import Testing

/// The true loadings and returns are found again from the vendors' tables.
@Suite struct SyntheticVendorRecoveryTests {
  /// By way of ingestion, descriptors and normal scores, with and without errors.
  ///
  /// Normal scores of 80 ranks have a correlation of about 0.99 with the 80 normal numbers behind them; over samples it
  /// is the square root of the statistic of Shapiro and Wilk, whose 0.1% quantile for 80 numbers is 0.94.
  @Test(arguments: [0.0, 60])
  func loadingsAreFoundAgain(errorRate: Double) throws {
    var configuration = SyntheticVendorHistory.configuration(errorRate: errorRate)
    // The cap of an issuer lacks that of a line that is halted for longer than caps are carried forward, and then so do
    // the ratios of its other line.
    configuration.idio.pairedFraction = 0
    let history = try SyntheticVendorHistory(configuration)
    let markets = try history.ingested().compactMap(\.market)
    #expect(markets.count == history.market.configuration.periodCount)
    let schema = try history.ingestedSchema()
    let universe = try #require(schema.number(SyntheticVendors.universeField))
    let cap = try #require(schema.number(.marketCap))
    let members = markets.map { day in day.numbers[universe].map { $0 == 1 } }
    let requests = history.vendors.signals.map { signal in
      DescriptorRequest(
        signal.descriptor, DescriptorParameters(field: signal.descriptor == "column" ? signal.field : nil))
    }
    var engine = try DescriptorEngine(requests: requests, schema: schema, industry: .industry)
    #expect(engine.skipped.isEmpty)
    let descriptors = engine.advance(
      markets, inEstimation: members, assetCount: history.market.assets.count, workers: 2)
    var recipe = LoadingRecipe(
      styles: requests.indices.map { StyleRecipe("S\($0)", [.init(descriptor: $0)]) })
    recipe.gaussianizes = true
    recipe.imputation = nil
    let assembler = try LoadingAssembler(recipe, descriptorCount: requests.count, groupCount: 0)
    var scratch = LoadingAssembler.Scratch()

    var truth: [AssetDate: [Double]] = [:]
    for block in history.blocks {
      var loadings = block.rows.styles
      for hidden in block.hiddenLoadings { loadings[hidden.style][hidden.row] = hidden.loading }
      for row in block.rows.dates.indices {
        truth[AssetDate(date: block.rows.dates[row], asset: block.rows.assets[row])] = loadings.map { $0[row] }
      }
    }
    for place in stride(from: 0, to: markets.count, by: 9) {
      let day = markets[place]
      let found = assembler.assemble(
        descriptors: descriptors[place].values, caps: day.numbers[cap], inEstimation: members[place], groups: [],
        scratch: &scratch)
      for style in requests.indices {
        var pairs: [(Double, Double)] = []
        for (row, asset) in day.assets.enumerated() where members[place][row] {
          let loading = found.styles[style][row]
          guard loading.isFinite, let known = truth[AssetDate(date: day.date, asset: asset)] else { continue }
          pairs.append((loading, known[style]))
        }
        #expect(pairs.count > 60)
        #expect(correlation(pairs) > 0.94, "style \(style) on \(day.date)")
      }
    }
  }

  /// Ingestion gives the panel's excess returns, but for a few that checks drop or cannot resolve.
  @Test(arguments: [(0.0, 0.001), (60, 0.01)])
  func returnsAreFoundAgain(errorRate: Double, mostDifferences: Double) throws {
    let history = try SyntheticVendorHistory(SyntheticVendorHistory.configuration(errorRate: errorRate))
    var truth: [AssetDate: Double] = [:]
    for block in history.blocks {
      for row in block.rows.dates.indices where block.rows.returns[row].isFinite {
        truth[AssetDate(date: block.rows.dates[row], asset: block.rows.assets[row])] = block.rows.returns[row]
      }
    }
    var compared = 0
    var differences = 0
    for day in try history.ingested().compactMap(\.market) {
      for (row, asset) in day.assets.enumerated() where day.returnSpans[row] == 1 {
        guard let expected = truth[AssetDate(date: day.date, asset: asset)] else { continue }
        compared += 1
        // Two returns over closes, each of a few roundings.
        if !(abs(day.totalReturns[row] - day.riskFreeReturn - expected) < 32 * .ulpOfOne) { differences += 1 }
      }
    }
    #expect(compared > 12_000)
    #expect(Double(differences) <= mostDifferences * Double(compared), "\(differences) of \(compared)")
  }

  private func correlation(_ pairs: [(Double, Double)]) -> Double {
    let count = Double(pairs.count)
    let means = pairs.reduce((0.0, 0.0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (x, y) in pairs {
      let (x, y) = (x - means.0, y - means.1)
      xx += x * x
      xy += x * y
      yy += y * y
    }
    return xy / (xx * yy).squareRoot()
  }
}

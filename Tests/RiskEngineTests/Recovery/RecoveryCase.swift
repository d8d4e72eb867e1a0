import LinAlg
import RiskEngine
import TestSupport
import Testing

/// A small synthetic market as a panel, with the truth of each period.
///
/// Tolerances are derived: a statistic with a known law and a two-sided level of 1e-6, with fixed
/// seeds, so that a run is deterministic and a correct estimator passes for all but one seed in a million.
struct RecoveryCase {
  /// The level of a test, both sides together.
  static let level = 1e-6

  /// The panel, joined at lag 1; its weight column holds the true idio variances.
  let panel: Panel
  /// The truth of each cross-section.
  let truth: [SyntheticPeriod]
  /// The true idio variance of each asset and date: `variances[period][row]`.
  let variances: [[Double]]

  /// Makes a market.
  init(_ mode: SyntheticMode, assetCount: Int = 300, periodCount: Int = 61, seed: UInt64 = 3) throws {
    var configuration = SyntheticConfiguration(mode: mode)
    configuration.assetCount = assetCount
    configuration.periodCount = periodCount
    configuration.industryCount = 10
    configuration.styleCount = 5
    configuration.seed = seed
    try self.init(configuration)
  }

  /// Makes a market.
  init(_ configuration: SyntheticConfiguration) throws {
    var market = try SyntheticMarket(configuration, workers: 2)
    var schema = market.schema
    schema.hasWeights = true
    var assembler = PanelAssembler(schema: schema, lag: 1)
    var sections = [CrossSection]()
    var truth = [SyntheticPeriod]()
    var variances = [[Double]]()
    while let block = market.nextBlock() {
      for period in block.periods {
        var rows = block.rows(of: period)
        let ofRows = Array(block.idioVariances[period.rows])
        // Exact markets have no idio variance: weigh all alike.
        rows.weights = ofRows.map { $0 > 0 ? $0 : 1 }
        guard let section = try assembler.append(rows, assets: market.assets, labels: market.labels) else { continue }
        let byAsset = Dictionary(zip(rows.assets, ofRows)) { first, _ in first }
        sections.append(section)
        truth.append(period)
        variances.append(section.assets.map { byAsset[$0] ?? .nan })
      }
    }
    panel = Panel(
      schema: schema, lag: 1, assets: market.assets, labels: market.labels, crossSections: sections)
    self.truth = truth
    self.variances = variances
  }

  /// The weights `1 / v` that make least squares efficient.
  static let efficient = CrossSectionalRegression(weights: .inverseOfVarianceColumn)

  /// The true factor returns of a period in the order of a result's factors.
  ///
  /// The market's labels are in the order of their bytes, as the result's are.
  func factorReturns(_ period: Int) -> [Double] { truth[period].factorReturns }

  /// Checks a statistic against the chi-square distribution.
  static func expectChiSquare(_ statistic: Double, freedom: Int, level: Double = RecoveryCase.level) {
    let law = ChiSquareDistribution(degreesOfFreedom: Double(freedom))
    let (low, high) = (law.quantile(level / 2), law.quantile(1 - level / 2))
    #expect(low <= statistic && statistic <= high, "\(statistic) outside \(low)...\(high) for \(freedom)")
  }
}

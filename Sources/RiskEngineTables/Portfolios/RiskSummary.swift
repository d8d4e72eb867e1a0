public import ModelStore
internal import RiskEngine

/// The risk of a portfolio in short: fractions, a year's unless the name says otherwise.
public struct RiskSummary: Sendable, Codable {
  /// A part of the risk: a block, a factor, a label or an asset.
  public struct Part: Sendable, Codable {
    /// Its name.
    public var name: String
    /// What it is.
    public var kind: String
    /// The loading or the weight; 1 of a block.
    public var size: Double
    /// Its volatility.
    @NullWhenNaN public var volatility: Double
    /// Its correlation with the portfolio.
    @NullWhenNaN public var correlation: Double
    /// Its contribution to the volatility.
    public var contribution: Double
  }

  /// A held asset that the model does not cover.
  public struct Uncovered: Sendable, Codable {
    /// The asset.
    public var asset: String
    /// Its weight.
    public var weight: Double
    /// Why.
    public var reason: String
  }

  /// The risk against a benchmark.
  public struct Relative: Sendable, Codable {
    /// The benchmark's volatility.
    public var benchmarkVolatility: Double
    /// The share of its absolute weight that the model covers.
    public var benchmarkCoveredShare: Double
    /// The volatility of the difference.
    public var trackingError: Double
    /// Its factor part.
    public var activeFactorVolatility: Double
    /// Its idio part.
    public var activeIdioVolatility: Double
    /// The beta.
    @NullWhenNaN public var beta: Double
    /// The correlation.
    @NullWhenNaN public var correlation: Double
    /// The volatility of what does not covary with the benchmark.
    @NullWhenNaN public var residualVolatility: Double
    /// The active risk by block.
    public var blocks: [Part]
    /// The factors that contribute most to the tracking error.
    public var largestFactors: [Part]
    /// The assets of which the difference contributes most to the tracking error.
    public var largestAssets: [Part]
  }

  /// A scenario.
  public struct Scenario: Sendable, Codable {
    /// Its name.
    public var name: String
    /// `shocks`, `replay` or `stress`.
    public var kind: String
    /// The return of the factors.
    @NullWhenNaN public var `return`: Double
    /// The same less the benchmark's.
    @NullWhenNaN public var activeReturn: Double
    /// The volatility that remains, or under the stress.
    @NullWhenNaN public var volatility: Double
    /// The tracking error under the same.
    @NullWhenNaN public var trackingError: Double
    /// The probability of shocks as large.
    @NullWhenNaN public var tailProbability: Double
    /// Replayed periods in which a factor's return is missing.
    public var incompletePeriods: Int
  }

  /// The portfolio.
  public var portfolio: String
  /// The date of its holdings.
  public var date: String
  /// The date of the model.
  public var modelDate: String
  /// The share of the absolute weight that the model covers; all other figures are of that part.
  public var coveredShare: Double
  /// `Σ x` of all holdings.
  public var netWeight: Double
  /// `Σ |x|` of all holdings.
  public var grossWeight: Double
  /// `Σ x` that is covered.
  public var coveredWeight: Double
  /// The covered assets.
  public var coveredAssets: Int
  /// The volatility.
  @NullWhenNaN public var volatility: Double
  /// Its factor part.
  public var factorVolatility: Double
  /// Its idio part.
  @NullWhenNaN public var idioVolatility: Double
  /// The volatility of one period.
  @NullWhenNaN public var periodVolatility: Double
  /// The share of the variance that factors make.
  @NullWhenNaN public var factorShare: Double
  /// The diversification ratio.
  @NullWhenNaN public var diversificationRatio: Double
  /// The number of equal positions that are as concentrated.
  @NullWhenNaN public var effectiveAssetCount: Double
  /// By block, with `idio`; the contributions sum to the volatility.
  public var blocks: [Part]
  /// The factors that contribute most.
  public var largestFactors: [Part]
  /// The labels whose assets contribute most.
  public var largestLabels: [Part]
  /// The assets that contribute most.
  public var largestAssets: [Part]
  /// The assets with the largest weights.
  public var largestWeights: [Part]
  /// Against the benchmark.
  public var relative: Relative?
  /// The holdings that the model does not cover.
  public var uncovered: [Uncovered]
  /// The benchmark's that it does not cover.
  public var benchmarkUncovered: [Uncovered]
  /// The scenarios.
  public var scenarios: [Scenario]

  /// Summarizes a report.
  ///
  /// - Parameter count: how many of the largest are listed.
  public init(_ report: PortfolioRiskReport, listing count: Int = 10) {
    let risk = report.risk
    let scale = report.annualization
    portfolio = report.portfolio
    date = report.date.description
    modelDate = report.modelDate.description
    coveredShare = report.coveredShare
    netWeight = report.netWeight
    grossWeight = report.grossWeight
    coveredWeight = risk.coverage.coveredWeight
    coveredAssets = risk.coverage.coveredCount
    volatility = risk.annualizedVolatility
    factorVolatility = risk.annualizedFactorVolatility
    idioVolatility = risk.annualizedIdioVolatility
    periodVolatility = risk.volatility / risk.horizon.squareRoot()
    factorShare = risk.factorShare
    diversificationRatio = risk.diversificationRatio
    effectiveAssetCount = risk.effectiveAssetCount
    func part(_ name: String, _ kind: String, _ source: RiskSource) -> Part {
      Part(
        name: name, kind: kind, size: source.size, volatility: scale * source.volatility,
        correlation: source.correlation, contribution: scale * source.contribution)
    }
    func blocks(_ risk: PortfolioRisk) -> [Part] {
      risk.blocks.map { part(report.name(of: $0.block), "block", $0.source) } + [part("idio", "block", risk.idio)]
    }
    func factors(_ risk: PortfolioRisk) -> [Part] {
      risk.largestFactors(count).map { part(report.factors[$0].name, report.factors[$0].kind, risk.factors[$0]) }
    }
    func assets(_ assets: [PortfolioRisk.AssetRisk]) -> [Part] {
      assets.map { part(report.assets[$0.asset], "asset", $0.source) }
    }
    func uncovered(_ coverage: PortfolioCoverage) -> [Uncovered] {
      coverage.uncovered.map {
        Uncovered(asset: report.assets[$0.asset], weight: $0.weight, reason: $0.reason.rawValue)
      }
    }
    self.blocks = blocks(risk)
    largestFactors = factors(risk)
    let labels = risk.labels.flatMap { $0 }.filter { $0.weight != 0 || $0.contribution != 0 }
    largestLabels = labels.enumerated().sorted { left, right in
      let sizes = (abs(left.element.contribution), abs(right.element.contribution))
      return sizes.0 == sizes.1 ? left.offset < right.offset : sizes.0 > sizes.1
    }.prefix(count).map { entry in
      Part(
        name: report.factors[entry.element.factor].name, kind: report.factors[entry.element.factor].kind,
        size: entry.element.weight, volatility: .nan, correlation: .nan,
        contribution: scale * entry.element.contribution)
    }
    largestAssets = assets(risk.largestContributions(count))
    largestWeights = assets(risk.largestWeights(count))
    self.uncovered = uncovered(risk.coverage)
    benchmarkUncovered = report.relative.map { uncovered($0.benchmark.coverage) } ?? []
    relative = report.relative.map { relative in
      Relative(
        benchmarkVolatility: relative.benchmark.annualizedVolatility,
        benchmarkCoveredShare: relative.benchmark.coverage.coveredGrossWeight / report.benchmarkGrossWeight,
        trackingError: relative.active.annualizedVolatility,
        activeFactorVolatility: relative.active.annualizedFactorVolatility,
        activeIdioVolatility: relative.active.annualizedIdioVolatility, beta: relative.beta,
        correlation: relative.correlation, residualVolatility: scale * relative.residualVolatility,
        blocks: blocks(relative.active), largestFactors: factors(relative.active),
        largestAssets: assets(relative.active.largestContributions(count)))
    }
    scenarios = report.scenarios.map {
      Scenario(
        name: $0.request.name, kind: $0.request.kind, return: $0.return, activeReturn: $0.activeReturn,
        volatility: $0.volatility, trackingError: $0.trackingError, tailProbability: $0.tailProbability,
        incompletePeriods: $0.incompleteCount)
    }
  }
}

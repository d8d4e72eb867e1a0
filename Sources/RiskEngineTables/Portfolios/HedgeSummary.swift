internal import RiskEngine

/// A hedge in short; volatilities are a year's.
public struct HedgeSummary: Sendable, Codable {
  /// How much of an instrument is bought.
  public struct Ratio: Sendable, Codable {
    /// The factor, or the instrument.
    public var name: String
    /// How much of it.
    public var ratio: Double
  }

  /// The portfolio.
  public var portfolio: String
  /// The date of its holdings.
  public var date: String
  /// The date of the model.
  public var modelDate: String
  /// The share of the absolute weight that the model covers.
  public var coveredShare: Double
  /// The volatility before the trades.
  public var volatilityBefore: Double
  /// Its factor part.
  public var factorVolatilityBefore: Double
  /// Its idio part.
  public var idioVolatilityBefore: Double
  /// The volatility after them.
  public var volatilityAfter: Double
  /// Its factor part.
  public var factorVolatilityAfter: Double
  /// Its idio part.
  public var idioVolatilityAfter: Double
  /// `Σ |t|` of the trades.
  public var tradedGrossWeight: Double
  /// `Σ |t|` of the trades that the model does not cover, and whose risk is in no figure.
  public var uncoveredTradedWeight: Double
  /// What is bought.
  public var ratios: [Ratio]
  /// Factors that were to be neutralized and that no portfolio mimics.
  public var unhedgedFactors: [String]
  /// The held assets that the model does not cover.
  public var uncovered: [RiskSummary.Uncovered]

  /// Summarizes a report.
  public init(_ report: HedgeReport) {
    let hedge = report.hedge
    func annual(_ variance: Double) -> Double { report.annualization * max(0, variance).squareRoot() }
    portfolio = report.portfolio
    date = report.date.description
    modelDate = report.modelDate.description
    coveredShare = report.coverage.coveredGrossWeight / report.grossWeight
    volatilityBefore = annual(hedge.before.variance)
    factorVolatilityBefore = annual(hedge.before.factorVariance)
    idioVolatilityBefore = annual(hedge.before.idioVariance)
    volatilityAfter = annual(hedge.after.variance)
    factorVolatilityAfter = annual(hedge.after.factorVariance)
    idioVolatilityAfter = annual(hedge.after.idioVariance)
    tradedGrossWeight = hedge.trades.grossWeight
    uncoveredTradedWeight = hedge.tradeCoverage.uncoveredGrossWeight
    ratios = zip(report.instruments, hedge.ratios).map { Ratio(name: $0, ratio: $1) }
    unhedgedFactors = hedge.unhedgedFactors.map { report.factors[$0].name }
    uncovered = report.coverage.uncovered.map {
      RiskSummary.Uncovered(asset: report.assets[$0.asset], weight: $0.weight, reason: $0.reason.rawValue)
    }
  }
}

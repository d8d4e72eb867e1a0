public import ModelStore
internal import RiskEngine

/// What an evaluation came to, in short.
public struct EvaluationSummary: Sendable, Codable {
  /// A family of portfolios.
  public struct Family: Sendable, Codable {
    /// The family.
    public var name: String
    /// What it says of the model.
    public var judgement: String
    /// Its portfolios.
    public var portfolios: Int
    /// Those with enough forecasts to judge.
    public var judged: Int
    /// Those outside their 95 % intervals.
    public var outside: Int
    /// Those of which risk was forecast too low.
    public var underForecast: Int
    /// The mean bias statistic; 1 where forecasts are right.
    @NullWhenNaN public var meanBias: Double
    /// The mean QLIKE; 1.27 for right forecasts of normal returns.
    @NullWhenNaN public var qlike: Double
  }

  /// The test of equal losses against another model.
  public struct Comparison: Sendable, Codable {
    /// The family.
    public var name: String
    /// The dates that both judged.
    public var count: Int
    /// The mean loss less that of the other model; negative where this one is better.
    @NullWhenNaN public var meanDifference: Double
    /// It over its standard error.
    @NullWhenNaN public var statistic: Double
    /// The probability of one as large where both are as good.
    @NullWhenNaN public var pValue: Double
  }

  /// The first date of a judged return.
  public var firstDate: String
  /// The last.
  public var lastDate: String
  /// The forecasts that were judged.
  public var periods: Int
  /// The dates over which the returns of each are added.
  public var horizon: Int
  /// Those that used the future.
  public var inSample: Int
  /// The families.
  public var families: [Family]
  /// Where the model is calibrated and where not, in words.
  public var verdict: [String]
  /// The mean length of returns under the forecast; 1 where it is right.
  @NullWhenNaN public var meanDistance: Double
  /// The standard deviation of the length over its mean.
  @NullWhenNaN public var relativeDistanceDeviation: Double
  /// The mean absolute correlation of idio returns, and what chance makes.
  @NullWhenNaN public var residualCorrelation: Double
  /// What chance makes of it.
  @NullWhenNaN public var residualCorrelationByChance: Double
  /// The root mean square of realized less predicted betas.
  @NullWhenNaN public var betaError: Double
  /// Against another model.
  public var comparisons: [Comparison]

  /// Summarizes an outcome.
  public init(_ outcome: EvaluationJob.Outcome, against other: EvaluationJob.Outcome? = nil) {
    let result = outcome.result
    firstDate = outcome.firstDate?.description ?? ""
    lastDate = outcome.lastDate?.description ?? ""
    periods = result.periods.count
    horizon = outcome.horizon
    inSample = outcome.inSampleCount
    families = result.families.map { family in
      Family(
        name: family.family.rawValue, judgement: family.judgement.rawValue, portfolios: family.portfolioCount,
        judged: family.judgedCount, outside: family.outsideCount, underForecast: family.underForecastCount,
        meanBias: family.meanBias, qlike: family.meanQuasiLikelihood)
    }
    verdict = [result.verdict.summary] + result.verdict.lines.map(\.text)
    meanDistance = result.mahalanobis.mean
    relativeDistanceDeviation = result.mahalanobis.relativeDeviation
    residualCorrelation = result.residualCorrelation?.meanMagnitude ?? .nan
    residualCorrelationByChance = result.residualCorrelation?.expectedMagnitude ?? .nan
    betaError = result.betaError.meanSquare.squareRoot()
    comparisons =
      other.map { other in
        result.families.compactMap { family in
          result.comparison(with: other.result, on: family.family).map {
            Comparison(
              name: family.family.rawValue, count: $0.count, meanDifference: $0.meanDifference, statistic: $0.statistic,
              pValue: $0.pValue)
          }
        }
      } ?? []
  }
}

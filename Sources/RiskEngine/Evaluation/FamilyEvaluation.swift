/// How the forecasts for the portfolios of one family did.
public struct FamilyEvaluation: Hashable, Sendable {
  /// The family.
  public let family: TestFamily
  /// The number of portfolios.
  public let portfolioCount: Int
  /// The number of portfolios with enough forecasts to judge.
  public let judgedCount: Int
  /// The mean bias statistic of those judged; `nan` of none.
  public let meanBias: Double
  /// The number above their intervals: risk forecast too low.
  public let underForecastCount: Int
  /// The number below their intervals: risk forecast too high.
  public let overForecastCount: Int
  /// The number outside the exact intervals of normal returns.
  public let outsideNormalCount: Int
  /// How many may be outside for the family to count as calibrated.
  public let allowedOutsideCount: Int
  /// The mean QLIKE of those judged; 1.2704 for right forecasts of normal returns.
  public let meanQuasiLikelihood: Double
  /// The probability of the intervals.
  public let confidence: Double

  /// The number outside their intervals, those adjusted for kurtosis.
  public var outsideCount: Int { underForecastCount + overForecastCount }

  /// What the family says of the model.
  ///
  /// Calibrated unless more portfolios are outside than are allowed; then the more frequent side, or, of both alike, the
  /// side of the mean.
  public var judgement: BiasStatistic.Judgement {
    guard judgedCount > 0 else { return .notJudged }
    guard outsideCount > allowedOutsideCount else { return .calibrated }
    if underForecastCount != overForecastCount {
      return underForecastCount > overForecastCount ? .underForecast : .overForecast
    }
    return meanBias > 1 ? .underForecast : .overForecast
  }

  /// Summarizes portfolios of one family.
  init(_ family: TestFamily, _ portfolios: [PortfolioEvaluation], confidence: Double) {
    self.family = family
    self.confidence = confidence
    portfolioCount = portfolios.count
    let judged = portfolios.filter { $0.bias.judgement != .notJudged }
    judgedCount = judged.count
    meanBias = judged.isEmpty ? .nan : RunningMoments(judged.map(\.bias.value)).mean
    underForecastCount = judged.count { $0.bias.judgement == .underForecast }
    overForecastCount = judged.count { $0.bias.judgement == .overForecast }
    outsideNormalCount = judged.count { $0.bias.normalJudgement != .calibrated }
    allowedOutsideCount = Self.allowedOutside(of: judged.count, confidence: confidence)
    let losses = RunningMoments(judged.map(\.losses.quasiLikelihood))
    meanQuasiLikelihood = losses.count > 0 ? losses.mean : .nan
  }

  /// A tenth of the portfolios, or what independent right forecasts exceed no more often than one of them alone is
  /// outside its interval, if that is more.
  ///
  /// Portfolios of a family are correlated, so that the count outside varies more than a binomial one.
  static func allowedOutside(of count: Int, confidence: Double) -> Int {
    guard count > 0 else { return 0 }
    let p = 1 - confidence
    var probability = PortableMath.exp(Double(count) * PortableMath.log(1 - p))
    var cumulative = probability
    var allowed = 0
    while cumulative < confidence - 1e-12, allowed < count, probability > 0 {
      probability *= Double(count - allowed) / Double(allowed + 1) * p / (1 - p)
      cumulative += probability
      allowed += 1
    }
    return max(count / 10, allowed)
  }
}

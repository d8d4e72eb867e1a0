/// How the forecasts for one portfolio did.
public struct PortfolioEvaluation: Hashable, Sendable {
  /// The portfolio.
  public let portfolio: TestPortfolio
  /// The number of forecasts, `T`.
  public let count: Int
  /// The bias statistic of the forecasts.
  public let bias: BiasStatistic
  /// Losses of the variance forecasts.
  public let losses: ForecastLoss
  /// The regression of squared returns on variance forecasts.
  public let regression: VarianceRegression
  /// The mean share of the idio returns in the forecast variance; `nan` for a series without holdings.
  public let idioShare: Double
  /// The bias statistic of the forecasts for the portfolio's idio return alone.
  public let idioBias: BiasStatistic
  /// The mean idio return over its standard deviation, per evaluation; times √(evaluations a year) the idio information
  /// ratio.
  public let idioInformationRatio: Double

  init(_ portfolio: TestPortfolio, _ record: ForecastRecord, confidence: Double) {
    self.portfolio = portfolio
    count = record.scores.count
    bias = BiasStatistic(record.scores, confidence: confidence)
    losses = record.losses
    regression = VarianceRegression(record.squares)
    idioShare = record.idioShares.count > 0 ? record.idioShares.mean : .nan
    idioBias = BiasStatistic(record.idioScores, confidence: confidence)
    let deviation = record.idioReturns.standardDeviation
    idioInformationRatio = deviation > 0 ? record.idioReturns.mean / deviation : .nan
  }
}

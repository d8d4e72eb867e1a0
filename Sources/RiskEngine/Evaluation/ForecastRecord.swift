/// All that is kept of the forecasts for one portfolio; the same size for any history.
struct ForecastRecord: SavedState {
  /// Moments of `R / σ̂`.
  private(set) var scores = RunningMoments()
  /// Losses of the variance forecasts.
  private(set) var losses = ForecastLoss()
  /// Moments of variance forecasts (x) and squared returns (y).
  private(set) var squares = RunningCovariance()
  /// Moments of the share of the idio returns in the forecast variance.
  private(set) var idioShares = RunningMoments()
  /// Moments of idio returns.
  private(set) var idioReturns = RunningMoments()
  /// Moments of idio returns over their forecast volatility.
  private(set) var idioScores = RunningMoments()
  /// The latest scores, a ring.
  private var recent: [Double] = []
  /// The number of the evaluation that was taken in last.
  private(set) var lastEvaluation = -1

  /// Makes a record of no forecasts.
  init() {}

  /// Takes in a forecast.
  ///
  /// - Parameters:
  ///   - evaluation: the number of the evaluation.
  ///   - window: the number of recent scores to keep.
  mutating func append(_ forecast: PeriodForecasts.Forecast, evaluation: Int, window: Int) {
    let score = forecast.realized / forecast.variance.squareRoot()
    if window > 0 {
      if recent.count < window { recent.append(score) } else { recent[scores.count % window] = score }
    }
    scores.append(score)
    losses.append(return: forecast.realized, variance: forecast.variance)
    squares.append(forecast.variance, forecast.realized * forecast.realized)
    if forecast.idioVariance.isFinite { idioShares.append(forecast.idioVariance / forecast.variance) }
    if forecast.idioReturn.isFinite {
      idioReturns.append(forecast.idioReturn)
      if forecast.idioVariance > 0 { idioScores.append(forecast.idioReturn / forecast.idioVariance.squareRoot()) }
    }
    lastEvaluation = evaluation
  }

  /// The standard deviation of the latest `window` scores; `nil` while there are fewer.
  func rollingBias(window: Int) -> Double? {
    recent.count == window ? RunningMoments(recent).standardDeviation : nil
  }

  func save(to writer: inout StateWriter) {
    scores.save(to: &writer)
    losses.save(to: &writer)
    squares.save(to: &writer)
    idioShares.save(to: &writer)
    idioReturns.save(to: &writer)
    idioScores.save(to: &writer)
    writer.write(recent)
    writer.write(lastEvaluation)
  }

  init(from reader: inout StateReader) throws(StateError) {
    scores = try RunningMoments(from: &reader)
    losses = try ForecastLoss(from: &reader)
    squares = try RunningCovariance(from: &reader)
    idioShares = try RunningMoments(from: &reader)
    idioReturns = try RunningMoments(from: &reader)
    idioScores = try RunningMoments(from: &reader)
    recent = try reader.readDoubles()
    lastEvaluation = try reader.readInt()
  }
}

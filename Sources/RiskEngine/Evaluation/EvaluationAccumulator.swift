internal import LinAlg

/// Tests risk forecasts over time: takes in, period by period, what was known at one close and what came by the next.
///
/// A fold: the result is the same for blocks of any length and any number of workers. What it keeps grows with the number
/// of portfolios, single assets included, and by a few numbers a period.
public struct EvaluationAccumulator: SavedState {
  /// How forecasts are tested.
  public let settings: EvaluationSettings
  private var draws: PortfolioDraws
  /// The start of a window of several periods, its returns added up, and the number of periods in it.
  private var window: (period: EvaluationPeriod, count: Int)?

  private var places: [TestPortfolio: Int] = [:]
  private var portfolios: [TestPortfolio] = []
  private var records: [ForecastRecord] = []
  private var periods: [EvaluatedPeriod] = []
  private var rolling: [RollingBias] = []
  private var residuals: ResidualCorrelation?
  /// By asset code: predicted loadings on the index.
  private var predictedBetas: [RunningMoments] = []
  /// By asset code: returns of the index (x) and of the asset (y).
  private var realizedBetas: [RunningCovariance] = []

  /// Makes an accumulator that has seen no period.
  ///
  /// - Throws: `EvaluationError` for a setting that is out of its range.
  public init(_ settings: EvaluationSettings = EvaluationSettings()) throws(EvaluationError) {
    try settings.validate()
    self.settings = settings
    draws = PortfolioDraws(count: settings.randomCount, seed: settings.seed)
  }

  /// Takes in some periods, in date order.
  ///
  /// - Parameters:
  ///   - block: the periods, those after the ones taken in before.
  ///   - assets: the panel's asset table, which may have grown; test portfolios depend on asset ids, not on codes.
  ///   - workers: the number of periods to work on at a time; `nil` takes one a processor. OpenBLAS is set to one thread.
  /// - Complexity: O(n m (m + K)) a period, and O(n q (K + G)) for q portfolios.
  public mutating func append(_ block: [EvaluationPeriod], assets: IdentifierTable, workers: Int? = nil) {
    BLASThreads.count = 1
    draws.extend(to: assets)
    let (settings, draws) = (settings, draws)
    let whole = windows(of: block)
    let results = concurrentMap(
      count: whole.count, workers: workers ?? CrossSectionalRegression.defaultWorkerCount
    ) { period in
      PeriodTester.test(whole[period], settings: settings, draws: draws, assetNames: assets)
    }
    for result in results { take(result) }
  }

  /// Adds periods up to windows of the horizon; what is left over waits for the next block.
  private mutating func windows(of block: [EvaluationPeriod]) -> [EvaluationPeriod] {
    guard settings.horizon > 1 else { return block }
    var whole = [EvaluationPeriod]()
    for period in block {
      if var open = window {
        window = nil
        open.period.extend(by: period)
        open.count += 1
        window = open
      } else {
        window = (period, 1)
      }
      if let open = window, open.count == settings.horizon {
        whole.append(open.period)
        window = nil
      }
    }
    return whole
  }

  private mutating func take(_ result: PeriodForecasts) {
    let evaluation = periods.count
    var losses = [TestFamily: (sum: Double, count: Int)]()
    for forecast in result.forecasts {
      let place: Int
      if let known = places[forecast.portfolio] {
        place = known
      } else {
        place = records.count
        places[forecast.portfolio] = place
        portfolios.append(forecast.portfolio)
        records.append(ForecastRecord())
      }
      records[place].append(forecast, evaluation: evaluation, window: settings.rollingWindow ?? 0)
      let loss = ForecastLoss.comparison(return: forecast.realized, variance: forecast.variance)
      let family = forecast.portfolio.family
      losses[family, default: (0, 0)].sum += loss
      losses[family, default: (0, 0)].count += 1
    }
    periods.append(
      EvaluatedPeriod(
        date: result.date, assetCount: result.assetCount, squaredLength: result.squaredLength,
        logDeterminant: result.logDeterminant, losses: losses.mapValues { $0.sum / Double($0.count) },
        skipped: result.skipped))
    if let window = settings.rollingWindow, periods.count >= window,
      (periods.count - window) % RollingBias.step(window: window) == 0
    {
      addRollingBias(window: window, date: result.date)
    }
    take(idioScores: result.idioScores)
    if result.indexReturn.isFinite { take(betas: result.betas, indexReturn: result.indexReturn) }
  }

  private mutating func take(betas: [(asset: Int32, beta: Double, return: Double)], indexReturn: Double) {
    let needed = Int(betas.map(\.asset).max() ?? -1) + 1
    if predictedBetas.count < needed {
      predictedBetas += Array(repeating: RunningMoments(), count: needed - predictedBetas.count)
      realizedBetas += Array(repeating: RunningCovariance(), count: needed - realizedBetas.count)
    }
    for (asset, beta, value) in betas {
      predictedBetas[Int(asset)].append(beta)
      realizedBetas[Int(asset)].append(indexReturn, value)
    }
  }

  private mutating func take(idioScores: [(asset: Int32, score: Double)]) {
    guard !idioScores.isEmpty, settings.residualCorrelationAssets > 1 else { return }
    if residuals == nil {
      // The assets with the smallest hashes of their ids: a sample that depends on no code and no return.
      let hashes = draws.hashes
      let sample = idioScores.map(\.asset).sorted {
        hashes[Int($0)] != hashes[Int($1)] ? hashes[Int($0)] < hashes[Int($1)] : $0 < $1
      }
      residuals = ResidualCorrelation(assets: Array(sample.prefix(settings.residualCorrelationAssets)))
    }
    residuals?.append(idioScores)
  }

  /// Adds the rolling bias statistics of each family at a date.
  private mutating func addRollingBias(window: Int, date: CalendarDate) {
    let step = RollingBias.step(window: window)
    var values = [TestFamily: [Double]]()
    for place in records.indices where records[place].lastEvaluation > periods.count - 1 - step {
      if let bias = records[place].rollingBias(window: window) {
        values[portfolios[place].family, default: []].append(bias)
      }
    }
    for family in TestFamily.allCases {
      if let ofFamily = values[family] { rolling.append(RollingBias(date: date, family: family, values: ofFamily)) }
    }
  }

  /// What the periods so far come to.
  ///
  /// - Complexity: O(q log q) for q portfolios, and a few evaluations of the chi-square distribution each.
  public var result: EvaluationResult {
    let order = portfolios.indices.sorted { portfolios[$0] < portfolios[$1] }
    return EvaluationResult(
      settings: settings,
      portfolios: order.map {
        PortfolioEvaluation(portfolios[$0], records[$0], confidence: settings.confidence)
      },
      periods: periods, rolling: rolling, residualCorrelation: residuals?.summary,
      betaError: BetaError(predicted: predictedBetas, realized: realizedBetas))
  }

  /// Whether all periods taken in are in the result: no window of several periods is open.
  public var isBetweenWindows: Bool { window == nil }

  /// Writes the state.
  ///
  /// - Precondition: no window of several periods is open.
  public func save(to writer: inout StateWriter) {
    precondition(isBetweenWindows, "state is saved between windows of \(settings.horizon) periods")
    settings.save(to: &writer)
    writer.write(portfolios.map(\.family.rawValue))
    writer.write(portfolios.map(\.name))
    writer.write(records)
    writer.write(periods)
    writer.write(rolling)
    writer.write(residuals != nil)
    residuals?.save(to: &writer)
    writer.write(predictedBetas)
    writer.write(realizedBetas)
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    settings = try EvaluationSettings(from: &reader)
    draws = PortfolioDraws(count: settings.randomCount, seed: settings.seed)
    let families = try reader.readStrings()
    let names = try reader.readStrings()
    records = try reader.readStates()
    guard families.count == names.count, records.count == names.count else {
      throw reader.mismatch("as many records as portfolios")
    }
    for (text, name) in zip(families, names) {
      guard let family = TestFamily(rawValue: text) else { throw reader.mismatch("a family of portfolios") }
      places[TestPortfolio(family, name)] = portfolios.count
      portfolios.append(TestPortfolio(family, name))
    }
    periods = try reader.readStates()
    rolling = try reader.readStates()
    residuals = try reader.readBool() ? ResidualCorrelation(from: &reader) : nil
    predictedBetas = try reader.readStates()
    realizedBetas = try reader.readStates()
  }
}

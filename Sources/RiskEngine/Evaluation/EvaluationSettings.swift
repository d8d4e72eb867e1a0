/// How risk forecasts are tested.
public struct EvaluationSettings: Hashable, Sendable {
  /// The families of test portfolios; default all that need nothing but a model and returns.
  public var families: Set<TestFamily>
  /// The number of periods of a forecast, by windows that do not overlap; default 1.
  public var horizon: Int
  /// The number of random portfolios of each kind, and of random expected returns; default 100.
  public var randomCount: Int
  /// About how many assets a random portfolio holds, each with the same probability, all if there are fewer; default 100.
  public var randomHoldings: Int
  /// The seed of the random portfolios, which are the same in every period; default 1.
  public var seed: UInt64
  /// The number of leading eigen-portfolios of the assets; default 10.
  public var assetEigenCount: Int
  /// Whether only assets of the estimation universe are held; default yes.
  public var onlyEstimationUniverse: Bool
  /// The probability with which the bias statistic of a right forecast lies in its interval; default 0.95.
  public var confidence: Double
  /// The number of forecasts in a rolling bias statistic, those of a year; `nil`, the default, computes none.
  public var rollingWindow: Int?
  /// The number of assets, chosen by their ids, whose idio returns are correlated with each other; default 100.
  public var residualCorrelationAssets: Int

  /// Makes settings.
  public init(
    families: Set<TestFamily> = TestFamily.standard, horizon: Int = 1, randomCount: Int = 100,
    randomHoldings: Int = 100, seed: UInt64 = 1, assetEigenCount: Int = 10, onlyEstimationUniverse: Bool = true,
    confidence: Double = 0.95, rollingWindow: Int? = nil, residualCorrelationAssets: Int = 100
  ) {
    self.families = families
    self.horizon = horizon
    self.randomCount = randomCount
    self.randomHoldings = randomHoldings
    self.seed = seed
    self.assetEigenCount = assetEigenCount
    self.onlyEstimationUniverse = onlyEstimationUniverse
    self.confidence = confidence
    self.rollingWindow = rollingWindow
    self.residualCorrelationAssets = residualCorrelationAssets
  }

  /// Throws for the first number that is out of its range.
  func validate() throws(EvaluationError) {
    func require(_ isRight: Bool, _ key: String, _ found: some Any, _ expected: String) throws(EvaluationError) {
      guard isRight else { throw .badSetting(key: key, found: "\(found)", expected: expected) }
    }
    try require(horizon >= 1, "horizon", horizon, "at least 1 period")
    try require((0...10_000).contains(randomCount), "random_count", randomCount, "0 to 10000")
    try require(randomHoldings >= 1, "random_holdings", randomHoldings, "at least 1")
    try require((0...1000).contains(assetEigenCount), "asset_eigen_count", assetEigenCount, "0 to 1000")
    try require(confidence > 0 && confidence < 1, "confidence", confidence, "between 0 and 1")
    if let rollingWindow { try require(rollingWindow >= 2, "rolling_window", rollingWindow, "at least 2 forecasts") }
    try require(
      (0...2000).contains(residualCorrelationAssets), "residual_correlation_assets", residualCorrelationAssets,
      "0 to 2000")
  }
}

/// What is wrong with the settings of an evaluation.
public enum EvaluationError: Error, Hashable, Sendable {
  /// A setting is out of its range.
  case badSetting(key: String, found: String, expected: String)
}

extension EvaluationError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .badSetting(let key, let found, let expected): "evaluation.\(key) is \(found); expected \(expected)"
    }
  }
}

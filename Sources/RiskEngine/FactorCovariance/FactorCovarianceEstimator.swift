public import LinAlg

/// Factor covariances from factor returns, period after period.
///
/// For each date: missing returns are completed; exponentially weighted covariances with Newey-West terms give
/// correlations and volatilities, each with its own half-life; the noise of the regressions is taken out of both; the
/// correlations are repaired where they have to be; eigenvalues and then the level are adjusted; the constraints of the
/// date are restored; and the horizon multiplies. (The sequence is that of Menchero, Orr and Wang, *The Barra US Equity
/// Model (USE4): Methodology Notes*, 2011, section 4, with noise removal and constraints added.)
///
/// The caller numbers the factors and adds new ones at the end. The estimate of a date depends on the periods up to it
/// alone, and not on the dates at which estimates were asked for. It is made from exponentially weighted states, in which
/// missing returns are filled in as they arrive, so that neither memory nor time grows with the number of periods; only
/// the settings that need it keep the history. The same bits come out for any cutting into blocks, after resumption, and
/// for any number of workers.
public struct FactorCovarianceEstimator: Sendable {
  /// The settings.
  public let settings: FactorCovarianceSettings
  /// The blocks of the factors so far.
  public private(set) var blocks: [FactorBlock] = []

  private(set) var presence = FactorPresence()
  /// The returns of all periods; `nil` where the settings do not need them.
  private(set) var history: FactorHistory?
  private(set) var correlationMoments: CompletedMoments
  private(set) var varianceMoments: CompletedMoments
  private(set) var correlationNoise: EstimationNoise
  private(set) var varianceNoise: EstimationNoise
  private(set) var regime: FactorRegime

  /// Prepares to estimate.
  ///
  /// - Throws: the first setting that cannot be used.
  public init(settings: FactorCovarianceSettings) throws(FactorCovarianceError) {
    self.settings = try settings.validated()
    // Decorrelated scores go through BLAS, and sums over threads would depend on their number.
    BLASThreads.count = 1
    if settings.missing != .em || settings.shrinkage != .none { history = FactorHistory() }
    correlationMoments = CompletedMoments(settings.correlation)
    varianceMoments = CompletedMoments(settings.variance)
    correlationNoise = EstimationNoise(settings.correlation)
    varianceNoise = EstimationNoise(settings.variance)
    regime = FactorRegime(variance: settings.variance)
  }

  /// The number of periods so far.
  public var periodCount: Int { presence.periodCount }

  /// Adds factors at the end.
  ///
  /// - Precondition: there is one market at most.
  public mutating func addFactors(_ added: [FactorBlock]) {
    blocks += added
    precondition(blocks.count { $0 == .market } <= 1, "more than one market")
    let order = blocks.count
    presence.grow(to: order)
    correlationMoments.grow(to: order)
    varianceMoments.grow(to: order)
    correlationNoise.grow(to: order)
    varianceNoise.grow(to: order)
    regime.grow(to: order)
  }

  /// Takes in a period.
  ///
  /// - Parameters:
  ///   - returns: one a factor, as fractions per period; NaN where there is none.
  ///   - shares: `ϖ` of each factor in its constrained group, `Σ ϖ f = 0`; 0 or NaN for others; empty where the period
  ///     has no constraints.
  ///   - noise: `N = Cov(f̂ | f)`, m × m, decimal² per period, made from what was known before the period; NaN on the
  ///     diagonal of factors without return; `nil` where it is not known.
  /// - Precondition: returns are finite or NaN, and there is one for each factor.
  /// - Complexity: O(m² L); O(m³) with decorrelated scores; where returns are missing O(m³), for the regression on those
  ///   that are not, and as much for each period in which factors began.
  public mutating func append(_ returns: [Double], shares: [Double] = [], noise: SymmetricMatrix? = nil) {
    let order = blocks.count
    precondition(returns.count == order, "\(returns.count) returns for \(order) factors")
    precondition(shares.isEmpty || shares.count == order, "\(shares.count) shares for \(order) factors")
    precondition(noise.map { $0.order == order } ?? true, "noise of order \(noise?.order ?? 0) for \(order) factors")
    precondition(!returns.contains { $0.isInfinite }, "an infinite factor return")
    regime.append(
      returns, settings: settings.regime, moments: correlationMoments.products, periodCount: presence.presentCount)
    history?.append(returns, shares: shares)
    presence.append(shares: shares)
    let completes = settings.missing == .em
    // Regressions go through BLAS, and sums over threads would depend on their number.
    BLASThreads.count = 1
    correlationMoments.append(
      returns, presence: presence, blocks: blocks, completes: completes,
      lagWeights: settings.lagWeights(settings.correlation))
    if settings.variance == settings.correlation {
      varianceMoments = correlationMoments
    } else {
      varianceMoments.append(
        returns, presence: presence, blocks: blocks, completes: completes,
        lagWeights: settings.lagWeights(settings.variance))
    }
    presence.append(returns: returns)
    correlationNoise.append(noise)
    varianceNoise.append(noise)
  }

  // MARK: Saved state

  /// Writes what is remembered between periods.
  public func save(to writer: inout StateWriter) {
    writer.write("\(settings)")
    writer.write(blocks.map { Int32($0.code) })
    presence.save(to: &writer)
    history?.save(to: &writer)
    correlationMoments.save(to: &writer)
    varianceMoments.save(to: &writer)
    correlationNoise.save(to: &writer)
    varianceNoise.save(to: &writer)
    regime.save(to: &writer)
  }

  /// Takes up what `save(to:)` of an estimator of the same settings wrote.
  ///
  /// - Throws: `StateError`; the estimator is then as it was.
  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    var restored = self
    guard try reader.readString() == "\(settings)" else {
      throw reader.mismatch("the state of a factor covariance with the same settings")
    }
    restored.blocks = []
    for code in try reader.readInt32s() {
      guard let block = FactorBlock(code: Int(code)) else { throw reader.mismatch("the block of a factor") }
      restored.blocks.append(block)
    }
    restored.presence = try FactorPresence(from: &reader)
    if history != nil { restored.history = try FactorHistory(from: &reader) }
    restored.correlationMoments = try CompletedMoments(from: &reader)
    restored.varianceMoments = try CompletedMoments(from: &reader)
    restored.correlationNoise = try EstimationNoise(from: &reader)
    restored.varianceNoise = try EstimationNoise(from: &reader)
    restored.regime = try FactorRegime(from: &reader)
    let order = restored.blocks.count
    guard restored.presence.counts.count == order, restored.correlationMoments.products.order == order,
      restored.varianceMoments.products.order == order, restored.regime.counts.count == order
    else { throw reader.mismatch("moments of \(order) factors") }
    self = restored
  }
}

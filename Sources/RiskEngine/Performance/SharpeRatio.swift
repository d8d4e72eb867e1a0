/// A Sharpe ratio per period with what is known of its error.
///
/// Sources: A. W. Lo, The Statistics of Sharpe Ratios, *Financial Analysts Journal* 58(4), 2002; E. Mertens, Comments on
/// Variance of the IID Estimator in Lo, 2002; D. H. Bailey and M. López de Prado, The Sharpe Ratio Efficient Frontier,
/// *Journal of Risk* 15, 2012, and The Deflated Sharpe Ratio, *Journal of Portfolio Management* 40(5), 2014.
public struct SharpeRatio: Hashable, Sendable {
  /// `SR = f̄ / s`, per period, with `s` the standard deviation with `T − 1`.
  public let value: Double
  /// `T`: the number of returns.
  public let count: Int
  /// `γ₃`: the skewness of the returns.
  public let skewness: Double
  /// `γ₄`: the raw kurtosis of the returns, 3 for the normal distribution.
  public let kurtosis: Double

  /// Makes the ratio from its parts.
  public init(value: Double, count: Int, skewness: Double = 0, kurtosis: Double = 3) {
    self.value = value
    self.count = count
    self.skewness = skewness
    self.kurtosis = kurtosis
  }

  /// Makes the ratio of some returns; `nan` where they are all equal.
  public init(_ moments: RunningMoments) {
    let deviation = moments.standardDeviation
    self.init(
      value: deviation > 0 ? moments.mean / deviation : .nan, count: moments.count, skewness: moments.skewness,
      kurtosis: moments.kurtosis)
  }

  /// `√((1 + SR²/2) / T)`: the standard error for independent normal returns (Lo).
  public var normalStandardError: Double { ((1 + 0.5 * value * value) / Double(count)).squareRoot() }

  /// `√((1 − γ₃ SR + (γ₄ − 1)/4 SR²) / (T − 1))`: the standard error for independent returns (Mertens).
  public var standardError: Double { (spread / Double(count - 1)).squareRoot() }

  /// `1 − γ₃ SR + (γ₄ − 1)/4 SR²`, never negative since `γ₄ ≥ 1 + γ₃²`.
  private var spread: Double { max(0, 1 - skewness * value + (kurtosis - 1) / 4 * value * value) }

  /// The probability that the true ratio is above `benchmark`, per period:
  /// `Φ((SR − SR*) √(T − 1) / √(1 − γ₃ SR + (γ₄ − 1)/4 SR²))`.
  public func probability(above benchmark: Double) -> Double {
    guard value.isFinite, count > 1 else { return .nan }
    if value == benchmark { return 0.5 }
    return StandardNormal.cumulative((value - benchmark) * Double(count - 1).squareRoot() / spread.squareRoot())
  }

  /// `1 + (1 − γ₃ SR + (γ₄ − 1)/4 SR²) (z_α / (SR − SR*))²`: the number of returns that would prove a ratio above
  /// `benchmark`; `∞` where this one is not above it.
  public func minimumTrackRecord(above benchmark: Double, significance: Double) -> Double {
    guard value.isFinite else { return .nan }
    guard value > benchmark else { return .infinity }
    let ratio = StandardNormal.upperQuantile(significance) / (value - benchmark)
    return 1 + spread * ratio * ratio
  }

  /// The largest of the Sharpe ratios of `trialCount` trials that is expected when all true ones are 0:
  /// `√V [(1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))]` with Euler's constant `γ`.
  ///
  /// - Parameters:
  ///   - trialCount: `N`, the number of independent trials, at least 2.
  ///   - variance: `V`, the variance of the ratios over the trials, per period.
  public static func expectedLargest(trialCount: Double, variance: Double) -> Double {
    precondition(trialCount >= 2 && variance >= 0, "\(trialCount) trials with a variance of \(variance)")
    let euler = 0.577_215_664_901_532_9
    let e = PortableMath.exp(1)
    return variance.squareRoot()
      * ((1 - euler) * StandardNormal.upperQuantile(1 / trialCount)
        + euler * StandardNormal.upperQuantile(1 / (trialCount * e)))
  }

  /// The probability that the true ratio is above the largest that would be expected of that many trials without merit.
  ///
  /// - Parameters:
  ///   - trialCount: `N`, the number of independent trials; at least 2.
  ///   - variance: the variance of the ratios over the trials, per period.
  public func deflatedProbability(trialCount: Double, variance: Double) -> Double {
    probability(above: Self.expectedLargest(trialCount: trialCount, variance: variance))
  }

  /// `η(q) = q / √(q + 2 Σ_{k<q} (q − k) ρ_k)`: times `SR` the ratio over `q` periods; `√q` without autocorrelation.
  ///
  /// - Parameters:
  ///   - q: the number of periods.
  ///   - autocorrelations: `ρ₁, ρ₂, …`; those beyond the end are 0.
  /// - Returns: `nan` where the variance over `q` periods would not be positive.
  public static func scale(periods q: Int, autocorrelations: some Collection<Double>) -> Double {
    precondition(q >= 1, "\(q) periods")
    var sum = 0.0
    for (index, correlation) in autocorrelations.prefix(q - 1).enumerated() {
      sum += Double(q - index - 1) * correlation
    }
    let variance = Double(q) + 2 * sum
    return variance > 0 ? Double(q) / variance.squareRoot() : .nan
  }
}

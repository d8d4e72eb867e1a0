/// The standard deviation of realised over forecast volatility, 1 for a right forecast, with intervals around 1.
///
/// `b_t = R_t / σ̂_t`; above 1 risk was forecast too low, below 1 too high (Menchero, Orr and Wang, *The Barra US Equity
/// Model (USE4): Methodology Notes*, 2011, appendix A).
public struct BiasStatistic: Hashable, Sendable {
  /// What a bias statistic says of a forecast.
  public enum Judgement: String, Hashable, Sendable, CaseIterable {
    /// Too few observations to say.
    case notJudged = "not judged"
    /// Inside the interval.
    case calibrated
    /// Above the interval: risk was forecast too low.
    case underForecast = "risk under-forecast"
    /// Below the interval: risk was forecast too high.
    case overForecast = "risk over-forecast"
  }

  /// The fewest observations on which a forecast is judged.
  public static let minimumCount = 20

  /// `T`: the number of observations.
  public let count: Int
  /// `B = std(b)`, with `T − 1`; `nan` of fewer than two.
  public let value: Double
  /// The raw sample kurtosis of `b`, 3 for the normal distribution; `nan` where all `b` are equal.
  public let kurtosis: Double
  /// The probability with which the statistic of a right forecast lies in its interval.
  public let confidence: Double

  /// Makes the statistic of some moments of `b`.
  ///
  /// - Precondition: `confidence` is between 0 and 1, neither included.
  public init(_ scores: RunningMoments, confidence: Double = 0.95) {
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    count = scores.count
    value = scores.standardDeviation
    kurtosis = scores.kurtosis
    self.confidence = confidence
  }

  /// The interval of normal returns, exact: `(T − 1) B² ∼ χ²` with `T − 1` degrees of freedom.
  ///
  /// - Returns: `nil` of fewer than two observations.
  public var exactInterval: ClosedRange<Double>? {
    Self.exactInterval(count: count, confidence: confidence)
  }

  /// The interval of normal returns for `count` observations; `nil` of fewer than two.
  public static func exactInterval(count: Int, confidence: Double) -> ClosedRange<Double>? {
    guard count > 1 else { return nil }
    let degrees = Double(count - 1)
    let distribution = ChiSquareDistribution(degreesOfFreedom: degrees)
    let tail = (1 - confidence) / 2
    let lower = (distribution.quantile(tail) / degrees).squareRoot()
    return lower...(distribution.upperQuantile(tail) / degrees).squareRoot()
  }

  /// `1 ± z √((γ₄ − 1) / 4T)`, with the sample's own kurtosis `γ₄`, but at least 3.
  ///
  /// From `Var(s²) ≈ (γ₄ − 1) σ⁴ / T`; at a kurtosis of 3 the half-width is `z / √(2T)`.
  ///
  /// - Returns: `nil` of fewer than two observations.
  public var kurtosisAdjustedInterval: ClosedRange<Double>? {
    guard count > 1 else { return nil }
    let tails = kurtosis > 3 ? kurtosis : 3
    let halfWidth =
      StandardNormal.upperQuantile((1 - confidence) / 2) * ((tails - 1) / (4 * Double(count))).squareRoot()
    return 1 - halfWidth...1 + halfWidth
  }

  /// What the statistic says, by the interval adjusted for kurtosis.
  public var judgement: Judgement { Self.judge(value, in: kurtosisAdjustedInterval, count: count) }

  /// What the statistic says, by the exact interval of normal returns.
  public var normalJudgement: Judgement { Self.judge(value, in: exactInterval, count: count) }

  private static func judge(_ value: Double, in interval: ClosedRange<Double>?, count: Int) -> Judgement {
    guard count >= minimumCount, let interval, !value.isNaN else { return .notJudged }
    if value > interval.upperBound { return .underForecast }
    return value < interval.lowerBound ? .overForecast : .calibrated
  }

  /// `E |B − 1|` of a right forecast of normal returns over windows of `count`: what the mean absolute deviation of
  /// rolling bias statistics is to be compared with.
  ///
  /// With `ν = T − 1` and `μ = E B = √(2/ν) Γ((ν + 1)/2) / Γ(ν/2)`, exactly
  /// `μ − 1 + 2 (P(χ²_ν ≤ ν) − μ P(χ²_{ν+1} ≤ ν))`; 0.170 for 12.
  ///
  /// - Returns: `nan` of fewer than two.
  public static func expectedAbsoluteDeviation(count: Int) -> Double {
    guard count > 1 else { return .nan }
    let degrees = Double(count - 1)
    let mean =
      (2 / degrees).squareRoot()
      * PortableMath.exp(GammaFunction.logarithm((degrees + 1) / 2) - GammaFunction.logarithm(degrees / 2))
    let below = ChiSquareDistribution(degreesOfFreedom: degrees).cumulative(degrees)
    let meanBelow = mean * ChiSquareDistribution(degreesOfFreedom: degrees + 1).cumulative(degrees)
    return mean - 1 + 2 * (below - meanBelow)
  }
}

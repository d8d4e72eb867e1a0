extension SyntheticConfiguration {
  /// The distribution of idio returns: independent over assets but for planted pairs, and over periods.
  ///
  /// An asset's volatility is `ln σ = ln(medianVolatility) + sizeSlope · z + dispersion · ξ`, with `z` the
  /// standardized logarithm of its first cap and `ξ` standard normal.
  public struct Idio: Hashable, Sendable {
    /// Idio volatility of the median asset a period; 0 leaves idio returns out.
    ///
    /// Default 0.02, in `exact` 0.
    public var medianVolatility = 0.02
    /// Change of the logarithm of volatility with a standard deviation of log cap.
    ///
    /// Default −0.12.
    public var sizeSlope = -0.12
    /// Standard deviation of the rest of the logarithm of volatility.
    ///
    /// Default 0.25.
    public var dispersion = 0.25
    /// ν of Student's t, scaled to the asset's volatility; `nil` is normal.
    ///
    /// Default 6 in `full`, else `nil`.
    public var degreesOfFreedom: Int?
    /// Fraction of the first date's assets that are planted as pairs of share lines of one issuer.
    ///
    /// Default 0.01 in `full`, else 0.
    public var pairedFraction = 0.0
    /// Correlation of the idio returns of a pair.
    ///
    /// Default 0.7.
    public var pairCorrelation = 0.7
    /// Periods between an issuer's earnings dates.
    ///
    /// Default 63, four a year.
    public var earningsInterval = 63
    /// Standard deviation of the normal jump at an earnings date, in units of the asset's volatility.
    ///
    /// Default 3 in `full`, else 0.
    public var earningsJump = 0.0
    /// The least return: an idio return that would take the return below makes it this.
    ///
    /// Default −0.95.
    public var returnFloor = -0.95

    /// Makes the defaults.
    public init() {}
  }

  /// What the panel does not show; the truth still has it.
  public struct Missing: Hashable, Sendable {
    /// Probability that a return is missing, independent of all else.
    ///
    /// Default 0.005 in `gaussMissing` and `full`, else 0.
    public var returnFraction = 0.0
    /// Probability that one loading of a row, of any style, is missing.
    ///
    /// Default 0.001 in `gaussMissing` and `full`, else 0.
    public var loadingFraction = 0.0
    /// Probability that a halt of trading starts in a period; returns are missing while it lasts, and caps go on
    /// unseen.
    ///
    /// Default 0.001 in `full`, else 0.
    public var haltProbability = 0.0
    /// Mean of the geometric length of a halt, in periods.
    ///
    /// Default 5.
    public var meanHaltLength = 5.0

    /// Makes the defaults.
    public init() {}
  }
}

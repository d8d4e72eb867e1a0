extension SyntheticConfiguration {
  /// Market capitalizations: lognormal at an asset's first date.
  public struct Caps: Hashable, Sendable {
    /// Mean of the natural logarithm of an asset's first cap.
    ///
    /// Default 21.
    public var logMean = 21.0
    /// Standard deviation of the natural logarithm of an asset's first cap.
    ///
    /// Default 1.6.
    public var logDeviation = 1.6
    /// Whether a cap grows by its asset's return, seen or not; else it stays.
    ///
    /// Default true in `exact` and `full`.
    public var followReturns = true

    /// Makes the defaults.
    public init() {}
  }

  /// Births, deaths and the estimation universe.
  public struct Lifetimes: Hashable, Sendable {
    /// Probability that an asset dies within a year, by a constant hazard; births make up for it on average, in Poisson
    /// numbers.
    ///
    /// Default 0.03 in `full`, else 0.
    public var annualDeathRate = 0.0
    /// Fraction of deaths whose last return includes the delisting return.
    ///
    /// Default 0.5.
    public var delistingFraction = 0.5
    /// The return by which such a last return is compounded.
    ///
    /// Default −0.30.
    public var delistingReturn = -0.30
    /// Periods that an asset born after the first date waits before it is in the universe.
    ///
    /// Default 21.
    public var seasoningPeriods = 21
    /// Probability that an asset never is in the universe.
    ///
    /// Default 0.05 in `full`, else 0.
    public var outsideUniverseFraction = 0.0

    /// Makes the defaults.
    public init() {}
  }

  /// Latent style scores: an AR(1) process an asset and style, standardized at each date to give loadings.
  public struct Styles: Hashable, Sendable {
    /// Autocorrelation of a latent score over 21 periods.
    ///
    /// Default 0.98.
    public var monthlyPersistence = 0.98
    /// Correlation between an asset's latent scores of any two styles.
    ///
    /// Default 0.1.
    public var correlation = 0.1

    /// Makes the defaults.
    public init() {}
  }
}

extension SyntheticConfiguration {
  /// The distribution of factor returns: normal, with the correlations of a random common structure.
  public struct Factors: Hashable, Sendable {
    /// Volatility of the market a year.
    ///
    /// Default 0.16.
    public var marketVolatility = 0.16
    /// Volatility of an industry a year, before the zero-sum constraint.
    ///
    /// Default 0.08.
    public var industryVolatility = 0.08
    /// Volatility of a country a year, before the zero-sum constraint.
    ///
    /// Default 0.06.
    public var countryVolatility = 0.06
    /// Volatility of the first style a year.
    ///
    /// Default 0.05.
    public var firstStyleVolatility = 0.05
    /// Volatility of the last style a year; those between are spaced evenly in logarithms.
    ///
    /// Default 0.02.
    public var lastStyleVolatility = 0.02
    /// Each factor's yearly Sharpe ratio is drawn uniformly between this bound and its negative.
    ///
    /// Default 0.5.
    public var sharpeRatioBound = 0.5
    /// Columns of the normal matrix `G` in the correlations `corr(G Gᵀ + unique · I)`.
    ///
    /// Default 5.
    public var commonFactorCount = 5
    /// The variance `unique` that a factor has for itself in that structure.
    ///
    /// Default 0.5.
    public var uniqueVariance = 0.5
    /// θ of the moving average `(x_t + θ x_{t−1}) / √(1 + θ²)`, which keeps variances and gives factor returns the
    /// first autocorrelation `θ / (1 + θ²)`.
    ///
    /// Default 0; tests of serial correlation use 0.1.
    public var movingAverage = 0.0

    /// Makes the defaults.
    public init() {}
  }

  /// A two-state Markov chain that multiplies volatilities.
  public struct Regimes: Hashable, Sendable {
    /// Multiplier of factor volatilities in the stressed state; 1 means no regimes.
    ///
    /// Default 2.2 in `full`, else 1.
    public var stressMultiplier = 1.0
    /// Share of the multiplier's excess over 1 that idio volatilities have.
    ///
    /// Default 0.6.
    public var idioShare = 0.6
    /// Probability that a calm period is followed by a calm one.
    ///
    /// Default 0.995.
    public var calmPersistence = 0.995
    /// Probability that a stressed period is followed by a stressed one.
    ///
    /// Default 0.98.
    public var stressPersistence = 0.98

    /// Makes the defaults.
    public init() {}
  }
}

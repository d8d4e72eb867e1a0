/// What a synthetic market is made of.
///
/// A configuration starts from the defaults of a `SyntheticMode`; after that each field alone says what
/// the market has. Volatilities, probabilities and returns are fractions; a period is a weekday.
///
/// Defaults not said to depend on the mode hold in every mode; they are sized to look like a large
/// single-country market.
public struct SyntheticConfiguration: Hashable, Sendable {
  /// Assets alive at the first date.
  ///
  /// Default 3000.
  public var assetCount = 3000
  /// Dates; the first has no returns.
  ///
  /// Default 2520, ten years.
  public var periodCount = 2520
  /// Labels of the group `industry`; 0 leaves the group out.
  ///
  /// Default 60.
  public var industryCount = 60
  /// Labels of the group `country`; 0 leaves the group out.
  ///
  /// Default 0.
  public var countryCount = 0
  /// Styles.
  ///
  /// Default 12.
  public var styleCount = 12
  /// The key of all random numbers.
  ///
  /// Default 1.
  public var seed: UInt64 = 1
  /// The first date, moved to Monday where it falls on a weekend.
  ///
  /// Default 2010-01-04.
  public var startDate = CalendarDate(daysSinceEpoch: 14_613)
  /// Periods in a year, by which annual figures are turned into figures of a period.
  ///
  /// Default 252.
  public var periodsPerYear = 252

  /// Market capitalizations.
  public var caps = Caps()
  /// Births, deaths and the estimation universe.
  public var lifetimes = Lifetimes()
  /// How style loadings move.
  public var styles = Styles()
  /// The distribution of factor returns.
  public var factors = Factors()
  /// Calm and stressed volatility.
  public var regimes = Regimes()
  /// The distribution of idio returns.
  public var idio = Idio()
  /// What the panel does not show.
  public var missing = Missing()
  /// What vendors tell of the market.
  public var vendors = Vendors()

  /// Makes the configuration that a mode stands for.
  public init(mode: SyntheticMode = .full) {
    switch mode {
    case .exact:
      idio.medianVolatility = 0
    case .gaussStatic:
      caps.followReturns = false
    case .gaussMissing:
      caps.followReturns = false
      missing.returnFraction = 0.005
      missing.loadingFraction = 0.001
    case .full:
      lifetimes.annualDeathRate = 0.03
      lifetimes.outsideUniverseFraction = 0.05
      regimes.stressMultiplier = 2.2
      idio.degreesOfFreedom = 6
      idio.pairedFraction = 0.01
      idio.earningsJump = 3
      missing.returnFraction = 0.005
      missing.loadingFraction = 0.001
      missing.haltProbability = 0.001
    }
  }

  /// The number of factors: the market, the labels of each group, the styles.
  public var factorCount: Int { 1 + industryCount + countryCount + styleCount }
}

extension SyntheticConfiguration {
  /// What vendors tell of the market: corporate actions, publications, and errors.
  public struct Vendors: Hashable, Sendable {
    /// Candidates for errors of each kind in the table of the first vendor, a year a thousand assets.
    ///
    /// A candidate is left out where the days around it do not suit: a missing close, an action, another error within
    /// 30 periods. Unadjusted splits are left out on two thirds of all days, since only a small return leaves their ratio
    /// legible. No entry means no such error.
    ///
    /// Default 20 of each kind, 60 of unadjusted splits: a few of each kind in 200 assets over two years.
    public var errorRates = Self.errorRates(20)
    /// The errors of the second vendor as a multiple of the first one's.
    ///
    /// Default 0.5.
    public var secondVendorShare = 0.5
    /// Splits with a row in the table of actions, a year a thousand assets.
    ///
    /// Default 20.
    public var splitRate = 20.0
    /// The fraction of assets that pay a dividend every 63 periods.
    ///
    /// Default a third.
    public var payingFraction = 1.0 / 3
    /// The mean dividend as a fraction of the price of the day before.
    ///
    /// Default 0.005, 2% a year.
    public var dividendYield = 0.005
    /// The risk-free return a year, about which it moves from month to month.
    ///
    /// Default 0.02.
    public var riskFreeRate = 0.02
    /// The mean days from a fiscal end to its publication.
    ///
    /// Default 60.
    public var publicationLag = 60.0
    /// The most days by which a publication is earlier or later than the mean, all equally likely.
    ///
    /// Default 20.
    public var publicationLagSpread = 20.0
    /// The fraction of numbers that are never published.
    ///
    /// Default 0.05.
    public var unpublishedFraction = 0.05
    /// The fraction of numbers that are published again, with another value, a quarter later.
    ///
    /// Default 0.1.
    public var restatedFraction = 0.1

    /// Makes the defaults.
    public init() {}

    /// The rates of errors that are alike in frequency, three times as many candidates for unadjusted splits; 0 for
    /// clean vendors.
    public static func errorRates(_ rate: Double) -> [SyntheticVendorError: Double] {
      Dictionary(
        uniqueKeysWithValues: SyntheticVendorError.allCases.map { ($0, $0 == .unadjustedSplit ? 3 * rate : rate) })
    }
  }
}

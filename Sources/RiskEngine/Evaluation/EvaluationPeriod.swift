/// A forecast and what came of it: the model known at one close, and the returns up to the next.
public struct EvaluationPeriod: Sendable {
  /// A forecast for a return that no holdings stand behind, such as a factor return of a regression.
  public struct SeriesForecast: Hashable, Sendable {
    /// The name, such as that of a factor.
    public var name: String
    /// The variance that was forecast for one period, as a squared fraction.
    public var variance: Double
    /// The return over the period, as a fraction; `nan` if missing.
    public var `return`: Double

    /// Makes a forecast.
    public init(name: String, variance: Double, return: Double) {
      self.name = name
      self.variance = variance
      self.return = `return`
    }
  }

  /// A portfolio of the caller's, formed before the period.
  public struct CustomPortfolio: Sendable {
    /// The name.
    public var name: String
    /// The holding of each asset, by its code; `nan` and codes beyond the end are 0.
    public var holdings: [Double]

    /// Makes a portfolio.
    public init(name: String, holdings: [Double]) {
      self.name = name
      self.holdings = holdings
    }
  }

  /// The date at which the period ends.
  public var date: CalendarDate
  /// What was known of risk at the close before the period.
  public var model: RiskModel
  /// The return of each asset over the period, by its code, as a fraction; `nan` and codes beyond the end are missing.
  public var returns: [Double]
  /// The idio return of each asset, likewise; empty where there are none.
  public var idioReturns: [Double]
  /// Factor returns of the period's regression with the variances forecast for them (those before regression noise is
  /// taken out of the factor covariance, since an estimated factor return contains it).
  public var factorReturns: [SeriesForecast]
  /// Portfolios of the caller's.
  public var portfolios: [CustomPortfolio]
  /// The sum of each asset's later returns, by its code; empty where the family of leading alphas is not wanted.
  ///
  /// It looks ahead on purpose: what is tested is the inverse of the covariance, which never does.
  public var leadingReturns: [Double]

  /// Makes a period.
  public init(
    date: CalendarDate, model: RiskModel, returns: [Double], idioReturns: [Double] = [],
    factorReturns: [SeriesForecast] = [], portfolios: [CustomPortfolio] = [], leadingReturns: [Double] = []
  ) {
    self.date = date
    self.model = model
    self.returns = returns
    self.idioReturns = idioReturns
    self.factorReturns = factorReturns
    self.portfolios = portfolios
    self.leadingReturns = leadingReturns
  }
}

/// A number that a market table has for each asset and date, such as a closing price.
///
/// A name of a user's own makes a field of a user's own; those that the engine gives a meaning are here.
/// Every field of a date holds what was known at that date's close.
public struct MarketField: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The name, in lower case with underscores.
  public let rawValue: String

  /// Makes a field of a name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The name.
  public var description: String { rawValue }

  // MARK: Prices and trading

  /// The total return over the period that ends at the date, as a fraction.
  public static let totalReturn = MarketField(rawValue: "return")
  /// The closing price, in currency a share.
  public static let close = MarketField(rawValue: "close")
  /// The highest price of the day, in currency a share.
  public static let high = MarketField(rawValue: "high")
  /// The lowest price of the day, in currency a share.
  public static let low = MarketField(rawValue: "low")
  /// Shares traded on the day.
  public static let volume = MarketField(rawValue: "volume")
  /// Shares outstanding.
  public static let shares = MarketField(rawValue: "shares")
  /// The fraction of the shares that is free to trade, between 0 and 1.
  public static let freeFloat = MarketField(rawValue: "free_float")
  /// The market capitalization, in currency.
  public static let marketCap = MarketField(rawValue: "market_cap")
  /// The market capitalization of the issuer, all its share lines, in currency; the asset's own where missing.
  public static let issuerCap = MarketField(rawValue: "issuer_cap")
  /// Shares sold short.
  public static let shortInterest = MarketField(rawValue: "short_interest")

  // MARK: Fundamentals, in currency; flows over the last twelve months

  /// Book value of common equity.
  public static let bookEquity = MarketField(rawValue: "book_equity")
  /// Net income to common equity.
  public static let netIncome = MarketField(rawValue: "net_income")
  /// Sales.
  public static let sales = MarketField(rawValue: "sales")
  /// Cost of goods sold.
  public static let costOfSales = MarketField(rawValue: "cost_of_sales")
  /// Earnings before interest, taxes, depreciation and amortization.
  public static let ebitda = MarketField(rawValue: "ebitda")
  /// Market value of equity and debt less cash.
  public static let enterpriseValue = MarketField(rawValue: "enterprise_value")
  /// Dividends paid to common equity.
  public static let dividends = MarketField(rawValue: "dividends")
  /// Shares bought back less shares issued.
  public static let netBuybacks = MarketField(rawValue: "net_buybacks")
  /// Cash flow from operations.
  public static let operatingCashFlow = MarketField(rawValue: "operating_cash_flow")
  /// Capital expenditure.
  public static let capitalExpenditure = MarketField(rawValue: "capital_expenditure")
  /// Debt, all of it.
  public static let totalDebt = MarketField(rawValue: "total_debt")
  /// Debt that is due in more than a year.
  public static let longTermDebt = MarketField(rawValue: "long_term_debt")
  /// Book value of preferred equity.
  public static let preferredEquity = MarketField(rawValue: "preferred_equity")
  /// Total assets.
  public static let totalAssets = MarketField(rawValue: "total_assets")

  // MARK: Analysts' forecasts

  /// Consensus earnings over the next twelve months, in currency a share.
  public static let forwardEarningsPerShare = MarketField(rawValue: "forward_eps")
  /// The standard deviation of analysts' earnings forecasts, in currency a share.
  public static let forwardEarningsDispersion = MarketField(rawValue: "forward_eps_std")
  /// Consensus dividends over the next twelve months, in currency a share.
  public static let forwardDividendsPerShare = MarketField(rawValue: "forward_dps")
  /// Consensus growth of earnings a year, over three to five years, as a fraction.
  public static let longTermGrowth = MarketField(rawValue: "long_term_growth")
  /// Consensus growth of earnings over the next year, as a fraction.
  public static let shortTermGrowth = MarketField(rawValue: "short_term_growth")

  // MARK: Growth of the last five fiscal years

  /// The slope of earnings a share on the year, over the mean of their absolute values.
  public static let earningsGrowth = MarketField(rawValue: "earnings_growth")
  /// The slope of sales a share on the year, over the mean of their absolute values.
  public static let salesGrowth = MarketField(rawValue: "sales_growth")
}

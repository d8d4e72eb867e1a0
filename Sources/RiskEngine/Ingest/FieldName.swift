/// The name of a field of market data, as the configuration spells it.
///
/// The fields named here have a meaning to the engine. Any other name is a column of the user's own that is passed
/// through.
public struct FieldName: Hashable, Sendable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name.
  public let rawValue: String

  /// Names a field.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Names a field.
  public init(stringLiteral value: String) { rawValue = value }

  /// The name.
  public var description: String { rawValue }
}

// MARK: The day's trading

extension FieldName {
  /// The simple total return over the period that ends at the date, as a fraction.
  public static let `return`: FieldName = "return"
  /// The closing price, in the price currency.
  public static let close: FieldName = "close"
  /// The opening price.
  public static let open: FieldName = "open"
  /// The highest price of the day.
  public static let high: FieldName = "high"
  /// The lowest price of the day.
  public static let low: FieldName = "low"
  /// The shares traded.
  public static let volume: FieldName = "volume"
  /// The shares outstanding.
  public static let shares: FieldName = "shares"
  /// The shares in free float.
  public static let floatShares: FieldName = "float_shares"
  /// The market capitalization of the share line.
  public static let marketCap: FieldName = "market_cap"
  /// The shares sold short.
  public static let shortInterest: FieldName = "short_interest"
}

// MARK: Fundamentals

extension FieldName {
  /// Common equity at book value.
  public static let bookEquity: FieldName = "book_equity"
  /// Net income to common over twelve months.
  public static let netIncome: FieldName = "net_income_ttm"
  /// Sales over twelve months.
  public static let sales: FieldName = "sales_ttm"
  /// Cost of revenue over twelve months.
  public static let costOfRevenue: FieldName = "cost_of_revenue_ttm"
  /// Earnings before interest, taxes, depreciation and amortization over twelve months.
  public static let ebitda: FieldName = "ebitda_ttm"
  /// Cash flow from operations over twelve months.
  public static let operatingCashFlow: FieldName = "operating_cash_flow_ttm"
  /// Capital expenditure over twelve months.
  public static let capitalExpenditure: FieldName = "capex_ttm"
  /// Dividends paid over twelve months.
  public static let dividends: FieldName = "dividends_ttm"
  /// Shares bought back less shares issued, in money, over twelve months.
  public static let netBuybacks: FieldName = "net_buybacks_ttm"
  /// Total assets.
  public static let totalAssets: FieldName = "total_assets"
  /// Total liabilities, where a source has them: only the check of the balance sheet uses them.
  public static let totalLiabilities: FieldName = "total_liabilities"
  /// Total debt.
  public static let totalDebt: FieldName = "total_debt"
  /// Long-term debt.
  public static let longTermDebt: FieldName = "long_term_debt"
  /// Preferred equity.
  public static let preferredEquity: FieldName = "preferred_equity"
  /// Enterprise value.
  public static let enterpriseValue: FieldName = "enterprise_value"
  /// The consensus of earnings a share over the next twelve months.
  public static let forwardEarnings: FieldName = "eps_ntm"
  /// The standard deviation of analysts' earnings a share over the next twelve months.
  public static let forwardEarningsDispersion: FieldName = "eps_ntm_std"
  /// The consensus of dividends a share over the next twelve months.
  public static let forwardDividends: FieldName = "dps_ntm"
  /// The consensus of long-term earnings growth a year, as a fraction.
  public static let longTermGrowth: FieldName = "long_term_growth"
}

// MARK: What an asset is

extension FieldName {
  /// The date of a row.
  public static let date: FieldName = "date"
  /// The asset.
  public static let asset: FieldName = "asset"
  /// The issuer, which groups share lines.
  public static let issuer: FieldName = "issuer"
  /// A name for people.
  public static let name: FieldName = "name"
  /// The currency of prices and of fundamentals.
  public static let currency: FieldName = "currency"
  /// The industry.
  public static let industry: FieldName = "industry"
  /// The country.
  public static let country: FieldName = "country"
  /// The type of the security, such as `common`.
  public static let securityType: FieldName = "security_type"
  /// The day on which a row became known.
  public static let knowledgeDate: FieldName = "knowledge_date"
}

extension FieldName {
  /// The fields of numbers that the engine knows, in the order of their documentation.
  public static let knownNumbers: [FieldName] = [
    .return, .close, .open, .high, .low, .volume, .shares, .floatShares, .marketCap, .bookEquity, .netIncome, .sales,
    .costOfRevenue, .ebitda, .operatingCashFlow, .capitalExpenditure, .dividends, .netBuybacks, .totalAssets,
    .totalDebt, .longTermDebt, .preferredEquity, .enterpriseValue, .forwardEarnings, .forwardEarningsDispersion,
    .forwardDividends, .longTermGrowth, .shortInterest,
  ]
  /// The fields of texts that the engine knows.
  public static let knownLabels: [FieldName] = [.issuer, .name, .currency, .industry, .country, .securityType]
  /// Those that change by publication and are carried forward until the next.
  public static let fundamentals: [FieldName] = [
    .bookEquity, .netIncome, .sales, .costOfRevenue, .ebitda, .operatingCashFlow, .capitalExpenditure, .dividends,
    .netBuybacks, .totalAssets, .totalDebt, .longTermDebt, .preferredEquity, .enterpriseValue, .forwardEarnings,
    .forwardEarningsDispersion, .forwardDividends, .longTermGrowth, .shortInterest,
  ]
}

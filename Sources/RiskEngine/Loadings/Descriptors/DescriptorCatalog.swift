/// All descriptors by name, with what they are and how they are made.
public enum DescriptorCatalog {
  /// A parameter that a descriptor can take.
  public enum Parameter: String, Hashable, Sendable, CaseIterable {
    /// `half_life`.
    case halfLife = "half_life"
    /// `window`.
    case window
    /// `skip`.
    case skip
    /// `minimum_observations`.
    case minimumObservations = "minimum_observations"
    /// `shrink`.
    case shrink
    /// `field`.
    case field
  }

  /// One descriptor.
  public struct Entry: Sendable {
    /// The name in the configuration.
    public var name: String
    /// The formula, in plain text.
    public var formula: String
    /// Where it comes from.
    public var source: String
    /// The defaults of its parameters, for daily data; those that are `nil` it does not take.
    public var defaults: DescriptorParameters
    /// Makes it from complete parameters, for so many periods a year.
    let make: @Sendable (_ parameters: DescriptorParameters, _ periodsPerYear: Int) -> any Descriptor

    /// The parameters that it takes.
    public var parameters: [Parameter] {
      Parameter.allCases.filter { parameter in
        switch parameter {
        case .halfLife: defaults.halfLife != nil
        case .window: defaults.window != nil
        case .skip: defaults.skip != nil
        case .minimumObservations: defaults.minimumObservations != nil
        case .shrink: defaults.shrinks != nil
        case .field: name == "column"
        }
      }
    }
  }

  /// The entry of a name, or `nil`.
  public static func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

  /// All of them, in the order of their documentation.
  public static let entries: [Entry] = returns + trading + ratios + accounts

  private static func entry(
    _ name: String, _ formula: String, _ source: String = "standard definition",
    _ defaults: DescriptorParameters = DescriptorParameters(),
    _ make: @escaping @Sendable (DescriptorParameters, Int) -> any Descriptor
  ) -> Entry { Entry(name: name, formula: formula, source: source, defaults: defaults, make: make) }

  private static func ratio(
    _ name: String, _ numerator: FieldName, _ denominator: FieldName, _ formula: String, _ source: String
  ) -> Entry {
    entry(name, formula, source) { _, _ in FieldRatio.ratio(numerator, to: denominator) }
  }

  // MARK: Of returns

  private static let returns: [Entry] = [
    entry(
      "market_beta", "slope of the weighted regression of excess returns on the market's",
      "window and half-life as published for a Chinese equity model (MSCI, 2012); shrinkage of short histories our own",
      DescriptorParameters(
        halfLife: 63, window: .periods(252), minimumObservations: 0.25, shrinks: true)
    ) { parameters, _ in
      MarketRegression(
        statistic: .slope, lookBack: LookBack(parameters), shrinks: parameters.shrinks ?? true)
    },
    entry(
      "downside_beta", "market_beta over the periods in which the market lost", "Ang, Chen and Xing (2006)",
      DescriptorParameters(halfLife: .infinity, window: .periods(252), minimumObservations: 42)
    ) { parameters, _ in
      MarketRegression(statistic: .downsideSlope, lookBack: LookBack(parameters), shrinks: false)
    },
    entry(
      "residual_volatility", "standard deviation of the residual of market_beta's regression",
      "window and half-life as market_beta",
      DescriptorParameters(halfLife: 63, window: .periods(252), minimumObservations: 0.25)
    ) { parameters, _ in
      MarketRegression(statistic: .residualDeviation, lookBack: LookBack(parameters), shrinks: false)
    },
    entry(
      "volatility", "weighted standard deviation of excess returns",
      "window and half-life as published for a Chinese equity model (MSCI, 2012)",
      DescriptorParameters(halfLife: 42, window: .periods(252), minimumObservations: 0.25)
    ) { parameters, _ in ReturnDeviation(lookBack: LookBack(parameters), isDownside: false) },
    entry(
      "downside_volatility", "root of the weighted mean of squared negative excess returns",
      "Ang, Chen and Xing (2006)",
      DescriptorParameters(halfLife: 42, window: .periods(252), minimumObservations: 0.25)
    ) { parameters, _ in ReturnDeviation(lookBack: LookBack(parameters), isDownside: true) },
    entry(
      "cumulative_range", "max less min of the cumulative log excess return after 1 to 12 months",
      "window as published; the log form our own choice",
      DescriptorParameters(window: .periods(252), minimumObservations: 0.5)
    ) { parameters, year in CumulativeRange(lookBack: LookBack(parameters), month: max(1, year / 12)) },
    entry(
      "max_return", "mean of the five largest returns of the window", "Bali, Cakici and Whitelaw (2011)",
      DescriptorParameters(window: .periods(21), minimumObservations: 0.5)
    ) { parameters, _ in LargestReturns(lookBack: LookBack(parameters)) },
    entry(
      "momentum", "window times the weighted mean of log excess returns, the latest month left out",
      "window, half-life and lag as published for a Chinese equity model (MSCI, 2012)",
      DescriptorParameters(halfLife: 126, window: .periods(504), skip: 21, minimumObservations: 0.5)
    ) { parameters, _ in LogReturnTrend(series: .asset, lookBack: LookBack(parameters), sign: 1) },
    entry(
      "reversal", "window times the weighted mean of the latest month's log excess returns; high for a recent winner",
      "our own choice of half-life",
      DescriptorParameters(halfLife: 5, window: .periods(21), skip: 0, minimumObservations: 0.5)
    ) { parameters, _ in LogReturnTrend(series: .asset, lookBack: LookBack(parameters), sign: 1) },
    entry(
      "long_term_reversal", "minus momentum over four years, the latest year left out; high for a past loser",
      "De Bondt and Thaler (1985)",
      DescriptorParameters(halfLife: .infinity, window: .periods(756), skip: 252, minimumObservations: 0.5)
    ) { parameters, _ in LogReturnTrend(series: .asset, lookBack: LookBack(parameters), sign: -1) },
    entry(
      "industry_momentum", "momentum of the cap-weighted excess return of the asset's industry",
      "Moskowitz and Grinblatt (1999)",
      DescriptorParameters(halfLife: 63, window: .periods(126), skip: 0, minimumObservations: 0.5)
    ) { parameters, _ in LogReturnTrend(series: .industry, lookBack: LookBack(parameters), sign: 1) },
    entry(
      "seasonality", "mean log excess return of the coming month's place in the past five years",
      "Heston and Sadka (2008)", DescriptorParameters(window: .periods(1260), minimumObservations: 21)
    ) { parameters, year in
      Seasonality(lookBack: LookBack(parameters), year: year, month: max(1, year / 12))
    },
  ]

  // MARK: Of trading

  private static func turnover(_ name: String, months: Int) -> Entry {
    entry(
      name, "log of the mean monthly turnover, volume over shares, of \(months) month\(months == 1 ? "" : "s")",
      "windows as published for a Chinese equity model (MSCI, 2012)",
      DescriptorParameters(window: .periods(21 * months), minimumObservations: 0.5)
    ) { parameters, year in
      // A window that is no whole number of months is one month.
      let month = max(1, year / 12)
      return ShareTurnover(lookBack: LookBack(parameters), month: month)
    }
  }

  private static let trading: [Entry] = [
    turnover("turnover_month", months: 1), turnover("turnover_quarter", months: 3),
    turnover("turnover_year", months: 12),
    entry(
      "amihud_illiquidity", "log of the mean of absolute return over traded value", "Amihud (2002)",
      DescriptorParameters(window: .periods(252), minimumObservations: 0.5)
    ) { parameters, _ in AmihudIlliquidity(lookBack: LookBack(parameters)) },
    ratio("short_interest_ratio", .shortInterest, .shares, "short_interest / shares", "Desai et al. (2002)"),
    entry(
      "days_to_cover", "short_interest / mean volume of the window", "Hong, Li, Ni, Scheinkman and Yan (2015)",
      DescriptorParameters(window: .periods(21), minimumObservations: 0.5)
    ) { parameters, _ in DaysToCover(lookBack: LookBack(parameters)) },
  ]

  // MARK: Of the latest fields

  private static let ratios: [Entry] = [
    entry("log_market_cap", "ln(cap of the issuer)", "standard definition") { _, _ in
      FieldRatio([.issuerCap]) { $0[0] > 0 ? PortableMath.log($0[0]) : .nan }
    },
    entry(
      "book_to_price", "book_equity / cap of the issuer; missing where book equity is not positive",
      "Fama and French (1992)"
    ) { _, _ in
      FieldRatio([.bookEquity, .issuerCap]) { $0[0] > 0 && $0[1] > 0 ? $0[0] / $0[1] : .nan }
    },
    ratio(
      "sales_to_price", .sales, .issuerCap, "sales_ttm / cap of the issuer", "Barbee, Mukherji and Raines (1996)"),
    ratio(
      "cash_flow_to_price", .operatingCashFlow, .issuerCap, "operating_cash_flow_ttm / cap of the issuer",
      "Lakonishok, Shleifer and Vishny (1994)"),
    ratio(
      "earnings_to_price", .netIncome, .issuerCap, "net_income_ttm / cap of the issuer; losses count", "Basu (1977)"),
    ratio(
      "forward_earnings_to_price", .forwardEarnings, .close, "eps_ntm / close; losses count", "standard definition"),
    ratio(
      "ebitda_to_enterprise_value", .ebitda, .enterpriseValue, "ebitda_ttm / enterprise_value",
      "Loughran and Wellman (2011)"),
    ratio(
      "dividend_to_price", .dividends, .issuerCap, "dividends_ttm / cap of the issuer", "Litzenberger and Ramaswamy (1979)"
    ),
    ratio("forward_dividend_to_price", .forwardDividends, .close, "dps_ntm / close", "standard definition"),
    entry(
      "shareholder_yield", "(dividends_ttm + net_buybacks_ttm) / cap of the issuer",
      "Boudoukh, Michaely, Richardson and Roberts (2007)"
    ) { _, _ in
      FieldRatio([.dividends, .netBuybacks, .issuerCap]) { $0[2] > 0 ? ($0[0] + $0[1]) / $0[2] : .nan }
    },
    entry(
      "market_leverage",
      "(cap + preferred_equity + long_term_debt) / cap; total_debt where there is no long_term_debt",
      "standard definition"
    ) { _, _ in
      FieldRatio([.issuerCap], optional: [.preferredEquity, .longTermDebt, .totalDebt]) { values in
        leverage(equity: values[0], preferred: values[1], longTerm: values[2], total: values[3])
      }
    },
    ratio("debt_to_assets", .totalDebt, .totalAssets, "total_debt / total_assets", "standard definition"),
    entry(
      "book_leverage",
      "(book_equity + preferred_equity + long_term_debt) / book_equity; missing where book equity is not positive",
      "standard definition"
    ) { _, _ in
      FieldRatio([.bookEquity], optional: [.preferredEquity, .longTermDebt, .totalDebt]) { values in
        leverage(equity: values[0], preferred: values[1], longTerm: values[2], total: values[3])
      }
    },
    entry("gross_margin", "(sales_ttm - cost_of_revenue_ttm) / sales_ttm", "standard definition") { _, _ in
      FieldRatio([.sales, .costOfRevenue]) { $0[0] > 0 ? ($0[0] - $0[1]) / $0[0] : .nan }
    },
    entry(
      "gross_profitability", "(sales_ttm - cost_of_revenue_ttm) / total_assets", "Novy-Marx (2013)"
    ) { _, _ in
      FieldRatio([.sales, .costOfRevenue, .totalAssets]) { $0[2] > 0 ? ($0[0] - $0[1]) / $0[2] : .nan }
    },
    ratio("return_on_assets", .netIncome, .totalAssets, "net_income_ttm / total_assets", "standard definition"),
    ratio("asset_turnover", .sales, .totalAssets, "sales_ttm / total_assets", "standard definition"),
    ratio(
      "cash_flow_to_assets", .operatingCashFlow, .totalAssets, "operating_cash_flow_ttm / total_assets",
      "standard definition"),
    entry(
      "accruals", "(net_income_ttm - operating_cash_flow_ttm) / total_assets", "Sloan (1996)"
    ) { _, _ in
      FieldRatio([.netIncome, .operatingCashFlow, .totalAssets]) { $0[2] > 0 ? ($0[0] - $0[1]) / $0[2] : .nan }
    },
    entry(
      "analyst_dispersion", "eps_ntm_std / |eps_ntm|", "Diether, Malloy and Scherbina (2002)"
    ) { _, _ in
      FieldRatio([.forwardEarningsDispersion, .forwardEarnings]) { $0[1] != 0 ? $0[0] / abs($0[1]) : .nan }
    },
    entry("forecast_growth", "long_term_growth", "standard definition") { _, _ in
      FieldRatio([.longTermGrowth]) { $0[0] }
    },
    entry("column", "a field of the user's, passed through") { parameters, _ in
      FieldRatio([parameters.field ?? ""]) { $0[0] }
    },
  ]

  private static func leverage(equity: Double, preferred: Double, longTerm: Double, total: Double) -> Double {
    let debt = longTerm.isNaN ? total : longTerm
    guard equity > 0, debt.isFinite else { return .nan }
    return (equity + (preferred.isNaN ? 0 : preferred) + debt) / equity
  }

  // MARK: Of several years' accounts

  private static func trend(_ name: String, _ field: FieldName, _ what: String, _ source: String) -> Entry {
    entry(
      name, "slope of up to five yearly values of \(what) over the mean of their absolute values; four at least",
      source
    ) { _, year in YearlyTrend(field: field, form: .slope, year: year, perShare: true) }
  }

  private static let accounts: [Entry] = [
    trend("sales_growth", .sales, "sales_ttm a share", "as published for a Chinese equity model (MSCI, 2012)"),
    trend(
      "earnings_growth", .netIncome, "net_income_ttm a share", "as published for a Chinese equity model (MSCI, 2012)"),
    entry("assets_growth", "change of total_assets over a year", "Cooper, Gulen and Schill (2008)") { _, year in
      YearlyChange(field: .totalAssets, form: .relative, year: year)
    },
    entry("issuance_growth", "log change of shares over a year", "Pontiff and Woodgate (2008)") { _, year in
      YearlyChange(field: .shares, form: .log, year: year)
    },
    entry("capex_growth", "change of capex_ttm over a year", "Titman, Wei and Xie (2004)") { _, year in
      YearlyChange(field: .capitalExpenditure, form: .relative, year: year)
    },
    entry(
      "earnings_variability",
      "standard deviation of up to five yearly values of net_income_ttm over the mean of their absolute values",
      "standard definition"
    ) { _, year in YearlyTrend(field: .netIncome, form: .variability, year: year, perShare: true) },
    entry(
      "return_on_equity", "net_income_ttm / book_equity a year before, or the latest where there is none",
      "Haugen and Baker (1996)"
    ) { _, year in LaggedRatio(numerator: .netIncome, denominator: .bookEquity, year: year) },
  ]
}

extension FieldName {
  /// The market capitalization of all share lines of an asset's issuer; derived.
  public static let issuerCap: FieldName = "issuer_cap"
}

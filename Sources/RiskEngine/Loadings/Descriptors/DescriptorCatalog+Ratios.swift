extension DescriptorCatalog {
  /// Those of the latest fields alone.
  static let ratios: [Entry] = [
    entry("log_market_cap", "ln(cap of the issuer)") { _, _ in
      FieldRatio([.issuerCap]) { PortableMath.log($0[0]).keeping(where: $0[0] .> 0) }
    },
    entry(
      "book_to_price", "book_equity / cap of the issuer; missing where book equity is not positive",
      "Fama and French (1992)"
    ) { _, _ in
      FieldRatio([.bookEquity, .issuerCap]) { ($0[0] / $0[1]).keeping(where: ($0[0] .> 0) .& ($0[1] .> 0)) }
    },
    ratio(
      "sales_to_price", .sales, .issuerCap, "sales_ttm / cap of the issuer", "Barbee, Mukherji and Raines (1996)"),
    ratio(
      "cash_flow_to_price", .operatingCashFlow, .issuerCap, "operating_cash_flow_ttm / cap of the issuer",
      "Desai, Rajgopal and Venkatachalam (2004)"),
    ratio(
      "earnings_to_price", .netIncome, .issuerCap, "net_income_ttm / cap of the issuer; losses count", "Basu (1977)"),
    ratio(
      "forward_earnings_to_price", .forwardEarnings, .close, "eps_ntm / close; losses count", "standard definition"),
    ratio(
      "ebitda_to_enterprise_value", .ebitda, .enterpriseValue, "ebitda_ttm / enterprise_value",
      "Loughran and Wellman (2011)"),
    ratio(
      "dividend_to_price", .dividends, .issuerCap, "dividends_ttm / cap of the issuer",
      "Litzenberger and Ramaswamy (1979)"),
    ratio("forward_dividend_to_price", .forwardDividends, .close, "dps_ntm / close", "standard definition"),
    entry(
      "shareholder_yield", "(dividends_ttm + net_buybacks_ttm) / cap of the issuer",
      "Boudoukh, Michaely, Richardson and Roberts (2007)"
    ) { _, _ in
      FieldRatio([.dividends, .netBuybacks, .issuerCap]) { (($0[0] + $0[1]) / $0[2]).keeping(where: $0[2] .> 0) }
    },
    entry(
      "market_leverage",
      "(cap of the issuer + preferred_equity + long_term_debt) / cap; total_debt where there is no long_term_debt, and "
        + "no preferred_equity counts as none"
    ) { _, _ in
      FieldRatio([.issuerCap], optional: [.preferredEquity], oneOf: [.longTermDebt, .totalDebt]) { leverage($0) }
    },
    ratio("debt_to_assets", .totalDebt, .totalAssets, "total_debt / total_assets", "standard definition"),
    entry(
      "book_leverage",
      "(book_equity + preferred_equity + long_term_debt) / book_equity, as market_leverage; missing where book equity "
        + "is not positive"
    ) { _, _ in
      FieldRatio([.bookEquity], optional: [.preferredEquity], oneOf: [.longTermDebt, .totalDebt]) { leverage($0) }
    },
    entry("gross_margin", "(sales_ttm - cost_of_revenue_ttm) / sales_ttm") { _, _ in
      FieldRatio([.sales, .costOfRevenue]) { (($0[0] - $0[1]) / $0[0]).keeping(where: $0[0] .> 0) }
    },
    entry("gross_profitability", "(sales_ttm - cost_of_revenue_ttm) / total_assets", "Novy-Marx (2013)") { _, _ in
      FieldRatio([.sales, .costOfRevenue, .totalAssets]) { (($0[0] - $0[1]) / $0[2]).keeping(where: $0[2] .> 0) }
    },
    ratio("return_on_assets", .netIncome, .totalAssets, "net_income_ttm / total_assets", "standard definition"),
    ratio("asset_turnover", .sales, .totalAssets, "sales_ttm / total_assets", "standard definition"),
    ratio(
      "cash_flow_to_assets", .operatingCashFlow, .totalAssets, "operating_cash_flow_ttm / total_assets",
      "standard definition"),
    entry(
      "accruals", "(net_income_ttm - operating_cash_flow_ttm) / total_assets",
      "Sloan (1996), taken from the statement of cash flows as by Hribar and Collins (2002)"
    ) { _, _ in
      FieldRatio([.netIncome, .operatingCashFlow, .totalAssets]) {
        (($0[0] - $0[1]) / $0[2]).keeping(where: $0[2] .> 0)
      }
    },
    entry("analyst_dispersion", "eps_ntm_std / |eps_ntm|", "Diether, Malloy and Scherbina (2002)") { _, _ in
      FieldRatio([.forwardEarningsDispersion, .forwardEarnings]) {
        ($0[0] / $0[1].magnitudes).keeping(where: $0[1] .!= 0)
      }
    },
    entry("forecast_growth", "long_term_growth") { _, _ in FieldRatio([.longTermGrowth]) { $0[0] } },
    entry("column", "a field of the user's, passed through") { parameters, _ in
      FieldRatio([parameters.field ?? ""]) { $0[0] }
    },
  ]

  /// From equity, preferred equity, long-term debt and total debt.
  private static func leverage(_ values: FieldLanes) -> Lanes {
    let equity = values[0]
    let preferred = values[1].replacing(with: 0, where: values[1] .!= values[1])
    let debt = values[2].replacing(with: values[3], where: values[2] .!= values[2])
    return ((equity + preferred + debt) / equity).keeping(where: equity .> 0)
  }
}

extension DescriptorCatalog {
  /// Those of several years' accounts.
  static let accounts: [Entry] = [
    trend("sales_growth", .sales, "sales_ttm a share"), trend("earnings_growth", .netIncome, "net_income_ttm a share"),
    entry("assets_growth", "change of total_assets over a year", "Cooper, Gulen and Schill (2008)") { _, year in
      YearlyChange(field: .totalAssets, form: .relative, year: year)
    },
    entry(
      "issuance_growth", "log change of shares, adjusted for splits, over a year", "Pontiff and Woodgate (2008)"
    ) { _, year in YearlyChange(field: .shares, form: .log, year: year) },
    entry("capex_growth", "change of capex_ttm over a year", "Xing (2008)") { _, year in
      YearlyChange(field: .capitalExpenditure, form: .relative, year: year)
    },
    entry(
      "earnings_variability",
      "standard deviation of five yearly values of net_income_ttm a share over the mean of their absolute values; four "
        + "at least"
    ) { _, year in YearlyTrend(field: .netIncome, form: .variability, year: year) },
    entry(
      "return_on_equity",
      "net_income_ttm / book_equity a year before, or the latest where there is none; missing where that is not positive",
      "Haugen and Baker (1996); the year's lag our own"
    ) { _, year in LaggedRatio(numerator: .netIncome, denominator: .bookEquity, year: year) },
  ]

  private static func trend(_ name: String, _ field: FieldName, _ what: String) -> Entry {
    entry(
      name, "slope of five yearly values of \(what) over the mean of their absolute values; four at least",
      "five years as reported at second hand for a Chinese equity model (MSCI, 2012); absolute values our own"
    ) { _, year in YearlyTrend(field: field, form: .slope, year: year) }
  }
}

extension FieldName {
  /// The market capitalization of all share lines of an asset's issuer; derived.
  public static let issuerCap: FieldName = "issuer_cap"
}

extension DescriptorCatalog {
  /// Those of trading.
  static let trading: [Entry] = [
    turnover("turnover_month", months: 1), turnover("turnover_quarter", months: 3),
    turnover("turnover_year", months: 12),
    entry(
      "amihud_illiquidity", "log of the mean of |return| / (close * volume)",
      "Amihud (2002); the log and the fewest observations our own",
      DescriptorParameters(window: .periods(252), minimumObservations: 0.5)
    ) { parameters, year in AmihudIlliquidity(lookBack: LookBack(parameters, year: year)) },
    ratio("short_interest_ratio", .shortInterest, .shares, "short_interest / shares", "Desai et al. (2002)"),
    entry(
      "days_to_cover", "short_interest / mean volume of the window", "Hong, Li, Ni, Scheinkman and Yan (2015)",
      DescriptorParameters(window: .periods(21), minimumObservations: 0.5)
    ) { parameters, year in DaysToCover(lookBack: LookBack(parameters, year: year)) },
  ]

  private static func turnover(_ name: String, months: Int) -> Entry {
    entry(
      name, "log of the mean monthly turnover, volume / shares, of \(months) month\(months == 1 ? "" : "s")",
      "window as reported at second hand for a Chinese equity model (MSCI, 2012); the fewest observations our own",
      DescriptorParameters(window: .periods(21 * months), minimumObservations: 0.5), needs: .month
    ) { parameters, year in
      ShareTurnover(lookBack: LookBack(parameters, year: year), month: max(1, year / 12))
    }
  }

  /// A ratio of two latest fields.
  static func ratio(
    _ name: String, _ numerator: FieldName, _ denominator: FieldName, _ formula: String, _ source: String
  ) -> Entry {
    entry(name, formula, source) { _, _ in FieldRatio.ratio(numerator, to: denominator) }
  }
}

/// How vendors show a style: a number of theirs that ascends with the loading and with nothing else.
///
/// The first styles are ratios of accounts, by which a descriptor of the engine finds them again; further ones are
/// columns of their own. Every transform is `exp(a + c s)` or `a + c sinh(s)` of the loading `s`, so ranks over
/// assets are those of the loadings.
public struct SyntheticSignal: Hashable, Sendable {
  /// The style's place.
  public let style: Int
  /// The field that is missing where the loading is.
  public let field: FieldName
  /// The descriptor that finds the style again.
  public let descriptor: String
  /// The transform, in words.
  public let formula: String

  /// The number of styles that accounts show.
  static let accountCount = accounts.count

  private static let accounts: [(field: FieldName, descriptor: String, formula: String)] = [
    (.bookEquity, "book_to_price", "exp(-0.7 + 0.5 s)"),
    (.netIncome, "earnings_to_price", "0.05 + 0.03 sinh(s)"),
    (.forwardEarnings, "forward_earnings_to_price", "0.06 + 0.03 sinh(s)"),
    (.sales, "sales_to_price", "exp(0.6 s)"),
    (.operatingCashFlow, "cash_flow_to_price", "0.08 + 0.04 sinh(s)"),
    (.dividends, "dividend_to_price", "exp(-4 + 0.7 s)"),
    (.costOfRevenue, "gross_margin", "1 - exp(-0.6 - 0.3 s)"),
    (.totalAssets, "asset_turnover", "exp(-0.3 + 0.4 s)"),
    (.totalDebt, "debt_to_assets", "exp(-1.2 + 0.3 s)"),
  ]

  /// The signals of all styles of a market.
  public static func all(styleCount: Int) -> [SyntheticSignal] {
    (0..<styleCount).map { style in
      if style < accounts.count {
        let account = accounts[style]
        return SyntheticSignal(
          style: style, field: account.field, descriptor: account.descriptor, formula: account.formula)
      }
      let field = FieldName(rawValue: "style_signal_\(style < 10 ? "0" : "")\(style)")
      return SyntheticSignal(style: style, field: field, descriptor: "column", formula: "1 + 0.5 sinh(s)")
    }
  }

  /// What the descriptor of each of the first styles is to give.
  ///
  /// - Parameter loadings: one for each style that accounts show.
  static func ratios(_ loadings: [Double]) -> [Double] {
    [
      PortableMath.exp(-0.7 + 0.5 * loadings[0]), 0.05 + 0.03 * sinh(loadings[1]), 0.06 + 0.03 * sinh(loadings[2]),
      PortableMath.exp(0.6 * loadings[3]), 0.08 + 0.04 * sinh(loadings[4]), PortableMath.exp(-4 + 0.7 * loadings[5]),
      1 - PortableMath.exp(-0.6 - 0.3 * loadings[6]), PortableMath.exp(-0.3 + 0.4 * loadings[7]),
      PortableMath.exp(-1.2 + 0.3 * loadings[8]),
    ]
  }

  /// The signal of a style that no account shows.
  static func further(_ loading: Double) -> Double { 1 + 0.5 * sinh(loading) }

  private static func sinh(_ x: Double) -> Double { 0.5 * (PortableMath.exp(x) - PortableMath.exp(-x)) }
}

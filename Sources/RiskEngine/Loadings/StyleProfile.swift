/// A named set of styles.
///
/// Weights and parameters are those that descriptions of published fundamental models report, or choices of this engine;
/// no profile reproduces anybody's model. Windows and half-lives are the descriptors' defaults, whose origins
/// `DescriptorCatalog` tells, unless a part sets them.
public struct StyleProfile: Sendable {
  /// The name in the configuration.
  public var name: String
  /// What it is, in a sentence.
  public var summary: String
  /// The styles.
  public var styles: [StyleDefinition]

  /// The profile of a name, or `nil`.
  public static func named(_ name: String) -> StyleProfile? { all.first { $0.name == name } }

  /// All profiles.
  public static let all: [StyleProfile] = [core, compact]

  /// Eleven styles: the usual ones of a single-country model.
  ///
  /// Where the weights of styles of several descriptors come from:
  ///
  /// | style | weights | origin |
  /// |---|---|---|
  /// | residual volatility | 0.75, 0.15, 0.10 | reported at second hand for a US model (MSCI, USE4, 2011) |
  /// | liquidity | 0.35, 0.35, 0.30 | the same |
  /// | leverage | 0.75, 0.15, 0.10 | the same |
  /// | earnings yield | 0.50, 0.25, 0.25 | a choice of this engine: those reported lean on forecasts more |
  /// | growth | 0.4, 0.2, 0.4 | a choice of this engine, for the same reason |
  ///
  /// What is made orthogonal to what is the usage of such models too, with weights that are this engine's choice.
  static let core = StyleProfile(
    name: "equity-core",
    summary: "market beta, momentum, size, non-linear size, residual volatility, book-to-price, earnings yield, "
      + "dividend yield, liquidity, leverage and growth",
    styles: [
      StyleDefinition("beta", .descriptors([.init("market_beta")])),
      StyleDefinition("momentum", .descriptors([.init("momentum")])),
      StyleDefinition("size", .descriptors([.init("log_market_cap")])),
      StyleDefinition(
        "nonlinear_size", .power(of: "size", exponent: 3), orthogonalization: Orthogonalization(to: ["size"])),
      StyleDefinition(
        "residual_volatility",
        .descriptors([
          .init("volatility", weight: 0.75), .init("cumulative_range", weight: 0.15),
          .init("residual_volatility", weight: 0.10),
        ]), orthogonalization: Orthogonalization(to: ["beta", "size"])),
      StyleDefinition("book_to_price", .descriptors([.init("book_to_price")])),
      StyleDefinition(
        "earnings_yield",
        .descriptors([
          .init("forward_earnings_to_price", weight: 0.5), .init("cash_flow_to_price", weight: 0.25),
          .init("earnings_to_price", weight: 0.25),
        ])),
      StyleDefinition("dividend_yield", .descriptors([.init("dividend_to_price")])),
      StyleDefinition(
        "liquidity",
        .descriptors([
          .init("turnover_month", weight: 0.35), .init("turnover_quarter", weight: 0.35),
          .init("turnover_year", weight: 0.30),
        ]), orthogonalization: Orthogonalization(to: ["size"])),
      StyleDefinition(
        "leverage",
        .descriptors([
          .init("market_leverage", weight: 0.75), .init("debt_to_assets", weight: 0.15),
          .init("book_leverage", weight: 0.10),
        ])),
      StyleDefinition(
        "growth",
        .descriptors([
          .init("forecast_growth", weight: 0.4), .init("earnings_growth", weight: 0.2),
          .init("sales_growth", weight: 0.4),
        ])),
    ])

  /// Six styles with endless exponential windows: less to remember of each asset, and values as soon as the fewest
  /// observations are there.
  ///
  /// The half-lives are those of the windowed defaults; the choice of styles, the endless windows and the equal weights
  /// in value are this engine's own.
  static let compact = StyleProfile(
    name: "equity-compact", summary: "beta, momentum, size, volatility, value and non-linear size",
    styles: [
      StyleDefinition(
        "beta", .descriptors([.init("market_beta", DescriptorParameters(halfLife: 63, window: .unlimited))])),
      StyleDefinition(
        "momentum",
        .descriptors([
          .init("momentum", DescriptorParameters(halfLife: 126, window: .unlimited, skip: 21))
        ])),
      StyleDefinition("size", .descriptors([.init("log_market_cap")])),
      StyleDefinition(
        "volatility", .descriptors([.init("volatility", DescriptorParameters(halfLife: 42, window: .unlimited))])),
      StyleDefinition(
        "value",
        .descriptors([
          .init("book_to_price", weight: 0.5), .init("forward_earnings_to_price", weight: 0.5),
        ])),
      StyleDefinition(
        "nonlinear_size", .power(of: "size", exponent: 3),
        orthogonalization: Orthogonalization(to: ["size"], weights: .cap)),
    ])
}

/// What portfolios are measured against.
public enum PortfolioBenchmark: Sendable {
  /// The estimation universe by capitalization, equally weighted in a model without caps.
  case universe
  /// Holdings, at each date those of the same date where they have dates.
  case portfolio(PortfolioSource)

  /// The word on the command line that stands for the universe.
  public static let universeWord = "universe"

  /// Makes a benchmark of a word or a path.
  public init(_ text: String) { self = text == Self.universeWord ? .universe : .portfolio(.file(text)) }

  /// Its holdings; `nil` of the universe.
  var source: PortfolioSource? { if case .portfolio(let source) = self { source } else { nil } }
}

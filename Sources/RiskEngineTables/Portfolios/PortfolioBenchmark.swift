/// What portfolios are measured against.
public enum PortfolioBenchmark: Hashable, Sendable {
  /// The estimation universe by capitalization, equally weighted in a model without caps.
  case universe
  /// The holdings of a file, at each date those of the same date where the file has dates.
  case file(String)

  /// The word on the command line that stands for the universe.
  public static let universeWord = "universe"

  /// Makes a benchmark of a word or a path.
  public init(_ text: String) { self = text == Self.universeWord ? .universe : .file(text) }

  /// The path of its file.
  var path: String? { if case .file(let path) = self { path } else { nil } }
}

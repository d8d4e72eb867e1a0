internal import RiskEngine

/// Where holdings come from.
public enum PortfolioSource: Sendable {
  /// A file, which is read when a job runs.
  case file(String)
  /// Holdings that are in memory already.
  case holdings(PortfolioFile)

  /// The path of the file; `nil` of holdings in memory.
  public var path: String? { if case .file(let path) = self { path } else { nil } }

  /// Reads the holdings.
  ///
  /// - Throws: as `PortfolioFile`.
  func read() throws -> PortfolioFile {
    switch self {
    case .file(let path): try PortfolioFile(path: path)
    case .holdings(let file): file
    }
  }
}

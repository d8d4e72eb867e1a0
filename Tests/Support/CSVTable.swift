public import Foundation

/// A small CSV file without quotes, for references in tests.
public struct CSVTable {
  /// The names in the first line.
  public let header: [String]
  /// The fields of the other lines.
  public let rows: [[String]]

  /// Reads a file.
  public init(contentsOf url: URL) throws {
    let lines = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
    header = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  /// A column as text.
  public func texts(_ name: String) -> [String] {
    guard let index = header.firstIndex(of: name) else { preconditionFailure("no column '\(name)'") }
    return rows.map { $0[index] }
  }

  /// A column as numbers, `nan` where it is empty.
  public func numbers(_ name: String) -> [Double] { texts(name).map { Double($0) ?? .nan } }
}

internal import Foundation
internal import RiskEngine

/// Where the files of a model stand, and where they are until they stand there.
enum ModelLayout {
  /// The folder of the state files.
  static let stateFolder = "state"
  /// How the name of a folder begins that holds the files of a transaction until they are in place.
  static let pendingPrefix = ".pending-"

  /// The folder of a transaction's files until they are in place: each under the path that it will have.
  static func pendingFolder(_ generation: Int) -> String { pendingPrefix + digits(generation) }

  /// The place of a segment: its dates, and the transaction that wrote it.
  ///
  /// No two files of a model have one name, ever: what a manifest lists is never overwritten by a later transaction.
  static func segmentFile(
    table: String, dates: ClosedRange<CalendarDate>?, generation: Int, number: Int, fileExtension: String
  ) -> String {
    let transaction = "\(digits(generation))-\(digits(number))"
    guard let dates else { return "\(table)/\(transaction).\(fileExtension)" }
    return "\(table)/\(dates.lowerBound)_\(dates.upperBound)_\(transaction).\(fileExtension)"
  }

  /// The place of a state file.
  static func stateFile(_ name: String, generation: Int) -> String { "\(stateFolder)/\(name)-\(digits(generation))" }

  /// Whether something may be the name of a table, of a state or of a segment's format.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// Whether a path names a visible file in the model's folder, or in a folder in it.
  static func isPlain(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.utf8.contains(0) }
  }

  /// The folder of a file, empty for one that stands in the model's folder itself.
  static func folder(of file: String) -> String {
    file.split(separator: "/").dropLast().joined(separator: "/")
  }

  /// The place that a path means, links followed.
  static func place(of path: String) -> String {
    URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static func digits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 6 - text.utf8.count)) + text
  }
}

internal import Foundation
public import ModelStore
public import RiskEngine

/// What a model of `StoreStep` holds, read from all of its files and found to agree.
public struct StoreContent: Hashable, Sendable {
  /// How often each day was stated anew.
  public var revisions: [Int]
  /// The number of transactions.
  public var generation: Int

  /// Something that does not agree with the rest.
  public struct Disagreement: Error, CustomStringConvertible {
    /// What.
    public let description: String
  }

  static let datedTables = ["factor_returns", "idio_returns", "quality"]
  static let listTable = "factors"

  /// What a model is expected to hold.
  public init(revisions: [Int], generation: Int) {
    self.revisions = revisions
    self.generation = generation
  }

  /// Reads every file of a model.
  ///
  /// - Throws: `Disagreement` where the files are not those of one transaction; `StoreError`.
  public init(of model: StoredModel) throws {
    let manifest = model.manifest
    guard let text = manifest.metadata["revisions"]?.text else { throw Disagreement(description: "no metadata") }
    let revisions = text.split(separator: ",").compactMap { Int($0) }
    guard manifest.metadata["dayCount"]?.number == Double(revisions.count) else {
      throw Disagreement(description: "the metadata")
    }
    guard let state = try model.state("pipeline"),
      Data(state) == Data(Self.state(revisions, size: state.count))
    else {
      throw Disagreement(description: "the state does not belong to \(text)")
    }
    guard try model.document("config.yaml") == Array("a: 1\n".utf8) else {
      throw Disagreement(description: "the document")
    }
    guard manifest.tables.map(\.name) == (Self.datedTables + [Self.listTable]).sorted() else {
      throw Disagreement(description: "tables \(manifest.tables.map(\.name))")
    }
    for table in manifest.tables {
      var rows: [String] = []
      for segment in table.segments {
        try model.check(segment)
        // Foundation's own reading of a text never lets some of its memory go.
        let bytes = try FileHandle(forReadingAtPath: model.path(of: segment))?.readToEnd() ?? Data()
        let found = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard found.count == segment.rowCount else { throw Disagreement(description: "row counts") }
        rows += found.map(String.init)
      }
      guard rows == Self.rows(of: table.name, revisions, days: 0..<revisions.count) else {
        throw Disagreement(description: "the table \(table.name) does not belong to \(text)")
      }
    }
    self.revisions = revisions
    generation = manifest.generation
  }

  /// Opens and reads a model.
  public init(at path: String) throws { try self.init(of: StoredModel(path: path)) }

  /// The date of a day.
  public static func date(_ day: Int) -> CalendarDate { CalendarDate(daysSinceEpoch: Int32(19_000 + day)) }

  static func text(_ revisions: [Int]) -> String { revisions.map(String.init).joined(separator: ",") }

  static func state(_ revisions: [Int], size: Int) -> [UInt8] {
    let text = text(revisions) + ";"
    return Array(String(repeating: text, count: size / text.utf8.count + 1).utf8.prefix(size))
  }

  static func rows(of table: String, _ revisions: [Int], days: Range<Int>) -> [String] {
    // A report has rows on few days.
    let days = table == "quality" ? days.filter { $0 % 3 == 0 } : Array(days)
    let perDay = table == "idio_returns" ? 2 : 1
    return days.flatMap { day in (0..<perDay).map { "\(table) \(date(day)) \($0) revision \(revisions[day])" } }
  }

  /// Writes rows as a writer of tables would: block by block.
  static func write(_ rows: [String], to path: String) throws {
    let bytes = Data(rows.map { $0 + "\n" }.joined().utf8)
    try announce(path)
    try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
    try announce(path)
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
    try file.write(contentsOf: bytes.dropFirst(bytes.count / 2))
    try file.close()
  }

  private static func announce(_ path: String) throws {
    guard let number = FileSystemCall.observer?(.write, path), number != 0 else { return }
    throw StoreError.writeFailed(path: path, reason: unsafe String(cString: strerror(number)))
  }
}

import Foundation
import RiskEngine
import RiskEngineTables
import Testing

@testable import RiskEngineTables

/// Each way in which a file can be wrong, with all that the error says.
struct TableErrorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let endings = ["parquet", "csv", "csv.gz", "feather"]

  private func error(_ path: String, _ columns: [ColumnRequest] = []) -> TableError? {
    do throws(TableError) {
      _ = try WholeTable(path, columns)
      return nil
    } catch { return error }
  }

  @Test(arguments: endings)
  func fileMissing(ending: String) {
    let path = folder.path("none.\(ending)")
    #expect(error(path) == .fileMissing(path: path))
    #expect(error(path)?.exitCode == 66)
    #expect(error(path)?.description == "\(path): no such file")
  }

  @Test(arguments: endings)
  func isDirectory(ending: String) throws {
    let path = folder.path("folder.\(ending)")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(error(path) == .isDirectory(path: path))
    #expect(error(path)?.exitCode == 66)
  }

  @Test(arguments: endings)
  func emptyFile(ending: String) throws {
    let path = try folder.file("t.\(ending)", "")
    #expect(error(path) == .emptyFile(path: path))
    #expect(error(path)?.exitCode == 65)
  }

  /// What keeps everybody from opening a file, the superuser too.
  @Test(arguments: endings)
  func notReadable(ending: String) throws {
    let loop = folder.path("loop.\(ending)")
    try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
    #expect(error(loop) == .notReadable(path: loop, reason: "Too many levels of symbolic links"))
    #expect(error(loop)?.exitCode == 66)
    let long = folder.path(String(repeating: "x", count: 300) + ".\(ending)")
    #expect(error(long) == .notReadable(path: long, reason: "File name too long"))
    let device = folder.path("device.\(ending)")
    try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: "/dev/null")
    #expect(error(device) == .notReadable(path: device, reason: "not a regular file"))
  }

  /// Permission is not asked of the superuser, for whom the tests of the command line drop that right.
  @Test func notPermitted() throws {
    let path = try folder.file("t.csv", "a\n1\n")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(error(path) == (geteuid() == 0 ? nil : .notReadable(path: path, reason: "Permission denied")))
  }

  @Test func unknownFormat() {
    #expect(error("panel.xlsx") == .unknownFormat(path: "panel.xlsx"))
    #expect(error("panel.xlsx")?.exitCode == 65)
  }

  @Test(arguments: ["parquet", "feather"])
  func notOfFormat(ending: String) throws {
    let path = try folder.file("t.\(ending)", "date,asset\n2024-01-31,a\n")
    guard case .notOfFormat(path, TableFormat(path: path), _) = error(path) else {
      Issue.record("\(String(describing: error(path)))")
      return
    }
  }

  @Test(arguments: FixtureTable.Format.allCases)
  func truncated(format: FixtureTable.Format) throws {
    let whole = try FixtureTable(columns: [.init("x", "float64", (0..<1000).map { "\($0)" })])
      .write(to: folder, as: format, name: "whole")
    let bytes = try Data(contentsOf: URL(filePath: whole))
    let path = try folder.file("cut.\(format.ending)", bytes.prefix(bytes.count / 2))
    let found = error(path, [.init("x", .number)])
    if format == .stream {
      // A stream has no end to look for; what is there of the last batch contradicts its beginning.
      guard case .corrupt(path, _) = found else {
        Issue.record("\(String(describing: found))")
        return
      }
    } else {
      #expect(found == .truncated(path: path, format: format == .parquet ? .parquet : .feather))
    }
    #expect(found?.exitCode == 65)
  }

  /// A file whose two ends are right and whose middle is not: an error, and never a crash.
  @Test(arguments: FixtureTable.Format.allCases, 0..<8)
  func damaged(format: FixtureTable.Format, seed: Int) throws {
    let texts = (0..<3000).map { "text \($0 % 50)" }
    let whole = try FixtureTable(columns: [.init("id", "string", texts)]).write(to: folder, as: format, name: "whole")
    var bytes = try Data(contentsOf: URL(filePath: whole))
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<40 {
      bytes[Int.random(in: 8..<(bytes.count - 10), using: &generator)] = .random(in: 0...255, using: &generator)
    }
    let path = try folder.file("damaged.\(format.ending)", bytes)
    // Bytes of a text that change within UTF-8 cannot be told.
    if let found = error(path, [.init("id", .identifier)]) { #expect(found.exitCode == 65, "\(found)") }
  }

  @Test(arguments: ["parquet", "csv"])
  func unknownColumn(ending: String) throws {
    let path = folder.path("t.\(ending)")
    try TableWriter(path: path, columns: ["date", "asset", "market_cap"].map { .init($0, .number) }).close()
    #expect(
      error(path, [.init("market_cpa", .number)])
        == .unknownColumn(
          path: path, column: "market_cpa", nearest: "market_cap", available: ["date", "asset", "market_cap"]))
    #expect(
      error(path, [.init("industry", .identifier)])
        == .unknownColumn(path: path, column: "industry", nearest: nil, available: ["date", "asset", "market_cap"]))
    #expect(
      error(path, [.init("market_cpa", .number)])?.description
        == "\(path): no column 'market_cpa' (did you mean 'market_cap'?); it has 'date', 'asset', 'market_cap'")
    #expect(error(path, [.init("market_cpa", .number)])?.exitCode == 65)
  }

  @Test func optionalColumnMayBeMissing() throws {
    let path = try folder.file("t.csv", "a\n1\n")
    let reader = try TableReader(
      path: path, columns: [.init("a", .number), .init("b", .number, isRequired: false)])
    #expect(reader.columns == [.init("a", .number)])
    #expect(reader.has("a") && !reader.has("b"))
  }

  @Test(arguments: FixtureTable.Format.allCases)
  func duplicateColumn(format: FixtureTable.Format) throws {
    let path = try FixtureTable(columns: [
      .init("x", "int32", ["1"]), .init("x", "int32", ["2"]), .init("y", "int32", ["3"]),
    ])
    .write(to: folder, as: format)
    #expect(error(path, [.init("x", .number)]) == .duplicateColumn(path: path, column: "x"))
    #expect(error(path, [.init("y", .number)]) == nil)
  }

  @Test(
    arguments: FixtureTable.Format.allCases,
    [
      ("string", "a", ColumnKind.number), ("bool", "true", .number), ("date32", "2024-01-31", .number),
      ("float64", "1", .identifier), ("date32", "2024-01-31", .identifier), ("float64", "20240131", .date),
      ("int8", "1", .date), ("bool", "true", .date), ("time32", "10:00:00", .date),
      ("list", "1", .number),
    ])
  func wrongType(format: FixtureTable.Format, column: (type: String, text: String, kind: ColumnKind)) throws {
    let path = try FixtureTable(columns: [.init("c", column.type, [column.text])]).write(to: folder, as: format)
    guard case .wrongType(path, "c", let found, column.kind) = error(path, [.init("c", column.kind)]) else {
      Issue.record("\(String(describing: error(path, [.init("c", column.kind)])))")
      return
    }
    let shown = ["float64": "double", "date32": "date32[day]", "time32": "time32"][column.type] ?? column.type
    #expect(found.contains(shown), "\(found)")
  }

  @Test func wrongTypeInWords() throws {
    let path = try FixtureTable(columns: [.init("ret", "string", ["a"])]).write(to: folder, as: .file)
    #expect(error(path, [.init("ret", .number)])?.description == "\(path): column 'ret': found string, expected number")
  }

  @Test(
    arguments: FixtureTable.Format.allCases,
    [
      ("string", "2024-02-30", ColumnKind.date, "2024-02-30"), ("int32", "20241301", .date, "20241301"),
      ("dictionary<int8, string>", "soon", .date, "soon"), ("int8", "2", .boolean, "2"),
      ("float64", "0.5", .boolean, "0.5"), ("string", "0.5", .boolean, "0.5"),
      ("string", "yes", .boolean, "yes"), ("dictionary<int8, string>", "yes", .boolean, "yes"),
      ("timestamp[ms]", "1709164800001", .date, "2024-02-29 00:00:00.001"),
      ("timestamp[ms]", "1709222400000", .date, "2024-02-29 16:00:00.000"),
    ])
  func unparsableValue(
    format: FixtureTable.Format, column: (type: String, text: String, kind: ColumnKind, found: String)
  ) throws {
    let texts: [String?] = Array(repeating: nil, count: 25) + [column.text]
    let path = try FixtureTable(columns: [.init("a", "int32", texts.map { _ in "1" }), .init("c", column.type, texts)])
      .write(to: folder, as: format, rowsPerGroup: 10)
    #expect(
      error(path, [.init("a", .number), .init("c", column.kind)])
        == .unparsableValue(path: path, row: 26, column: "c", found: column.found, expected: column.kind))
  }

  /// Of two values that are wrong in one batch the same one is told each time.
  @Test func theFirstColumnThatIsWrongIsTold() throws {
    let path = try FixtureTable(columns: [.init("a", "string", ["x", "y"]), .init("b", "string", ["z", "z"])])
      .write(to: folder)
    for _ in 0..<20 {
      #expect(
        error(path, [.init("a", .date), .init("b", .date)])
          == .unparsableValue(path: path, row: 1, column: "a", found: "x", expected: .date))
    }
  }

  @Test func descriptionsAreOneLine() {
    let errors: [TableError] = [
      .unparsableValue(path: "t.csv", row: 5, column: "x", found: "a\nb", expected: .number),
      .raggedRow(path: "t.csv", row: 7, fieldsFound: 1, fieldsExpected: 3),
      .corrupt(path: "t.parquet", reason: "first\nsecond"),
    ]
    #expect(
      errors.map(\.description) == [
        "t.csv: row 5, column 'x': found 'a b', expected a number",
        "t.csv: row 7: found 1 field, expected 3",
        "t.parquet: is damaged: first second",
      ])
  }

  @Test(arguments: [("retrun", "return"), ("Return", "return"), ("returns", "return"), ("cap", nil), ("xyz", nil)])
  func nearestName(name: String, nearest: String?) {
    #expect(NearestName.find(name, among: ["date", "asset", "return", "market_cap"]) == nearest)
  }
}

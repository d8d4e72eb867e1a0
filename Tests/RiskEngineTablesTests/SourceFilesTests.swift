import Foundation
import RiskEngine
import Testing

@testable import RiskEngineTables

/// Which files the paths of a source name, and what the names of folders say.
struct SourceFilesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Makes a file below the folder, with the rows of one return.
  private func make(_ name: String, _ text: String = "date,asset,return\n2024-01-02,A,0.5\n") throws {
    let url = URL(filePath: folder.path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func source(_ paths: [String], kind: SourceKind = .returns) -> SourceDescription {
    SourceDescription(name: "vendor", kind: kind, paths: paths, folder: root)
  }

  private var root: String { folder.path.hasSuffix("/") ? String(folder.path.dropLast()) : folder.path }

  private func found(_ paths: [String]) throws -> [String] {
    try SourceFiles.find(source(paths)).map { String($0.path.dropFirst(root.count + 1)) }
  }

  @Test func patterns() throws {
    for name in ["a.csv", "b.csv", "b.parquet", "notes.txt", ".c.csv", "_c.csv", "x/a.csv", "x/y/a.csv", "x/y/b.csv"] {
      try make(name)
    }
    #expect(try found(["a.csv"]) == ["a.csv"])
    #expect(try found(["*.csv"]) == ["a.csv", "b.csv"])
    #expect(try found(["b.*"]) == ["b.csv", "b.parquet"])
    #expect(try found(["*"]) == ["a.csv", "b.csv", "b.parquet"])
    #expect(try found(["x/*/a.csv"]) == ["x/y/a.csv"])
    #expect(try found(["*/a.csv"]) == ["x/a.csv"])
    #expect(try found(["**/a.csv"]) == ["a.csv", "x/a.csv", "x/y/a.csv"])
    #expect(try found(["x/**"]) == ["x/a.csv", "x/y/a.csv", "x/y/b.csv"])
    #expect(try found(["x/**/y/*.csv"]) == ["x/y/a.csv", "x/y/b.csv"])
    #expect(try found(["**/x/**/b.csv"]) == ["x/y/b.csv"])
    #expect(try found(["x"]) == ["x/a.csv", "x/y/a.csv", "x/y/b.csv"])
    #expect(try found(["x/"]) == ["x/a.csv", "x/y/a.csv", "x/y/b.csv"])
    #expect(try found(["b.csv", "a.csv"]) == ["a.csv", "b.csv"])
    #expect(try found(["_c.csv"]) == ["_c.csv"])
    #expect(try found(["*a*a*.csv", "a.csv"].suffix(1) + []) == ["a.csv"])
    #expect(try found([folder.path("a.csv")]) == ["a.csv"])
  }

  /// Stars take as much as fits: no pattern takes time that grows as a power.
  @Test func manyStars() throws {
    try make(String(repeating: "a", count: 60) + ".csv")
    #expect(try found([String(repeating: "a*", count: 20) + ".csv"]).count == 1)
    #expect(throws: SourceError.self) { try found([String(repeating: "a*", count: 20) + "b.csv"]) }
  }

  @Test func aFileNamedTwiceIsReadOnce() throws {
    try make("a.csv")
    try make("b.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("latest.csv"), withDestinationPath: folder.path("b.csv"))
    #expect(
      try found(["*.csv", "a.csv", "./a.csv"]).map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 } == [
        "a.csv", "b.csv",
      ])
  }

  /// A link to a folder above leads nowhere new.
  @Test func linksInACircle() throws {
    try make("x/a.csv")
    try FileManager.default.createSymbolicLink(atPath: folder.path("x/up"), withDestinationPath: root)
    try FileManager.default.createSymbolicLink(atPath: folder.path("x/self"), withDestinationPath: folder.path("x"))
    #expect(try found(["x"]).count == 1)
    #expect(try found(["**"]).count == 1)
  }

  @Test(arguments: ["*.csv", "x/*.parquet", "empty", "**/none.csv"])
  func nothingMatches(path: String) throws {
    try make("notes.txt")
    try make("x/a.csv")
    try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: false)
    let expected = SourceError.noFiles(source: "vendor", path: path, folder: root)
    #expect(source([path]).error() == expected)
    #expect(expected.exitCode == 66)
    #expect(expected.description == "source 'vendor': no file matches '\(path)' in \(root); expected at least one")
  }

  @Test func aFileNamedOutrightIsMissing() {
    let error = source(["none.csv"]).error()
    #expect(error == .table(source: "vendor", error: .fileMissing(path: root + "/none.csv")))
    #expect(error?.exitCode == 66)
  }

  // MARK: Columns that folders give

  @Test func datesOfFolders() throws {
    try make("raw/date=2024-01-03/p.csv", "asset,return\nB,0.2\nA,0.3\n")
    try make("raw/date=2024-01-02/p.csv", "asset,return\nA,0.1\n")
    try make("raw/date=20240105/p.csv", "asset,return\nA,0.4\n")
    let (rows, reader) = try source(["raw"]).readAll()
    #expect(rows.lines == ["2024-01-02 A 0.1", "2024-01-03 B 0.2", "2024-01-03 A 0.3", "2024-01-05 A 0.4"])
    #expect(reader.order == .byDate)
  }

  @Test(arguments: ["parquet", "feather"])
  func datesOfFoldersOfColumns(ending: String) throws {
    for (day, number) in [("2024-01-03", "2"), ("2024-01-02", "1")] {
      let place = folder.path("raw/date=\(day)")
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      let path = try FixtureTable(columns: [.init("asset", "string", ["A"]), .init("return", "float64", [number])])
        .write(to: folder, as: ending == "parquet" ? .parquet : .file)
      try FileManager.default.moveItem(atPath: path, toPath: "\(place)/p.\(ending)")
    }
    #expect(try source(["raw/**/*.\(ending)"]).readAll().rows.lines == ["2024-01-02 A 1.0", "2024-01-03 A 2.0"])
  }

  @Test func anyColumnOfFolders() throws {
    try make("asset=A%2FB/industry=x/level=1.5/p.csv", "date\n2024-01-02\n2024-01-03\n")
    try make("asset=C/industry=__HIVE_DEFAULT_PARTITION__/level=/p.csv", "date\n2024-01-02\n")
    let description = SourceDescription(
      name: "vendor", kind: .daily, paths: ["**/p.csv"], folder: root,
      columns: ["level": "level", .industry: "industry"])
    #expect(
      try description.readAll().rows.lines
        == ["2024-01-02 A/B 1.5 x", "2024-01-02 C - -", "2024-01-03 A/B 1.5 x"])
  }

  /// Folders above the source's own say nothing, and keys that no field is mapped to neither.
  @Test func keysThatNobodyAskedFor() throws {
    try make("year=2024/date=2024-01-02/p.csv", "asset,return\nA,0.1\n")
    #expect(try source(["year=2024"]).readAll().rows.lines == ["2024-01-02 A 0.1"])
    try make("return=9/p.csv")
    let inner = SourceDescription(name: "vendor", kind: .returns, paths: ["p.csv"], folder: root + "/return=9")
    #expect(try inner.readAll().rows.lines == ["2024-01-02 A 0.5"])
  }

  @Test func foldersThatAreNoDates() throws {
    try make("date=yesterday/p.csv", "asset,return\nA,0.1\n")
    #expect(
      source(["*/p.csv"]).error()
        == .table(
          source: "vendor",
          error: .unparsableValue(
            path: root + "/date=yesterday/p.csv", row: 1, column: "date", found: "yesterday", expected: .date)))
    try make("return=much/p.csv", "date,asset\n2024-01-02,A\n")
    guard
      case .table("vendor", .unparsableValue(_, 1, "return", "much", .number)) = source(["return=much"]).error()
    else {
      Issue.record("a number that is none")
      return
    }
    try make("date=__HIVE_DEFAULT_PARTITION__/p.csv", "asset,return\nA,0.1\n")
    #expect(
      source(["date=__HIVE_DEFAULT_PARTITION__"]).error()
        == .missingDate(
          source: "vendor", path: root + "/date=__HIVE_DEFAULT_PARTITION__/p.csv", row: 1, column: "date"))
  }
}

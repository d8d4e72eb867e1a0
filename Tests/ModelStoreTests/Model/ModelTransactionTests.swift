import Foundation
import RiskEngine
import StoreWorkload
import Testing

@testable import ModelStore

/// What a transaction makes of a model.
@Suite struct ModelTransactionTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("model")
  }

  private func date(_ day: Int) -> CalendarDate { StoreContent.date(day) }

  /// Adds a segment of one line a day.
  private func add(_ transaction: ModelTransaction, _ table: String, _ days: ClosedRange<Int>) throws {
    let segment = try transaction.newSegment(of: table, fileExtension: "csv")
    let text = days.map { "\($0)\n" }.joined()
    try Data(text.utf8).write(to: URL(filePath: segment.path))
    try transaction.append(segment, rowCount: days.count, dates: date(days.lowerBound)...date(days.upperBound))
  }

  private func create(_ days: ClosedRange<Int> = 0...4) throws {
    let transaction = try ModelTransaction(creating: OutputFolder(path: path))
    try add(transaction, "periods", days)
    try transaction.setState([1, 2, 3], named: "variances")
    try transaction.commit()
  }

  private func text(_ table: String) throws -> String {
    let model = try StoredModel(path: path)
    return try #require(model.manifest.table(table)).segments.map { segment in
      try model.check(segment)
      return try String(contentsOfFile: model.path(of: segment), encoding: .utf8)
    }.joined()
  }

  // MARK: What is written

  @Test func aFirstEstimateAndUpdates() throws {
    try StoreStep.create.run(at: path)
    var expected = StoreContent(revisions: StoreStep.create.result(of: []), generation: 1)
    #expect(try StoreContent(at: path) == expected)
    for step in [StoreStep.append, .append, .restate, .append, .restate, .compact, .append, .restate] {
      try step.run(at: path)
      expected = StoreContent(
        revisions: step.result(of: expected.revisions), generation: expected.generation + 1)
      #expect(try StoreContent(at: path) == expected)
      #expect(try StoredModel(path: path).verify() == [])
    }
    #expect(expected.revisions == [0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 2, 1])
  }

  /// Programs that read a folder in the order of names see the rows in the order of the manifest.
  @Test func namesAscendWithDates() throws {
    try StoreStep.create.run(at: path)
    for step in [StoreStep.append, .restate, .append, .append, .compact, .append, .append] {
      try step.run(at: path)
      for table in try StoredModel(path: path).manifest.tables {
        let names = table.segments.map(\.file)
        #expect(names == names.sorted())
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.path("model/\(table.name)"))
        #expect(found.sorted().map { "\(table.name)/\($0)" } == names)
      }
    }
  }

  /// Tables may be written by several threads: which begins first has no say.
  @Test func namesDoNotDependOnTheOrderOfTables() throws {
    for tables in [["inputs", "loadings"], ["loadings", "inputs"]] {
      let transaction = try ModelTransaction(creating: OutputFolder(path: path))
      for table in tables { try add(transaction, table, 0...4) }
      for table in tables { try add(transaction, table, 5...5) }
      try transaction.commit()
      for table in try StoredModel(path: path).manifest.tables {
        #expect(
          table.segments.map(\.file) == [
            "\(table.name)/\(date(0))_\(date(4))_000001-000001.csv",
            "\(table.name)/\(date(5))_\(date(5))_000001-000002.csv",
          ])
      }
    }
  }

  @Test func theManifestSaysWhatIsThere() throws {
    try create()
    let manifest = try StoredModel(path: path).manifest
    let segment = try #require(manifest.table("periods")?.segments.first)
    #expect(segment.file == "periods/\(date(0))_\(date(4))_000001-000001.csv")
    #expect(segment.byteCount == 10 && segment.rowCount == 5)
    #expect(segment.dates == date(0)...date(4))
    // `printf '0\n1\n2\n3\n4\n' | sha256sum` and `printf '\x01\x02\x03' | sha256sum`.
    #expect(segment.sha256 == "026d8ad3dfa1f2aa9da7964947ddedd4e83c6fc008206ebf898699dea80f9804")
    #expect(
      manifest.states == [
        StoredFile(
          name: "variances", file: "state/variances-000001", byteCount: 3,
          sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81")
      ])
    #expect(manifest.generation == 1 && manifest.createdBy == Version.current)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path + "/manifest.json")))
        as? [String: Any])
    #expect(object["producer"] as? String == "riskengine" && object["kind"] as? String == "model")
    #expect(object["format_version"] as? Int == 1)
  }

  @Test func metadataKeepTheirNamesAndBits() throws {
    let values: [String: MetadataValue] = [
      "splitDate": .text("2024-01-31"), "split_date": .text("ein \"Tag\"\\/\n\u{1F4C8}"), "checksum": .text("none"),
      "number": .number(0.1 + 0.2), "small": .number(.leastNonzeroMagnitude), "whole": .number(9_007_199_254_740_992),
      "minus": .number(-0.0), "flag": .flag(true), "one": .number(1),
      "list": .list([.number(1), .text("1"), .flag(false), .list([])]),
      "by_dayAndSource": .named(["2024-01-31": .named(["prices.csv": .text("ab")]), "": .number(2)]),
    ]
    let transaction = try ModelTransaction(creating: OutputFolder(path: path))
    transaction.metadata = values
    try transaction.commit()
    let found = try StoredModel(path: path).manifest.metadata
    #expect(found == values)
    #expect(found["number"]?.number?.bitPattern == (0.1 + 0.2).bitPattern)
    let next = try ModelTransaction(updating: path)
    #expect(next.metadata == values)
    next.metadata["flag"] = nil
    try next.commit()
    #expect(try StoredModel(path: path).manifest.metadata.count == values.count - 1)
  }

  @Test(arguments: [Double.nan, .infinity])
  func metadataMustBeFinite(value: Double) throws {
    try create()
    let transaction = try ModelTransaction(updating: path)
    transaction.metadata["variances"] = .list([.named(["a": .number(value)])])
    #expect { try transaction.commit() } throws: { error in
      guard case StoreError.writeFailed(_, let reason) = error else { return false }
      return reason.contains("finite")
    }
    #expect(try StoredModel(path: path).manifest.generation == 1)
  }

  @Test func statesStayUntilTheyAreReplacedOrRemoved() throws {
    try create()
    var transaction = try ModelTransaction(updating: path)
    #expect(try transaction.base?.state("variances") == [1, 2, 3])
    try transaction.setState([], named: "empty")
    try transaction.commit()
    #expect(try StoredModel(path: path).state("variances") == [1, 2, 3])
    #expect(try StoredModel(path: path).state("empty") == [])
    transaction = try ModelTransaction(updating: path)
    try transaction.setState([4], named: "variances")
    transaction.removeState(named: "empty")
    try transaction.commit()
    let model = try StoredModel(path: path)
    #expect(try model.state("variances") == [4])
    #expect(try model.state("empty") == nil)
    #expect(try model.withState("variances") { $0 } == [4])
    #expect(try model.withState("empty") { $0 } == nil)
    #expect(throws: CancellationError.self) { try model.withState("variances") { _ in throw CancellationError() } }
    #expect(try folder.listing("model/state") == ["variances-000003"])
  }

  @Test func theEndOfATableIsStatedAnew() throws {
    try create()
    var transaction = try ModelTransaction(updating: path)
    try add(transaction, "periods", 5...6)
    try add(transaction, "periods", 7...7)
    try transaction.commit()
    transaction = try ModelTransaction(updating: path)
    let straddling = try #require(transaction.removeRows(of: "periods", from: date(3)))
    #expect(straddling.dates == date(0)...date(4))
    // It can be read until the commit.
    #expect(try transaction.base?.path(of: straddling) != nil)
    try add(transaction, "periods", 0...2)
    try add(transaction, "periods", 3...8)
    #expect(transaction.tables[0].segments.count == 2)
    try transaction.commit()
    #expect(try text("periods") == (0...8).map { "\($0)\n" }.joined())
    #expect(try folder.listing("model/periods").count == 2)
    // From the first date of a segment on nothing has to be written again.
    transaction = try ModelTransaction(updating: path)
    #expect(transaction.removeRows(of: "periods", from: date(3)) == nil)
    #expect(transaction.removeRows(of: "none", from: date(3)) == nil)
    try transaction.commit()
    #expect(try text("periods") == "0\n1\n2\n")
    #expect(try StoredModel(path: path).manifest.tables.map(\.name) == ["periods"])
  }

  /// A restated table may begin before its old beginning, or end up empty.
  @Test func everythingIsTakenOut() throws {
    try create()
    var transaction = try ModelTransaction(updating: path)
    #expect(transaction.removeRows(of: "periods", from: date(-10)) == nil)
    try transaction.commit()
    #expect(try StoredModel(path: path).manifest.tables == [ModelTable(name: "periods", segments: [])])
    #expect(try folder.listing("model/periods") == [])
    #expect(try StoredModel(path: path).verify() == [])
    transaction = try ModelTransaction(updating: path)
    try add(transaction, "periods", 2...3)
    try transaction.commit()
    #expect(try text("periods") == "2\n3\n")
  }

  @Test func severalSegmentsBecomeOne() throws {
    try create()
    var transaction = try ModelTransaction(updating: path)
    for day in 5...9 { try add(transaction, "periods", day...day) }
    try transaction.commit()
    transaction = try ModelTransaction(updating: path)
    let segment = try transaction.newSegment(of: "periods", fileExtension: "csv")
    try Data("6\n7\n8\n".utf8).write(to: URL(filePath: segment.path))
    try transaction.replace(2..<5, with: segment, rowCount: 3)
    try add(transaction, "periods", 10...10)
    try transaction.commit()
    #expect(try text("periods") == (0...10).map { "\($0)\n" }.joined())
    let segments = try #require(StoredModel(path: path).manifest.table("periods")).segments
    #expect(segments.map(\.rowCount) == [5, 1, 3, 1, 1])
    #expect(segments[2].dates == date(6)...date(8))
  }

  // MARK: What goes wrong

  @Test func oneWriterAtATime() throws {
    try create()
    let first = try ModelTransaction(updating: path)
    for _ in 0..<2 {
      #expect(throws: StoreError.locked(path: path)) { try ModelTransaction(updating: path) }
      #expect(throws: StoreError.locked(path: path)) { try ModelTransaction(creating: OutputFolder(path: path)) }
    }
    #expect(StoreError.locked(path: path).exitCode == 75)
    let other = try StoreProcess("append", path).wait()
    #expect(other.end == .exited(75))
    #expect(other.text == "\(path): another process is writing the model; expected to be the only one\n")
    // Who was refused touched nothing.
    try add(first, "periods", 5...5)
    try first.commit()
    #expect(try text("periods") == "0\n1\n2\n3\n4\n5\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model"])
    let next = try ModelTransaction(updating: path)
    next.discard()
    try ModelTransaction(updating: path).commit()
  }

  /// A child that is just being started has copies of the descriptors of its parent; the lock does not stay with them.
  @Test func aLockGoesWithItsOwner() throws {
    let path = folder.path
    guard case .taken(let descriptor) = FileSystem.lockFolder(path) else {
      Issue.record("The folder is held by somebody else.")
      return
    }
    let copy = dup(descriptor)
    defer { close(copy) }
    guard case .held = FileSystem.lockFolder(path) else {
      Issue.record("The folder is held by nobody.")
      return
    }
    FileSystem.unlock(descriptor)
    guard case .taken(let next) = FileSystem.lockFolder(path) else {
      Issue.record("The lock stayed with the copy of the descriptor.")
      return
    }
    FileSystem.unlock(next)
  }

  /// A first estimate of a model that stands holds it from its beginning on.
  @Test func aModelThatIsReplacedIsHeld() throws {
    try create()
    let replacement = try ModelTransaction(creating: OutputFolder(path: path))
    #expect(throws: StoreError.locked(path: path)) { try ModelTransaction(updating: path) }
    try add(replacement, "periods", 7...9)
    #expect(try text("periods") == "0\n1\n2\n3\n4\n")
    try replacement.commit()
    #expect(try text("periods") == "7\n8\n9\n")
    try ModelTransaction(updating: path).commit()
  }

  @Test func nothingStaysOfATransactionThatIsGivenUp() throws {
    try create()
    let before = try folder.listing("model")
    let manifest = try Data(contentsOf: URL(filePath: path + "/manifest.json"))
    do {
      let transaction = try ModelTransaction(updating: path)
      try add(transaction, "periods", 5...5)
      try transaction.setState([9], named: "variances")
      #expect(try folder.listing("model") != before)
    }
    #expect(try folder.listing("model") == before)
    #expect(try Data(contentsOf: URL(filePath: path + "/manifest.json")) == manifest)
    do { try add(try ModelTransaction(creating: OutputFolder(path: folder.path("other"))), "periods", 0...0) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model"])
  }

  @Test func anInterruptionLeavesNothing() throws {
    try create()
    let before = try folder.listing("model")
    let transaction = try ModelTransaction(updating: path)
    try add(transaction, "periods", 5...5)
    UnfinishedFolders.discard(transaction.folder)
    #expect(try folder.listing("model") == before)
    #expect(throws: StoreError.self) { try transaction.commit() }
    #expect(try folder.listing("model") == before)
    #expect(try text("periods") == "0\n1\n2\n3\n4\n")
  }

  @Test func aSegmentMustBeWritten() throws {
    try create()
    let transaction = try ModelTransaction(updating: path)
    let segment = try transaction.newSegment(of: "periods", fileExtension: "csv")
    #expect(transaction.finalPath(of: segment.path) == path + "/periods/segment-1.csv")
    #expect(transaction.finalPath(of: "/elsewhere") == "/elsewhere")
    #expect {
      try transaction.append(segment, rowCount: 1, dates: date(9)...date(9))
    } throws: { error in
      guard case StoreError.writeFailed(let file, let reason) = error else { return false }
      return file == path + "/periods/\(date(9))_\(date(9))_000002-000001.csv" && reason.contains("No such file")
    }
  }

  @Test func whatIsNoModelIsRefusedAndLeftAlone() throws {
    let results = folder.path("results")
    try FileManager.default.createDirectory(atPath: results, withIntermediateDirectories: false)
    func refused(_ path: String, _ expected: StoreError) {
      #expect(throws: expected) { try StoredModel(path: path) }
      #expect(throws: expected) { try ModelTransaction(updating: path) }
    }
    refused(folder.path("none"), .modelMissing(path: folder.path("none")))
    refused(results, .notModel(path: results, found: "a folder without manifest.json"))
    let manifest = URL(filePath: results + "/manifest.json")
    try Data(#"{"producer": "another"}"#.utf8).write(to: manifest)
    refused(results, .notModel(path: results, found: "a manifest.json of another program"))
    try Data(#"{"producer": "riskengine", "kind": "regression", "format_version": 1}"#.utf8).write(to: manifest)
    refused(results, .notModel(path: results, found: "results of the kind 'regression'"))
    refused(manifest.path, .notModel(path: manifest.path, found: "a file"))
    #expect(try folder.listing("results") == ["manifest.json"])
    #expect(StoreError.modelMissing(path: "m").exitCode == 66)
    #expect(StoreError.notModel(path: "m", found: "a file").exitCode == 65)
  }

  /// A model may be asked for through a link, and is written where it is.
  @Test func linksAreFollowed() throws {
    try create()
    let link = folder.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    let transaction = try ModelTransaction(updating: link)
    #expect(throws: StoreError.locked(path: path)) { try ModelTransaction(updating: path) }
    try add(transaction, "periods", 5...5)
    try transaction.commit()
    #expect(try text("periods") == "0\n1\n2\n3\n4\n5\n")
    #expect(try StoredModel(path: link).verify() == [])
  }

  // MARK: When to compact

  private func table(_ rowCounts: [Int]) -> ModelTable {
    ModelTable(
      name: "periods",
      segments: rowCounts.enumerated().map { day, count in
        ModelSegment(file: "", byteCount: 0, rowCount: count, dates: date(day)...date(day), sha256: "")
      })
  }

  @Test func aLongHistoryIsNotWrittenAgainForAFewDays() {
    let daily = Array(repeating: 3000, count: 64)
    #expect(table([]).compactionRange == nil)
    #expect(table(daily).compactionRange == nil)
    #expect(table(daily + [3000]).compactionRange == 0..<65)
    #expect(table([1_000_000] + daily).compactionRange == 1..<65)
    #expect(table([1_000_000, 192_000] + daily).compactionRange == 1..<66)
    #expect(table([1_000_000, 192_001] + daily).compactionRange == 2..<66)
    #expect(table(Array(repeating: 0, count: 65)).compactionRange == 0..<65)
  }

  /// Over many days the segments stay few and a row is seldom rewritten.
  @Test func compactionOverALongHistory() {
    var counts = [1_000_000]
    var rewritten = 0
    let dayCount = 20_000
    for _ in 0..<dayCount {
      counts.append(100)
      if let range = table(counts).compactionRange {
        let merged = counts[range].reduce(0, +)
        rewritten += merged
        counts.replaceSubrange(range, with: [merged])
      }
      #expect(counts.count <= ModelTable.segmentLimit)
    }
    #expect(counts.reduce(0, +) == 1_000_000 + 100 * dayCount)
    // The base-two logarithm of the 20000 / 64 compactions is 9; the history itself is merged once or twice.
    #expect(rewritten < 10 * (100 * dayCount) + 3_000_000)
  }
}

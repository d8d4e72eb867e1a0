import Foundation
import RiskEngine
import RiskEngineTables
import Testing

/// Whatever the order of rows and however they are cut into files, the rows of a date come together, dates ascend, and
/// within a date rows keep the order of the files.
struct SourceOrderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func paths(_ parts: [[DailyRow]], _ ending: String, name: String = "part") throws -> [String] {
    try parts.enumerated().map { index, rows in
      let path = folder.path("\(name)\(index).\(ending)")
      try DailyRow.write(rows, to: path, rowsPerGroup: 100)
      return path
    }
  }

  /// The rows date after date, in one date in the order given.
  private func expected(_ rows: [DailyRow]) -> [String] {
    let dates = Set(rows.map(\.date)).sorted()
    return dates.flatMap { date in rows.filter { $0.date == date }.map(\.line) }
  }

  @Test(arguments: ["parquet", "csv", "csv.gz", "feather"])
  func aFileInOrderStreams(ending: String) throws {
    let rows = DailyRow.block(dates: 30, assets: 40)
    let (read, reader) = try DailyRow.source(try paths([rows], ending)).readAll()
    #expect(read.lines == rows.map(\.line))
    #expect(read.sliceSizes == Array(repeating: 40, count: 30))
    #expect(reader.order == .byDate)
    #expect(reader.rowCount == rows.count)
    #expect(reader.dates == (0..<30).map { CalendarDate(daysSinceEpoch: Int32(19_000 + $0)) })
    #expect(reader.profile.schema == SourceSchema(numbers: [.close], labels: [.industry]))
  }

  /// A shuffled file gives each date the same rows as the ordered one, sorted in memory or by way of files.
  @Test(arguments: ["parquet", "csv", "feather"])
  func aShuffledFileEqualsTheSortedOne(ending: String) throws {
    var generator = SeededGenerator(seed: 11)
    let rows = DailyRow.block(dates: 60, assets: 50).shuffled(using: &generator)
    let source = DailyRow.source(try paths([rows], ending))
    let (inMemory, first) = try source.readAll()
    #expect(first.order == .sortedInMemory)
    #expect(inMemory.lines == expected(rows))
    let temporary = try TemporaryFolder()
    // A few hundred rows at a time of three thousand.
    let (external, second) = try source.readAll(
      options: .init(threads: 2, memoryLimit: 20_000, temporaryFolder: temporary.path))
    #expect(second.order == .sortedExternally)
    #expect(external == inMemory)
    let ordered = try DailyRow.source(try paths([DailyRow.block(dates: 60, assets: 50)], ending, name: "ordered"))
      .readAll().rows
    #expect(Set(ordered.lines) == Set(external.lines) && ordered.sliceSizes == external.sliceSizes)
  }

  @Test func temporaryFilesGo() throws {
    var generator = SeededGenerator(seed: 2)
    let rows = DailyRow.block(dates: 50, assets: 50).shuffled(using: &generator)
    let temporary = try TemporaryFolder()
    func entries() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: temporary.path) }
    let source = DailyRow.source(try paths([rows], "parquet"))
    let options = PanelFile.Options(threads: 1, memoryLimit: 20_000, temporaryFolder: temporary.path)
    do {
      let reader = try SourceReader(source, identifiers: SharedIdentifiers(), options: options)
      #expect(try reader.nextDay() != nil)
      #expect(try entries().count == 1)
    }
    #expect(try entries() == [])
  }

  @Test func noFolderForTemporaryFiles() throws {
    let rows = Array(DailyRow.block(dates: 50, assets: 50).reversed())
    let source = DailyRow.source(try paths([rows], "parquet"))
    let options = PanelFile.Options(threads: 1, memoryLimit: 20_000, temporaryFolder: folder.path("none"))
    #expect {
      _ = try SourceReader(source, identifiers: SharedIdentifiers(), options: options)
    } throws: { error in
      guard case SourceError.table("vendor", .cannotCreate(_, let reason)) = error else { return false }
      return reason == "there is no folder \(folder.path("none"))"
    }
  }

  /// Named in any order, files whose dates do not overlap stream one after the other.
  @Test(arguments: [[0, 1, 2], [2, 0, 1], [1, 2, 0]])
  func filesFollowEachOtherByDate(names: [Int]) throws {
    let rows = DailyRow.block(dates: 30, assets: 20)
    // The middle of a date ends one file and begins the next.
    let parts = [rows[..<150], rows[150..<410], rows[410...]].map(Array.init)
    let files = try paths(names.map { parts[$0] }, "parquet")
    let (read, reader) = try DailyRow.source(files).readAll()
    #expect(reader.order == .byDate)
    #expect(read.lines == rows.map(\.line))
    #expect(read.sliceSizes == Array(repeating: 20, count: 30))
    #expect(reader.paths == [0, 1, 2].map { files[names.firstIndex(of: $0)!] })
  }

  @Test func filesWithTheSameDatesAreSorted() throws {
    let rows = DailyRow.block(dates: 30, assets: 20)
    let parts = [rows.filter { $0.asset >= 10 }, rows.filter { $0.asset < 10 }]
    let (read, reader) = try DailyRow.source(try paths(parts, "csv")).readAll()
    #expect(reader.order == .sortedInMemory)
    #expect(read.lines == expected(parts.flatMap { $0 }))
    #expect(read.sliceSizes == Array(repeating: 20, count: 30))
  }

  @Test func anEmptyFileAmongOthers() throws {
    let rows = DailyRow.block(dates: 5, assets: 3)
    let (read, reader) = try DailyRow.source(try paths([[], rows, []], "csv")).readAll()
    #expect(reader.order == .byDate && read.lines == rows.map(\.line))
    let none = try DailyRow.source(try paths([[]], "parquet", name: "none")).readAll()
    #expect(none.rows.lines == [] && none.reader.dates == [] && none.reader.rowCount == 0)
  }

  /// What the loop over trading days asks for, against a filter of all rows.
  @Test(arguments: [false, true])
  func rowsUpToADate(isShuffled: Bool) throws {
    var generator = SeededGenerator(seed: 4)
    let rows = DailyRow.block(dates: 20, assets: 10)
    let source = DailyRow.source(try paths([isShuffled ? rows.shuffled(using: &generator) : rows], "parquet"))
    let identifiers = SharedIdentifiers()
    let reader = try SourceReader(source, identifiers: identifiers, options: .init(threads: 1))
    var last = Int32.min
    for day: Int32 in [18_990, 19_000, 19_000, 19_001, 19_005, 19_010, 19_019, 19_030] {
      let slice = try reader.rows(upTo: CalendarDate(daysSinceEpoch: day))
      var read = ReadRows()
      read.append(slice, reader.profile.schema, identifiers.tables)
      let due = rows.filter { $0.date.daysSinceEpoch > last && $0.date.daysSinceEpoch <= day }
      #expect(read.lines.sorted() == due.map(\.line).sorted(), "up to \(day)")
      #expect(read.lines.map { $0.prefix(10) } == due.map { $0.line.prefix(10) })
      last = day
    }
    #expect(try reader.nextDay() == nil)
    #expect(try reader.nextDay() == nil)
  }

  /// Two sources give an asset one code, and all codes stand for the same texts however rows are sorted.
  @Test func sourcesShareIdentifiers() throws {
    let rows = DailyRow.block(dates: 3, assets: 5)
    let files = try paths([rows, Array(rows.reversed())], "parquet")
    let identifiers = SharedIdentifiers()
    let readers = try files.map {
      try SourceReader(DailyRow.source([$0]), identifiers: identifiers, options: .init(threads: 1))
    }
    let day = CalendarDate(daysSinceEpoch: 19_000)
    let slices = try readers.map { try $0.rows(upTo: day) }
    #expect(identifiers.tables.assets.count == 5)
    #expect(slices[0].rows.assets[slices[0].range].sorted() == slices[1].rows.assets[slices[1].range].sorted())
  }

  /// A table with many times the rows comes in batches of the same size, in each of which are some slices.
  ///
  /// The shorter table is longer than a batch already.
  @Test(arguments: [("parquet", 600, 1_200), ("feather", 60, 600)])
  func moreRowsComeInNoLargerBatches(ending: String, few: Int, many: Int) throws {
    func largestBatch(dates: Int) throws -> Int {
      let files = try paths([DailyRow.block(dates: dates, assets: 500)], ending, name: "of\(dates)")
      let reader = try SourceReader(
        DailyRow.source(files), identifiers: SharedIdentifiers(), options: .init(threads: 1))
      var (largest, count) = (0, 0)
      while let slice = try reader.nextDay() {
        largest = max(largest, slice.rows.count)
        count += slice.range.count
      }
      #expect(count == dates * 500)
      return largest
    }
    let short = try largestBatch(dates: few)
    #expect(short < few * 500)
    #expect(try largestBatch(dates: many) == short)
  }

  /// Sorted by way of files, no more rows are held at a time than the limit allows, whatever their number.
  @Test func sortedRowsAreHeldInBoundedRanges() throws {
    let temporary = try TemporaryFolder()
    for dates in [40, 400] {
      var generator = SeededGenerator(seed: 8)
      let rows = DailyRow.block(dates: dates, assets: 50).shuffled(using: &generator)
      let options = PanelFile.Options(threads: 1, memoryLimit: 64_000, temporaryFolder: temporary.path)
      let reader = try SourceReader(
        DailyRow.source(try paths([rows], "parquet", name: "of\(dates)")), identifiers: SharedIdentifiers(),
        options: options)
      #expect(reader.order == .sortedExternally)
      let place = try #require(try FileManager.default.contentsOfDirectory(atPath: temporary.path).first)
      let ranges = try FileManager.default.contentsOfDirectory(atPath: temporary.path(place))
      // Five columns of 8 bytes a row, held twice, are 800 rows: 16 dates of 50 rows.
      #expect(ranges.count == (dates + 15) / 16)
      var count = 0
      while let slice = try reader.nextDay() { count += slice.range.count }
      #expect(count == rows.count)
    }
  }

  @Test func aFileThatChangesIsNoticed() throws {
    let files = try paths([DailyRow.block(dates: 5, assets: 3)], "csv")
    let reader = try SourceReader(
      DailyRow.source(files), identifiers: SharedIdentifiers(), options: .init(threads: 1))
    try DailyRow.write(DailyRow.block(dates: 7, assets: 3), to: files[0])
    #expect {
      while try reader.nextDay() != nil {}
    } throws: { error in
      error as? SourceError == .changedWhileRead(source: "vendor", expected: 15, found: 21)
    }
  }
}

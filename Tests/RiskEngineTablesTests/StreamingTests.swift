import RiskEngine
import RiskEngineTables
import Testing

/// Reading takes memory for some batches, whatever the length of the file, and can stop anywhere.
struct StreamingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func writeTable(_ name: String, rows: Int, rowsPerGroup: Int) throws -> String {
    let path = folder.path(name)
    let assets = IdentifierTable(texts: (0..<500).map { "asset \($0)" })
    let writer = try TableWriter(
      path: path, columns: [.init("date", .date), .text("asset"), .init("x", .number), .init("y", .number)],
      options: .init(rowsPerGroup: rowsPerGroup))
    var generator = SeededGenerator(seed: 3)
    let codes = (0..<Int32(500)).map { $0 }
    for date in 0..<rows / 500 {
      let numbers = codes.map { _ in Double.random(in: -1...1, using: &generator) }
      try writer.append([
        .dates(Array(repeating: CalendarDate(daysSinceEpoch: Int32(date)), count: 500)),
        .identifiers(codes, of: assets), .numbers(numbers), .numbers(numbers.map { -$0 }),
      ])
    }
    try writer.close()
    return path
  }

  private func peakBytes(_ path: String) throws -> Int {
    let reader = try TableReader(
      path: path,
      columns: [.init("date", .date), .init("asset", .identifier), .init("x", .number), .init("y", .number)],
      options: .init(threads: 2, rowsPerBatch: 4096))
    var rows = 0
    while let batch = try reader.next() { rows += batch.rowCount }
    #expect(rows == reader.rowCount ?? rows)
    return reader.peakBytes
  }

  /// Ten times the rows, in one row group or in many groups, take less than twice the memory: pages and blocks are
  /// larger where there is more to fill them, and threads run ahead by a batch more or less.
  @Test(arguments: ["parquet", "csv", "feather"])
  func longerFileTakesNoMoreMemory(ending: String) throws {
    let rows = 50_000
    let groups = ending == "parquet" ? 10 * rows : rows / 10
    let short = try peakBytes(writeTable("short.\(ending)", rows: rows, rowsPerGroup: groups))
    let long = try peakBytes(writeTable("long.\(ending)", rows: 10 * rows, rowsPerGroup: groups))
    // CSV is parsed in blocks of some megabytes, of which the short file has less than one.
    let blocks = ending == "csv" ? 64 << 20 : 0
    #expect(Double(long) <= 2 * Double(short) + Double(blocks), "\(short) bytes, then \(long)")
  }

  @Test func batchesOutliveTheirReader() throws {
    let path = try writeTable("t.parquet", rows: 20_000, rowsPerGroup: 5000)
    var batches: [TableBatch] = []
    do {
      let reader = try TableReader(path: path, columns: [.init("x", .number)], options: .init(rowsPerBatch: 1000))
      while let batch = try reader.next() { batches.append(batch) }
    }
    #expect(batches.map(\.firstRow) == Array(stride(from: 0, to: 20_000, by: 1000)))
    #expect(batches.flatMap { $0.numbers("x") } == (try WholeTable(path, [.init("x", .number)])).numbers["x"])
  }

  @Test(arguments: ["parquet", "csv", "feather"], [0, 1, 3])
  func readingMayStopAnywhere(ending: String, batches: Int) throws {
    let path = try writeTable("t.\(ending)", rows: 20_000, rowsPerGroup: 1000)
    let reader = try TableReader(path: path, columns: [.init("x", .number)], options: .init(rowsPerBatch: 500))
    for _ in 0..<batches { #expect(try reader.next() != nil) }
  }

  @Test func afterTheEndThereIsNothingMore() throws {
    let path = try writeTable("t.parquet", rows: 500, rowsPerGroup: 500)
    let reader = try TableReader(path: path, columns: [.init("x", .number)])
    #expect(reader.rowCount == 500)
    #expect(try reader.next() != nil)
    #expect(try reader.next() == nil)
    #expect(try reader.next() == nil)
  }

  @Test func spansShowWhatCopiesHold() throws {
    let path = try writeTable("t.parquet", rows: 1000, rowsPerGroup: 1000)
    let reader = try TableReader(path: path, columns: [.init("x", .number), .init("date", .date)])
    let batch = try #require(try reader.next())
    let numbers = batch.numberSpan("x")
    let dates = batch.dateSpan("date")
    #expect(numbers.count == 1000 && dates.count == 1000)
    let copies = (batch.numbers("x"), batch.dates("date"))
    for row in 0..<1000 where numbers[row] != copies.0[row] || dates[row] != copies.1[row] {
      Issue.record("row \(row)")
    }
  }

  /// Identifiers of two files and of two columns share a table.
  @Test func identifiersOfSeveralFilesInOneTable() throws {
    let first = try folder.file("a.csv", "id\nx\ny\n")
    let second = try folder.file("b.csv", "id,other\nz,y\nx,z\n")
    var table = IdentifierTable()
    func codes(_ path: String, _ column: String) throws -> [Int32] {
      let reader = try TableReader(path: path, columns: [.init(column, .identifier)])
      var translation = IdentifierTranslation()
      return try #require(try reader.next()).identifiers(column, through: &translation, into: &table)
    }
    #expect(try codes(first, "id") == [0, 1])
    #expect(try codes(second, "id") == [2, 0])
    #expect(try codes(second, "other") == [1, 2])
    #expect(table.texts == ["x", "y", "z"])
  }
}

import RiskEngine
import Testing

@testable import RiskEngineTables

/// Tables in segments of so many dates, and one file of several.
struct SegmentedTableTests {
  /// A sink into a folder, which remembers what it was told.
  private final class Sink: SegmentSink {
    let folder: TemporaryFolder
    var told: [(path: String, rows: Int, first: CalendarDate?, last: CalendarDate?)] = []
    private var count = 0

    init(_ folder: TemporaryFolder) { self.folder = folder }

    func newSegment(of table: String, columns: [OutputColumn]) -> String {
      count += 1
      return folder.path("\(table)-\(count).parquet")
    }

    func finishSegment(
      of table: String, path: String, rowCount: Int, firstDate: CalendarDate?, lastDate: CalendarDate?
    ) {
      told.append((path, rowCount, firstDate, lastDate))
    }
  }

  private static let columns = [
    OutputColumn("date", .date), .text("name"), OutputColumn("x", .number), OutputColumn("n", .int64),
    OutputColumn("i", .int32), OutputColumn("b", .boolean),
  ]

  /// Whole numbers beyond 2^53 stay what they are; a missing number and a missing text stay missing.
  private static func values(_ date: CalendarDate, _ names: IdentifierTable) -> [OutputValues] {
    [
      .dates([date, date]), .identifiers([0, -1], of: names), .numbers([.nan, 0.5]),
      .int64([Int64.max - 1, Int64.min + 1]), .int32([-7, 8]), .booleans([true, false]),
    ]
  }

  @Test func segmentsHoldWholeDates() throws {
    let sink = Sink(try TemporaryFolder())
    let table = SegmentedTable("t", Self.columns, sink: sink, datesPerSegment: 3)
    let names = IdentifierTable(texts: ["é"])
    for day in 0..<7 {
      let date = CalendarDate(daysSinceEpoch: Int32(day))
      // The rows of a date may come in parts.
      try table.append(Self.values(date, names), date: date)
      try table.append(Self.values(date, names), date: date)
    }
    try table.close()
    #expect(sink.told.map(\.rows) == [12, 12, 4])
    #expect(sink.told.map(\.first?.daysSinceEpoch) == [0, 3, 6])
    #expect(sink.told.map(\.last?.daysSinceEpoch) == [2, 5, 6])
    #expect(try DateRuns(path: sink.told[1].path, column: "date").rowCount == 12)
  }

  @Test func concatenationKeepsEveryValue() throws {
    let folder = try TemporaryFolder()
    let sink = Sink(folder)
    let names = IdentifierTable(texts: ["é"])
    let table = SegmentedTable("t", Self.columns, sink: sink, datesPerSegment: 1)
    for day in 0..<3 {
      let date = CalendarDate(daysSinceEpoch: Int32(day))
      try table.append(Self.values(date, names), date: date)
    }
    try table.close()
    let whole = folder.path("whole.parquet")
    #expect(try TableCopy.concatenate(sink.told.map(\.path), columns: Self.columns, to: whole) == 6)
    let reader = try TableReader(
      path: whole,
      columns: [
        ColumnRequest("date", .date), ColumnRequest("name", .identifier), ColumnRequest("x", .number),
        ColumnRequest("n", .identifier), ColumnRequest("i", .number), ColumnRequest("b", .boolean),
      ])
    let batch = try #require(try reader.next())
    var (texts, numbers) = (IdentifierTable(), IdentifierTable())
    var (textCodes, numberCodes) = (IdentifierTranslation(), IdentifierTranslation())
    let read = batch.identifiers("name", through: &textCodes, into: &texts)
    let wholes = batch.identifiers("n", through: &numberCodes, into: &numbers)
    #expect(batch.dates("date").map(\.daysSinceEpoch) == [0, 0, 1, 1, 2, 2])
    #expect(read.map { $0 < 0 ? nil : texts[$0] } == ["é", nil, "é", nil, "é", nil])
    #expect(batch.numbers("x").map(\.isNaN) == [true, false, true, false, true, false])
    #expect(wholes.prefix(2).map { numbers[$0] } == ["\(Int64.max - 1)", "\(Int64.min + 1)"])
    #expect(batch.numbers("i") == [-7, 8, -7, 8, -7, 8])
    #expect(batch.booleans("b", missingAs: false) == [true, false, true, false, true, false])
  }

  @Test func anEmptyTableIsWrittenOnlyWhereAsked() throws {
    for isWritten in [true, false] {
      let sink = Sink(try TemporaryFolder())
      let table = SegmentedTable("t", Self.columns, sink: sink, isWrittenEmpty: isWritten)
      try table.close()
      #expect(sink.told.count == (isWritten ? 1 : 0))
    }
  }
}

import Foundation
import RiskEngine
import RiskEngineTables
import Testing

/// What CSV texts mean, and what is wrong with those that mean nothing.
struct CSVReadingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func onlyEmptyFieldsAreMissing() throws {
    let path = try folder.file(
      "t.csv",
      "id,x,d,b\nNA,1,2024-01-31,true\nnull,NaN,20240131,FALSE\n,,,\n\"\",\"\",\"\",\"\"\nnan,-inf,2024-01-31,0\n")
    let table = try WholeTable(
      path, [.init("id", .identifier), .init("x", .number), .init("d", .date), .init("b", .boolean)])
    #expect(table.identifiers["id"] == ["NA", "null", nil, nil, "nan"])
    #expect(table.numbers["x"]?.comparable == [1, .nan, .nan, .nan, -.infinity].comparable)
    let day = CalendarDate("2024-01-31")
    #expect(table.dates["d"] == [day, day, TableBatch.missingDate, TableBatch.missingDate, day])
    #expect(table.booleans["b"] == [true, false, nil, nil, false])
  }

  @Test(arguments: ["\n", "\r\n"])
  func linesQuotesAndMarks(end: String) throws {
    let lines = ["\u{FEFF}id,\"x \"\"y\"\"\"", "\"a\nb\",1", "", "\"c,\"\"d\"\"\",2", "000123,3"]
    let path = try folder.file("t.csv", lines.joined(separator: end))
    let reader = try TableReader(path: path, columns: [])
    #expect(reader.columnNames == ["id", "x \"y\""])
    let table = try WholeTable(path, [.init("id", .identifier), .init("x \"y\"", .number)])
    #expect(table.identifiers["id"] == ["a\nb", "c,\"d\"", "000123"])
    #expect(table.numbers["x \"y\""] == [1, 2, 3])
  }

  @Test func columnsThatAreNotWantedMayHoldAnything() throws {
    let path = try folder.file("t.csv", "a,b,a\n1,x,2\n2,,y\n")
    #expect(try WholeTable(path, [.init("b", .identifier)]).identifiers["b"] == ["x", nil])
  }

  @Test func otherDelimiters() throws {
    let path = try folder.file("t.csv", "a;b\n1;\"x;y\"\n")
    let table = try WholeTable(path, [.init("a", .number), .init("b", .identifier)], options: .init(delimiter: ";"))
    #expect(table.numbers["a"] == [1])
    #expect(table.identifiers["b"] == ["x;y"])
  }

  @Test(arguments: ["id,x\n", "id,x", "id,x\r\n\r\n"])
  func headerOnly(text: String) throws {
    let path = try folder.file("t.csv", text)
    let reader = try TableReader(path: path, columns: [.init("id", .identifier), .init("x", .number)])
    #expect(reader.columnNames == ["id", "x"])
    #expect(try reader.next() == nil)
  }

  @Test func oneColumnAsNumberAndText() throws {
    let path = try folder.file("t.csv", "a\n01\n2.5\n\n")
    let table = try WholeTable(path, [.init("a", .number), .init("a", .identifier)])
    #expect(table.numbers["a"] == [1, 2.5])
    #expect(table.identifiers["a"] == ["01", "2.5"])
  }

  /// The spellings of dates are those of `CalendarDate`, on both sides of the boundary.
  @Test(arguments: [
    "2024-02-29", "20240229", "2023-02-29", "2024-2-9", "1900-02-29", "2000-02-29", "0000-01-01", "9999-12-31",
    "2024-02-29T00:00:00", "2024-02-29 00:00", "2024-02-29T00:00:00.000Z", "20240229 00:00:00+00:00", "2024-02-29 ",
    "2024-02-29T01:00", "2024/02/29", "29.02.2024", "2024-0229", "202402291", "2024-02", "1709164800", "-2024-02-29",
    "2024-02-29T", "2024-02-29-00:00", "２０２４0229",
  ])
  func spellingsOfDates(text: String) throws {
    let path = try folder.file("t.csv", "d\n\"\(text)\"\n")
    if let date = CalendarDate(text: text.utf8) {
      #expect(try WholeTable(path, [.init("d", .date)]).dates["d"] == [date])
    } else {
      #expect(throws: TableError.unparsableValue(path: path, row: 1, column: "d", found: text, expected: .date)) {
        try WholeTable(path, [.init("d", .date)])
      }
    }
  }

  // MARK: Errors

  /// Rows enough for several blocks, so that the place of an error is not just the one in its block.
  private func longTable(with line: String, atRow row: Int) throws -> String {
    var text = "date,asset,x,flag\n"
    for index in 1...400_000 {
      text += index == row ? line + "\n" : "2024-01-31,asset \(index % 1000),\(index).5,true\n"
    }
    return try folder.file("t.csv", text)
  }

  private static let requests: [ColumnRequest] = [
    .init("date", .date), .init("asset", .identifier), .init("x", .number), .init("flag", .boolean),
  ]

  @Test(arguments: [1, 350_000])
  func unparsableNumber(row: Int) throws {
    let path = try longTable(with: "2024-01-31,a,1.5x,true", atRow: row)
    #expect(throws: TableError.unparsableValue(path: path, row: row, column: "x", found: "1.5x", expected: .number)) {
      try WholeTable(path, Self.requests)
    }
  }

  @Test(arguments: [1, 350_000], ["2024-02-30", "31.01.2024", "2024-01-31 16:00", "n/a"])
  func unparsableDate(row: Int, text: String) throws {
    let path = try longTable(with: "\(text),a,1.5,true", atRow: row)
    #expect(throws: TableError.unparsableValue(path: path, row: row, column: "date", found: text, expected: .date)) {
      try WholeTable(path, Self.requests)
    }
  }

  @Test func unparsableBoolean() throws {
    let path = try longTable(with: "2024-01-31,a,1.5,yes", atRow: 3)
    #expect(throws: TableError.unparsableValue(path: path, row: 3, column: "flag", found: "yes", expected: .boolean)) {
      try WholeTable(path, Self.requests)
    }
  }

  @Test(arguments: [1, 2, 350_000], [("a,1", 2), ("2024-01-31,a,1,true,5", 5)])
  func raggedRow(row: Int, lineAndFields: (String, Int)) throws {
    let path = try longTable(with: lineAndFields.0, atRow: row)
    #expect(
      throws: TableError.raggedRow(path: path, row: row, fieldsFound: lineAndFields.1, fieldsExpected: 4)
    ) { try WholeTable(path, Self.requests) }
  }

  @Test func raggedRowAfterLinesWithoutAnything() throws {
    let path = try folder.file("t.csv", "\na,b\n1,2\n\n\"3\n\",4\n5\n")
    #expect(throws: TableError.raggedRow(path: path, row: 3, fieldsFound: 1, fieldsExpected: 2)) {
      try WholeTable(path, [.init("a", .identifier)])
    }
  }

  @Test func textThatIsNotUTF8() throws {
    var bytes = Array("id\na\n".utf8)
    bytes += [0x62, 0xFF, 0x0A]
    let path = try folder.file("t.csv", .init(bytes))
    #expect(
      throws: TableError.unparsableValue(path: path, row: 2, column: "id", found: "b\u{FFFD}", expected: .identifier)
    ) { try WholeTable(path, [.init("id", .identifier)]) }
  }

  @Test(arguments: ["", "\n\n"])
  func noHeader(text: String) throws {
    let path = try folder.file("t.csv", text)
    #expect(throws: TableError.emptyFile(path: path)) { try TableReader(path: path, columns: []) }
  }

  @Test(arguments: [[0xFF, 0xFE, 0x61, 0x00], [0x61, 0x00, 0x62, 0x0A]] as [[UInt8]])
  func bytesThatAreNoText(bytes: [UInt8]) throws {
    let path = try folder.file("t.csv", .init(bytes))
    let error = #expect(throws: TableError.self) { try TableReader(path: path, columns: []) }
    guard case .notOfFormat(path, .csv, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func compressedFileThatIsCut() throws {
    let whole = folder.path("whole.csv.gz")
    let writer = try TableWriter(path: whole, columns: [.init("x", .number)])
    var generator = SeededGenerator(seed: 1)
    try writer.append([.numbers((0..<10_000).map { _ in .random(in: 0...1, using: &generator) })])
    try writer.close()
    let bytes = try folder.contents("whole.csv.gz")
    let path = try folder.file("cut.csv.gz", bytes.prefix(bytes.count / 2))
    let error = #expect(throws: TableError.self) { try WholeTable(path, [.init("x", .number)]) }
    #expect(error?.exitCode == 65)
  }
}

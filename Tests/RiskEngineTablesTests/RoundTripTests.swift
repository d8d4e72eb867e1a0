import RiskEngine
import RiskEngineTables
import Testing

/// What is written reads back the same, in every format.
struct RoundTripTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let files = ["t.parquet", "t.csv", "t.csv.gz", "t.csv.zst", "t.feather"]

  static let columns: [OutputColumn] = [
    .init("date", .date), .init("asset", .identifier(.text)), .init("permno", .identifier(.int64)),
    .init("x", .number), .init("n", .int32), .init("m", .int64), .init("flag", .boolean),
  ]
  static let requests: [ColumnRequest] = [
    .init("date", .date), .init("asset", .identifier), .init("permno", .identifier), .init("x", .number),
    .init("n", .number), .init("m", .number), .init("flag", .boolean),
  ]

  @Test(arguments: files)
  func everyKindOfColumn(file: String) throws {
    let path = folder.path(file)
    var assets = IdentifierTable()
    var permnos = IdentifierTable()
    let assetTexts: [String?] = ["000123", nil, "a \"b\", c\nd", "Ünïcödé 東京"]
    let assetCodes = assetTexts.map { $0.map { assets.code(for: $0) } ?? -1 }
    let permnoCodes: [Int32] = ["-5", "10001", nil, "10001"].map { $0.map { permnos.code(for: $0) } ?? -1 }
    let dates = ["1969-12-31", "", "2024-02-29", "0001-01-01"].map { CalendarDate($0) }
    let numbers = [0.1, .nan, -.infinity, .leastNonzeroMagnitude]

    let writer = try TableWriter(path: path, columns: Self.columns)
    try writer.append([
      .dates(dates), .identifiers(assetCodes, of: assets), .identifiers(permnoCodes, of: permnos), .numbers(numbers),
      .int32([.min, 0, 1, .max]), .int64([0, 1, 2, 1 << 53]), .booleans([true, false, false, true]),
    ])
    try writer.close()

    let table = try WholeTable(path, Self.requests)
    #expect(table.dates["date"] == dates)
    #expect(table.identifiers["asset"] == assetTexts)
    #expect(table.identifiers["permno"] == ["-5", "10001", nil, "10001"])
    #expect(table.numbers["x"]?.comparable == numbers.comparable)
    #expect(table.numbers["n"] == [Double(Int32.min), 0, 1, Double(Int32.max)])
    #expect(table.numbers["m"] == [0, 1, 2, 0x1p53])
    #expect(table.booleans["flag"] == [true, false, false, true])
    #expect(table.storages["permno"] == (TableFormat(path: path) == .csv ? .text : .int64))
  }

  /// Doubles of all magnitudes come back with the same bits, also through text.
  @Test(arguments: files)
  func numbersKeepTheirBits(file: String) throws {
    var generator = SeededGenerator(seed: 7)
    let numbers = (0..<5000).map { _ in Double(bitPattern: generator.next()) }.map { $0.isNaN ? 0 : $0 }
    let path = folder.path(file)
    let writer = try TableWriter(path: path, columns: [.init("x", .number)])
    try writer.append([.numbers(numbers)])
    try writer.close()
    #expect(try WholeTable(path, [.init("x", .number)]).numbers["x"] == numbers)
  }

  /// Rows come back in order however they were cut when written, encoded and read; identifiers that appear late too.
  @Test(arguments: files, [1, 7, 1000])
  func piecesNeedNotAlign(file: String, rowsPerBatch: Int) throws {
    let path = folder.path(file)
    let writer = try TableWriter(
      path: path, columns: [.text("id"), .init("x", .number)], options: .init(rowsPerGroup: 13))
    var identifiers = IdentifierTable()
    var expected: [String?] = []
    var next = 0
    for size in [1, 5, 40, 2, 13, 26, 30] {
      let texts = (next..<next + size).map { $0 % 11 == 3 ? nil : "id\($0 % (3 + next / 4))" }
      let codes = texts.map { $0.map { identifiers.code(for: $0) } ?? -1 }
      try writer.append([
        .identifiers(codes, of: identifiers), .numbers((next..<next + size).map { $0 % 5 == 0 ? .nan : Double($0) }),
      ])
      expected += texts
      next += size
    }
    try writer.close()

    let table = try WholeTable(
      path, [.init("x", .number), .init("id", .identifier)], options: .init(threads: 3, rowsPerBatch: rowsPerBatch))
    #expect(table.identifiers["id"] == expected)
    #expect(table.numbers["x"]?.comparable == (0..<next).map { $0 % 5 == 0 ? .nan : Double($0) }.comparable)
    #expect(table.batchSizes.allSatisfy { $0 <= rowsPerBatch })
  }

  @Test(arguments: files)
  func tableWithoutRows(file: String) throws {
    let path = folder.path(file)
    try TableWriter(path: path, columns: Self.columns).close()
    let table = try WholeTable(path, Self.requests)
    #expect(table.rowCount == 0)
    #expect(try TableReader(path: path, columns: []).columnNames == Self.columns.map(\.name))
  }

  @Test(arguments: TableCompression.allCases)
  func everyCompressionOfParquet(compression: TableCompression) throws {
    let path = folder.path("t.parquet")
    let writer = try TableWriter(
      path: path, columns: [.init("x", .number)], options: .init(compression: compression))
    try writer.append([.numbers([1, 2, 3])])
    try writer.close()
    #expect(try WholeTable(path, [.init("x", .number)]).numbers["x"] == [1, 2, 3])
  }

  /// Empty text is a text in Parquet and Feather and cannot be one in CSV.
  @Test(arguments: files)
  func emptyTextAndMissing(file: String) throws {
    let path = folder.path(file)
    let identifiers = IdentifierTable(texts: ["", "a"])
    let writer = try TableWriter(path: path, columns: [.text("id"), .init("n", .int32)])
    try writer.append([.identifiers([0, -1, 1], of: identifiers), .int32([1, 2, 3])])
    try writer.close()
    let table = try WholeTable(path, [.init("id", .identifier)], options: .init(emptyTextIsMissing: false))
    #expect(table.identifiers["id"] == [TableFormat(path: path) == .csv ? nil : "", nil, "a"])
  }

  @Test func csvIsWrittenAsPeopleWriteIt() throws {
    let path = folder.path("t.csv")
    let identifiers = IdentifierTable(texts: ["plain", "with, comma", "NA"])
    let writer = try TableWriter(
      path: path, columns: [.init("date", .date), .text("id"), .init("x, y", .number), .init("b", .boolean)])
    try writer.append([
      .dates([CalendarDate("2024-01-31"), TableBatch.missingDate, CalendarDate("2024-02-01")]),
      .identifiers([0, 1, 2], of: identifiers), .numbers([0.1, .nan, 1e300]), .booleans([true, false, true]),
    ])
    try writer.close()
    #expect(
      String(decoding: try folder.contents("t.csv"), as: UTF8.self) == """
        date,id,"x, y",b
        2024-01-31,plain,0.1,true
        ,"with, comma",,false
        2024-02-01,NA,1e+300,true

        """)
  }
}

/// A generator of the same numbers each time: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

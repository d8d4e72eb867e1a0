import Foundation
import RiskEngine
import RiskEngineTables
import Testing

/// Each type that a file may have, read as each kind that it can be.
struct ColumnTypeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let formats = FixtureTable.Format.allCases

  @Test(
    arguments: formats,
    [
      "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "decimal128",
      "decimal256", "dictionary<int16, int64>", "dictionary<int8, float64>",
    ])
  func numbersOfEveryType(format: FixtureTable.Format, type: String) throws {
    // What Parquet has no type for comes back as plain values, which is as good.
    let path = try FixtureTable(columns: [.init("x", type, ["7", nil, "0", "42", nil])]).write(to: folder, as: format)
    let table = try WholeTable(path, [.init("x", .number)])
    #expect(table.numbers["x"]?.comparable == [7, .nan, 0, 42, .nan].comparable)
  }

  /// Decimals are the doubles nearest to what they say: the same as the literal's.
  @Test(arguments: ["decimal128", "decimal256"])
  func decimalsAreRoundedOnce(type: String) throws {
    let texts = ["0.1", "-1234567.8901", "9007199254740993.1234", "0.0001", nil]
    let path = try FixtureTable(columns: [.init("x", type, texts)]).write(to: folder)
    let table = try WholeTable(path, [.init("x", .number)])
    #expect(
      table.numbers["x"]?.comparable == [0.1, -1234567.8901, 9007199254740993.1234, 0.0001, .nan].comparable)
  }

  /// Bit patterns of IEEE 754 binary16: one, the least subnormal, the greatest number, an infinity and a NaN.
  @Test func halfPrecisionIsExact() throws {
    let path = try FixtureTable(columns: [.init("x", "float16", ["3C00", "0001", "7BFF", "FC00", "7E00", nil])])
      .write(to: folder, as: .file)
    let table = try WholeTable(path, [.init("x", .number)])
    #expect(table.numbers["x"]?.comparable == [1, exp2(-24), 65504, -.infinity, .nan, .nan].comparable)
  }

  @Test(
    arguments: formats,
    ["string", "large_string", "binary", "string_view", "dictionary<int8, string>", "dictionary<uint32, large_string>"])
  func identifiersOfEveryTextType(format: FixtureTable.Format, type: String) throws {
    let texts = ["000123", "NA", nil, "Zürich 東京", "null", "NA", "nan", " x "]
    let path = try FixtureTable(columns: [.init("id", type, texts)]).write(to: folder, as: format)
    let table = try WholeTable(path, [.init("id", .identifier)])
    #expect(table.identifiers["id"] == texts)
    #expect(table.storages["id"] == .text)
    // In order of first appearance, and without the category that no row has.
    #expect(table.tables["id"]?.texts == ["000123", "NA", "Zürich 東京", "null", "nan", " x "])
  }

  @Test(arguments: [IdentifierStorage.int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64], formats)
  func identifiersOfEveryIntegerType(storage: IdentifierStorage, format: FixtureTable.Format) throws {
    let path = try FixtureTable(columns: [.init("id", storage.rawValue, ["12", "7", nil, "12"])])
      .write(to: folder, as: format)
    let table = try WholeTable(path, [.init("id", .identifier)])
    #expect(table.identifiers["id"] == ["12", "7", nil, "12"])
    #expect(table.storages["id"] == storage)
  }

  @Test func greatestIntegersKeepTheirDigits() throws {
    let texts = ["18446744073709551615", "0", "9223372036854775808"]
    let path = try FixtureTable(columns: [.init("id", "uint64", texts)]).write(to: folder)
    #expect(try WholeTable(path, [.init("id", .identifier)]).identifiers["id"] == texts)
  }

  @Test(arguments: formats, ["bool", "int8", "uint64", "float32", "float64", "string", "dictionary<int8, string>"])
  func booleansOfEveryType(format: FixtureTable.Format, type: String) throws {
    let isText = type.hasSuffix("string>") || type == "string"
    let texts =
      isText
      ? ["TRUE", "false", nil, "1", "0"]
      : type == "bool"
        ? ["true", "false", nil, "true", "false"]
        : ["1", "0", nil, "1", "0"]
    let path = try FixtureTable(columns: [.init("b", type, texts)]).write(to: folder, as: format)
    #expect(try WholeTable(path, [.init("b", .boolean)]).booleans["b"] == [true, false, nil, true, false])
  }

  /// A flag that is no number is missing, as pandas keeps flags some of which it lacks.
  @Test(arguments: formats) func aFlagOfNaNIsMissing(format: FixtureTable.Format) throws {
    let path = try FixtureTable(columns: [.init("b", "float64", ["1", "NaN", "-0"])]).write(to: folder, as: format)
    #expect(try WholeTable(path, [.init("b", .boolean)]).booleans["b"] == [true, nil, false])
  }

  /// 2024-02-29 is day 19782, whose midnight in universal time is 1709164800 seconds after the epoch.
  @Test(
    arguments: formats,
    [
      ("date32", "2024-02-29"), ("date64", "2024-02-29"), ("int32", "20240229"), ("int64", "20240229"),
      ("uint32", "20240229"), ("string", "2024-02-29"), ("string", "20240229"), ("string", "2024-02-29T00:00:00"),
      ("large_string", "2024-02-29 00:00:00.000"), ("dictionary<int8, string>", "2024-02-29"),
      ("timestamp[s]", "1709164800"), ("timestamp[ms]", "1709164800000"), ("timestamp[us]", "1709164800000000"),
      ("timestamp[ns]", "1709164800000000000"), ("timestamp[ms, UTC]", "1709164800000"),
      ("timestamp[us, +05:30]", "1709145000000000"),
    ])
  func datesOfEveryType(format: FixtureTable.Format, typeAndText: (String, String)) throws {
    // Parquet has no timestamps of seconds and would keep them as milliseconds: the same days.
    let (type, text) = typeAndText
    let path = try FixtureTable(columns: [.init("d", type, [text, nil, text])]).write(to: folder, as: format)
    let table = try WholeTable(path, [.init("d", .date)])
    #expect(table.dates["d"] == [CalendarDate("2024-02-29"), TableBatch.missingDate, CalendarDate("2024-02-29")])
  }

  /// Midnight in New York is 05:00 in winter and 04:00 in summer of universal time; in Tokyo 15:00 the day before.
  @Test func midnightIsThatOfTheTimeZone() throws {
    let path = try FixtureTable(columns: [
      .init("ny", "timestamp[ns, America/New_York]", ["1706677200000000000", "1722398400000000000"]),
      .init("tokyo", "timestamp[ns, Asia/Tokyo]", ["1706626800000000000", "1722351600000000000"]),
    ]).write(to: folder, as: .file)
    guard FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Asia/Tokyo") else {
      // A machine without time zones says so.
      #expect(throws: TableError.self) { try WholeTable(path, [.init("tokyo", .date)]) }
      return
    }
    let table = try WholeTable(path, [.init("ny", .date), .init("tokyo", .date)])
    let days = [CalendarDate("2024-01-31"), CalendarDate("2024-07-31")]
    #expect(table.dates == ["ny": days, "tokyo": days])
  }

  @Test(arguments: formats, [ColumnKind.number, .date, .identifier, .boolean])
  func columnOfNullsIsMissingInEveryKind(format: FixtureTable.Format, kind: ColumnKind) throws {
    let path = try FixtureTable(columns: [.init("n", "null", [nil, nil])]).write(to: folder, as: format)
    let reader = try TableReader(path: path, columns: [.init("n", kind)])
    let batch = try #require(try reader.next())
    #expect(batch.missingCount("n", as: kind) == 2)
  }

  @Test(arguments: [true, false])
  func emptyTextIsMissingOrNotAsAsked(isMissing: Bool) throws {
    let path = try FixtureTable(columns: [.init("id", "string", ["", nil, "a"])]).write(to: folder)
    let table = try WholeTable(path, [.init("id", .identifier)], options: .init(emptyTextIsMissing: isMissing))
    #expect(table.identifiers["id"] == [isMissing ? nil : "", nil, "a"])
  }

  @Test func oneColumnAsTwoKinds() throws {
    let path = try FixtureTable(columns: [.init("x", "int32", ["5", "6"])]).write(to: folder)
    let table = try WholeTable(path, [.init("x", .number), .init("x", .identifier), .init("x", .number)])
    #expect(table.numbers["x"] == [5, 6])
    #expect(table.identifiers["x"] == ["5", "6"])
  }
}

import Foundation
import RiskEngine
import RiskEngineTables
import Testing

/// Each way in which a source can be wrong, with all that the error says.
struct SourceErrorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(
    _ text: String, kind: SourceKind = .daily, _ columns: [FieldName: String] = [.close: "px"]
  ) throws -> SourceDescription {
    SourceDescription(name: "vendor", kind: kind, paths: [try folder.file("t.csv", text)], columns: columns)
  }

  @Test func anUnknownColumnNamesTheNearest() throws {
    let description = try source("date,asset,price\n2024-01-02,A,1\n", [.close: "prise"])
    let error = description.error()
    #expect(
      error
        == .table(
          source: "vendor",
          error: .unknownColumn(
            path: description.paths[0], column: "prise", nearest: "price", available: ["date", "asset", "price"])))
    #expect(error?.exitCode == 65)
    #expect(
      error?.description
        == "source 'vendor': \(description.paths[0]): no column 'prise' (did you mean 'price'?); "
        + "it has 'date', 'asset', 'price'")
  }

  /// Every file of a source must have every column that is read.
  @Test func oneOfSeveralFilesLacksAColumn() throws {
    let first = try folder.file("1.csv", "date,asset,px\n2024-01-02,A,1\n")
    let second = try folder.file("2.csv", "date,asset\n2024-01-03,A\n")
    let description = SourceDescription(
      name: "vendor", kind: .daily, paths: [first, second], columns: [.close: "px"])
    guard case .table("vendor", .unknownColumn(second, "px", _, _)) = description.error() else {
      Issue.record("\(String(describing: description.error()))")
      return
    }
  }

  /// What a kind needs is read under its own name where no column is named for it.
  @Test(
    arguments: [
      (SourceKind.prices, "close"), (.shares, "shares"), (.returns, "return"), (.actions, "type"),
      (.riskFree, "rate"), (.fx, "rate"), (.identifiers, "source_id"), (.classification, "scheme"),
      (.fundamentals, "value"),
    ])
  func aRequiredColumnIsMissing(kind: SourceKind, column: String) throws {
    let all =
      ["date", "ex_date", "from", "asset", "close", "shares", "return", "type", "rate", "source_id"]
      + ["scheme", "code", "item", "fiscal_end", "value", "pair"]
    let names = all.filter { $0 != column }
    let values = names.map { ["date", "ex_date", "from", "fiscal_end"].contains($0) ? "2024-01-02" : "1" }
    let text = names.joined(separator: ",") + "\n" + values.joined(separator: ",") + "\n"
    guard case .table("vendor", .unknownColumn(_, column, _, _)) = try source(text, kind: kind, [:]).error() else {
      Issue.record("\(kind) without \(column)")
      return
    }
  }

  @Test func aDailySourceThatNamesNothing() throws {
    let error = try source("date,asset,close\n2024-01-02,A,1\n", [:]).error()
    #expect(error == .missingField(source: "vendor", kind: .daily, field: .return, mapped: [.date, .asset]))
    #expect(
      error?.description
        == "source 'vendor' of kind daily names no column for 'return'; named are date, asset")
  }

  @Test func aFieldThatTheKindHasNot() throws {
    let error = try source("date,asset,close\n", kind: .prices, ["volme": "volume"]).error()
    #expect(error?.exitCode == 65)
    #expect(
      error?.description
        == "source 'vendor': kind prices has no field 'volme' (did you mean 'volume'?); "
        + "it has date, asset, close, open, high, low, volume, currency, knowledge_date")
  }

  @Test(
    arguments: [
      ([.close: "px", .open: "px"], "px", [.close, .open]), ([.close: "date"], "date", [.date, .close]),
      ([.close: "id", .asset: "id"], "id", [.asset, .close]),
      ([.close: "px", .date: "asset"], "asset", [.date, .asset]),
    ] as [([FieldName: String], String, [FieldName])])
  func aColumnForTwoFields(columns: [FieldName: String], column: String, fields: [FieldName]) throws {
    let error = try source("date,asset,px,id\n2024-01-02,A,1,1\n", columns).error()
    #expect(error == .columnTwice(source: "vendor", column: column, fields: fields))
    #expect(error?.exitCode == 65)
    #expect(
      error?.description == "source 'vendor': column '\(column)' is named for '\(fields[0])' and '\(fields[1])'; "
        + "expected a column for one field")
  }

  /// Known fields under their own names are not taken without being asked for, and this is told.
  @Test func unmappedFieldsAreTold() throws {
    let text = "date,asset,px,volume,market_cap,industry,shares\n2024-01-02,A,1,2,3,x,4\n"
    let daily = try source(text, [.close: "px", .shares: "market_cap"]).readAll()
    #expect(daily.rows.lines == ["2024-01-02 A 1.0 3.0"])
    #expect(daily.reader.unmappedFields == [.volume, .industry])
    let actions = try source("ex_date,asset,type,cash\n2024-01-02,A,dividend,1\n", kind: .actions, [:]).readAll()
    #expect(actions.reader.unmappedFields == ["cash"])
  }

  @Test func aRowWithoutADate() throws {
    let description = try source("date,asset,px\n2024-01-02,A,1\n,A,1\n")
    let error = description.error()
    #expect(error == .missingDate(source: "vendor", path: description.paths[0], row: 2, column: "date"))
    #expect(
      error?.description
        == "source 'vendor': \(description.paths[0]): row 2, column 'date': no date; expected one in every row")
  }

  @Test(
    arguments: [
      ("2024-01-03,A,much", "px", "much", ColumnKind.number), ("2024-13-03,A,1", "date", "2024-13-03", .date),
    ])
  func anUnparsableValue(line: String, column: String, found: String, kind: ColumnKind) throws {
    let description = try source("date,asset,px\n2024-01-02,A,1\n\(line)\n")
    let error = description.error()
    #expect(
      error
        == .table(
          source: "vendor",
          error: .unparsableValue(
            path: description.paths[0], row: 2, column: column, found: found, expected: kind)))
    #expect(error?.exitCode == 65)
  }

  @Test func aWrongType() throws {
    let path = try FixtureTable(columns: [
      .init("date", "string", ["2024-01-02"]), .init("asset", "string", ["A"]), .init("px", "bool", ["true"]),
    ]).write(to: folder)
    let description = SourceDescription(name: "vendor", kind: .daily, paths: [path], columns: [.close: "px"])
    guard case .table("vendor", .wrongType(path, "px", _, .number)) = description.error() else {
      Issue.record("\(String(describing: description.error()))")
      return
    }
  }

  @Test(arguments: ["parquet", "feather"])
  func aTruncatedFile(ending: String) throws {
    let path = folder.path("whole.\(ending)")
    try DailyRow.write(DailyRow.block(dates: 20, assets: 20), to: path)
    let bytes = try folder.contents("whole.\(ending)")
    let cut = try folder.file("cut.\(ending)", bytes.prefix(bytes.count / 2))
    let error = DailyRow.source([path, cut]).error()
    guard case .table("vendor", .truncated(cut, _)) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.exitCode == 65)
  }
}

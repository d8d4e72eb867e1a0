import RiskEngine
import RiskEngineTables
import Testing

/// Each kind of table: which columns it has, and which date orders its rows.
struct SourceKindTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(
    _ kind: SourceKind, _ text: String, _ columns: [FieldName: String] = [:]
  ) throws -> SourceDescription {
    SourceDescription(
      name: "vendor", kind: kind, paths: [try folder.file("\(kind.rawValue).csv", text)], columns: columns)
  }

  @Test func daily() throws {
    let text = """
      date,asset,ret,px,seen,extra,note
      2024-01-02,B,0.1,10,2024-01-03,7,x
      2024-01-03,A,,11,,,y
      """
    let columns: [FieldName: String] = [.return: "ret", .close: "px", .knowledgeDate: "seen", "extra": "extra"]
    let (rows, reader) = try source(.daily, text, columns).readAll()
    #expect(reader.profile.schema == SourceSchema(numbers: [.close, "extra", .return], dates: [.knowledgeDate]))
    #expect(rows.lines == ["2024-01-02 B 10.0 7.0 0.1 2024-01-03", "2024-01-03 A 11.0 - - -"])
  }

  /// A column of the user's own is a number, or a label where the configuration says so.
  @Test func dailyLabels() throws {
    var description = try source(.daily, "date,asset,px,tier\n2024-01-02,A,1,gold\n", [.close: "px", "tier": "tier"])
    description.labelFields = ["tier"]
    #expect(try description.readAll().rows.lines == ["2024-01-02 A 1.0 gold"])
  }

  @Test func pricesSharesAndReturns() throws {
    let prices = try source(
      .prices, "date,asset,close,volume,ccy\n2024-01-02,A,10,100,USD\n", [.volume: "volume", .currency: "ccy"])
    #expect(try prices.readAll().rows.lines == ["2024-01-02 A 10.0 100.0 USD"])
    let shares = try source(.shares, "date,asset,out,free\n2024-01-02,A,9,8\n", [.shares: "out", .floatShares: "free"])
    #expect(try shares.readAll().rows.lines == ["2024-01-02 A 8.0 9.0"])
    let returns = try source(.returns, "date,asset,return\n2024-01-02,A,0.5\n")
    #expect(try returns.readAll().rows.lines == ["2024-01-02 A 0.5"])
  }

  @Test func actionsByExDate() throws {
    let text = """
      asset,ex_date,type,ratio,cash
      A,2024-03-01,split,2,
      B,2024-02-01,dividend,,0.5
      """
    let (rows, reader) = try source(.actions, text, ["ratio": "ratio", "cash": "cash"]).readAll()
    #expect(rows.lines == ["2024-02-01 B 0.5 - dividend", "2024-03-01 A - 2.0 split"])
    #expect(reader.order == .sortedInMemory)
    #expect(reader.profile.schema == SourceSchema(numbers: ["cash", "ratio"], labels: ["type"]))
  }

  @Test func fundamentalsByKnowledgeDate() throws {
    let text = """
      asset,item,fiscal_end,value,knowledge_date
      A,book_equity,2023-12-31,5,2024-03-15
      B,book_equity,2023-11-30,6,2024-02-01
      """
    let (rows, reader) = try source(.fundamentals, text).readAll()
    #expect(
      rows.lines == ["2024-02-01 B 6.0 book_equity 2023-11-30", "2024-03-15 A 5.0 book_equity 2023-12-31"])
    #expect(reader.derivedDateCount == 0)
  }

  /// 90 days after the fiscal end, 60 where a column says that the number is a quarter's.
  @Test(arguments: [false, true])
  func fundamentalsWithoutKnowledgeDates(hasPeriod: Bool) throws {
    let text = """
      asset,item,fiscal_end,value,period
      A,x,2023-12-31,1,annual
      A,x,2024-03-31,2,Q
      A,x,2024-06-30,3,quarterly
      A,x,2024-09-30,4,
      """
    let (rows, reader) = try source(.fundamentals, text, hasPeriod ? ["period": "period"] : [:]).readAll()
    // 2023-12-31 + 90 days is 2024-03-30 in a leap year; 03-31 + 60 is 05-30, + 90 is 06-29; and so on.
    #expect(
      rows.lines.map { $0.prefix(10) }
        == (hasPeriod
          ? ["2024-03-30", "2024-05-30", "2024-08-29", "2024-12-29"]
          : ["2024-03-30", "2024-06-29", "2024-09-28", "2024-12-29"]))
    #expect(reader.derivedDateCount == 4)
    #expect(reader.order == .byDate)
  }

  @Test func someKnowledgeDatesAreMissing() throws {
    let text = """
      asset,item,fiscal_end,value,knowledge_date
      A,x,2023-12-31,1,
      B,x,2023-12-31,2,2024-02-01
      """
    let (rows, reader) = try source(.fundamentals, text).readAll()
    #expect(rows.lines == ["2024-02-01 B 2.0 x 2023-12-31", "2024-03-30 A 1.0 x 2023-12-31"])
    #expect(reader.derivedDateCount == 1)
  }

  /// Where a column is named for the dates, a file without it is an error and no case of dates that are made up.
  @Test func aNamedKnowledgeDateMustBeThere() throws {
    let description = try source(
      .fundamentals, "asset,item,fiscal_end,value\nA,x,2023-12-31,1\n", [.knowledgeDate: "known"])
    guard case .table("vendor", .unknownColumn(_, "known", nil, _)) = description.error() else {
      Issue.record("\(String(describing: description.error()))")
      return
    }
  }

  @Test func neitherKnowledgeDateNorFiscalEnd() throws {
    let description = try source(.fundamentals, "asset,item,fiscal_end,value\nA,x,2023-12-31,1\nA,x,,1\n")
    #expect(
      description.error()
        == .missingDate(source: "vendor", path: description.paths[0], row: 2, column: "fiscal_end"))
  }

  @Test func spells() throws {
    let text = """
      asset,scheme,code,from,to
      A,gics,10,2020-01-01,2021-12-31
      A,gics,20,2022-01-01,
      """
    let classification = try source(.classification, text, ["to": "to"])
    #expect(
      try classification.readAll().rows.lines
        == ["2020-01-01 A 10 gics 2021-12-31", "2022-01-01 A 20 gics -"])
    let identifiers = try source(.identifiers, "source_id,asset,from,to\nX1,A,2020-01-01,\n", ["to": "to"])
    #expect(try identifiers.readAll().rows.lines == ["2020-01-01 A X1 -"])
  }

  @Test func ratesBelongToNoAsset() throws {
    let riskFree = try source(.riskFree, "date,currency,rate\n2024-01-02,USD,0.0002\n", [.currency: "currency"])
    let (rows, reader) = try riskFree.readAll()
    #expect(rows.lines == ["2024-01-02 0.0002 USD"])
    #expect(!reader.profile.schema.hasAssets)
    let fx = try source(.fx, "date,pair,rate\n2024-01-02,EURUSD,1.1\n")
    #expect(try fx.readAll().rows.lines == ["2024-01-02 1.1 EURUSD"])
  }

  /// Ids that are numbers in the file, and dictionaries: the same texts.
  @Test(arguments: ["string", "int64", "int16", "dictionary<int8, string>"])
  func identifiersOfAnyType(type: String) throws {
    let path = try FixtureTable(columns: [
      .init("date", "string", ["2024-01-02", "2024-01-02", "2024-01-03"]), .init("asset", type, ["7", "12", "7"]),
      .init("px", "float64", ["1", "2", "3"]),
    ]).write(to: folder)
    let description = SourceDescription(name: "vendor", kind: .daily, paths: [path], columns: [.close: "px"])
    #expect(try description.readAll().rows.lines == ["2024-01-02 7 1.0", "2024-01-02 12 2.0", "2024-01-03 7 3.0"])
  }

  /// Each kind reads its ordering date from a column of another name.
  @Test(arguments: [SourceKind.actions, .fundamentals, .classification, .identifiers, .daily])
  func theOrderingDateUnderAnotherName(kind: SourceKind) throws {
    let header = "when,asset,type,item,fiscal_end,value,scheme,code,source_id,px"
    let field: [SourceKind: FieldName] = [
      .actions: "ex_date", .fundamentals: .knowledgeDate, .classification: "from", .identifiers: "from", .daily: .date,
    ]
    let name = try #require(field[kind])
    let columns: [FieldName: String] = [name: "when"].merging(kind == .daily ? [.close: "px"] : [:]) { $1 }
    let description = try source(kind, header + "\n2024-05-06,A,split,x,2024-01-01,1,s,c,id,1\n", columns)
    #expect(try description.readAll().reader.dates == [CalendarDate("2024-05-06")])
  }

  @Test func aMissingAssetIsKeptAsMissing() throws {
    let description = try source(.returns, "date,asset,return\n2024-01-02,,0.5\n")
    #expect(try description.readAll().rows.lines == ["2024-01-02 - 0.5"])
  }

  @Test func anotherDelimiter() throws {
    var description = try source(.returns, "date;asset;return\n2024-01-02;A;0.5\n")
    description.delimiter = ";"
    #expect(try description.readAll().rows.lines == ["2024-01-02 A 0.5"])
  }

  @Test func theProfileTellsWhatIngestionNeeds() throws {
    var description = try source(.returns, "date,asset,return\n2024-01-02,A,0.5\n")
    description.priority = 3
    description.currency = "EUR"
    description.hasAdjustedPrices = false
    description.tolerances = [.return: Tolerance(relative: 1e-3)]
    #expect(
      try description.readAll().reader.profile
        == SourceProfile(
          name: "vendor", kind: .returns, priority: 3, schema: SourceSchema(numbers: [.return]),
          hasAdjustedPrices: false, currency: "EUR", tolerances: [.return: Tolerance(relative: 1e-3)]))
  }
}

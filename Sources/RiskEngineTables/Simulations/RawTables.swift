internal import ModelStore
internal import RiskEngine

/// The vendors' tables of a synthetic market, and the table of their errors, written block by block.
struct RawTables {
  /// A table of vendors' rows.
  private struct Table {
    /// Its name in the folder, without the format's extension.
    var name: String
    /// What the column of dates by which rows are ordered is called.
    var dateName: String
    var schema: SourceSchema
  }

  private static let errorsName = "truth/errors"

  private let tables: [Table]
  private let writers: [TableWriter]
  private let errors: TableWriter
  private let identifiers: MarketIdentifiers
  /// Texts of the table of errors.
  private let sources: IdentifierTable
  private let errorTables = IdentifierTable(texts: ["daily", "actions", "fundamentals"])
  private let fields: IdentifierTable
  private let checks = IdentifierTable(texts: Check.allCases.map(\.rawValue))
  private let kinds = IdentifierTable(texts: SyntheticVendorError.allCases.map(\.rawValue))
  /// The number of errors written.
  private(set) var errorCount = 0

  /// Creates the files.
  ///
  /// - Parameter path: of a table by its name.
  init(_ vendors: SyntheticVendors, path: (String) -> String) throws(TableError) {
    tables = Self.tables(vendors)
    identifiers = vendors.identifiers
    sources = IdentifierTable(texts: SyntheticVendors.vendorNames + ["fundamentals"])
    let items = vendors.identifiers.labels["item"]?.texts ?? []
    fields = IdentifierTable(
      texts: vendors.dailySchema.numbers.map(\.rawValue) + vendors.dailySchema.labels.map(\.rawValue) + ["ratio"]
        + items)
    var writers: [TableWriter] = []
    for table in tables {
      writers.append(try TableWriter(path: path(table.name), columns: Self.columns(table)))
    }
    self.writers = writers
    errors = try TableWriter(
      path: path(Self.errorsName),
      columns: [
        OutputColumn("error", .int64), .text("vendor"), .text("table"), OutputColumn("date", .date), .text("asset"),
        .text("field"), .text("kind"), .text("injected"), OutputColumn("true_value", .number),
        OutputColumn("reported_value", .number),
      ])
  }

  /// The names of all tables.
  var names: [String] { tables.map(\.name) + [Self.errorsName] }

  private static func tables(_ vendors: SyntheticVendors) -> [Table] {
    SyntheticVendors.vendorNames.map {
      Table(name: "raw/\($0)/daily", dateName: "date", schema: vendors.dailySchema)
    } + [
      Table(name: "raw/actions", dateName: "ex_date", schema: SyntheticVendors.actionSchema),
      Table(name: "raw/risk_free", dateName: "date", schema: SyntheticVendors.riskFreeSchema),
      Table(name: "raw/fx", dateName: "date", schema: SyntheticVendors.exchangeSchema),
      Table(name: "raw/fundamentals", dateName: "knowledge_date", schema: SyntheticVendors.publicationSchema),
    ]
  }

  private static func columns(_ table: Table) -> [OutputColumn] {
    [OutputColumn(table.dateName, .date)] + (table.schema.hasAssets ? [.text("asset")] : [])
      + table.schema.labels.map { .text($0.rawValue) } + table.schema.dates.map { OutputColumn($0.rawValue, .date) }
      + table.schema.numbers.map { OutputColumn($0.rawValue, .number) }
  }

  /// Adds what vendors tell of a block.
  mutating func append(_ block: SyntheticVendorBlock) throws(TableError) {
    let parts = block.daily + [block.actions, block.riskFree, block.exchange, block.publications]
    for (index, rows) in parts.enumerated() { try writers[index].append(values(rows, tables[index].schema)) }
    try append(block.errors)
  }

  private func values(_ rows: SourceRows, _ schema: SourceSchema) -> [OutputValues] {
    var values: [OutputValues] = [.dates(rows.dates)]
    if schema.hasAssets { values.append(.identifiers(rows.assets, of: identifiers.assets)) }
    for (column, field) in schema.labels.enumerated() {
      values.append(.identifiers(rows.labels[column], of: identifiers.labels[field] ?? IdentifierTable()))
    }
    return values + rows.furtherDates.map { .dates($0) } + rows.numbers.map { .numbers($0) }
  }

  private mutating func append(_ labels: [SyntheticErrorLabel]) throws(TableError) {
    func codes(_ table: IdentifierTable, _ text: (SyntheticErrorLabel) -> String?) -> OutputValues {
      .identifiers(labels.map { text($0).flatMap { table.existingCode(of: $0) } ?? -1 }, of: table)
    }
    try errors.append([
      .int64(labels.map { Int64($0.error) }), codes(sources, \.source), codes(errorTables, \.table),
      .dates(labels.map(\.date)), .identifiers(labels.map(\.asset), of: identifiers.assets),
      codes(fields) { $0.field?.rawValue }, codes(checks) { $0.kind.check.rawValue },
      codes(kinds) { $0.kind.rawValue }, .numbers(labels.map(\.trueValue)), .numbers(labels.map(\.reportedValue)),
    ])
    errorCount = labels.last.map { $0.error + 1 } ?? errorCount
  }

  /// Ends the files.
  func close() throws(TableError) {
    for writer in writers { try writer.close() }
    try errors.close()
  }
}

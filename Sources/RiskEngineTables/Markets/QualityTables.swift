internal import RiskEngine

/// The tables of what the checks found, written as it is found.
///
/// `quality`: one row a finding; `quality_counts`: how often each check found something on each date, the counted only
/// included; `missing`: the fraction of missing values of each field on each date.
final class QualityTables {
  private let findings: SegmentedTable
  private let counts: SegmentedTable
  private let missing: SegmentedTable
  private var texts = IdentifierTable()
  private let sources: IdentifierTable
  private let fields: [FieldName]

  init(
    sink: any SegmentSink, sources: [String], fields: [FieldName], datesPerSegment: Int = .max,
    isWrittenEmpty: Bool = true
  ) {
    func table(_ name: String, _ columns: [OutputColumn]) -> SegmentedTable {
      // Few rows a group, so that buffers are full early, and memory does not grow with the history.
      SegmentedTable(
        name, columns, sink: sink, datesPerSegment: datesPerSegment, rowsPerGroup: 8192, isWrittenEmpty: isWrittenEmpty)
    }
    findings = table(
      "quality",
      [
        .text("check"), .text("code"), .text("severity"), .text("source"), OutputColumn("date", .date),
        OutputColumn("known_date", .date), .text("asset"), .text("field"), OutputColumn("before", .number),
        OutputColumn("after", .number), .text("action"), .text("note"),
      ])
    counts = table(
      "quality_counts",
      [
        OutputColumn("date", .date), .text("check"), .text("severity"), .text("source"), OutputColumn("count", .int64),
      ])
    missing = table(
      "missing",
      [OutputColumn("date", .date), .text("field"), OutputColumn("fraction", .number)])
    self.sources = IdentifierTable(texts: sources)
    self.fields = fields
  }

  /// The names of the tables.
  static let names = ["quality", "quality_counts", "missing"]

  func append(_ day: IngestedDay, assets: IdentifierTable) throws {
    try append(day.findings, date: day.date, assets: assets)
    if !day.counts.isEmpty {
      try counts.append(
        [
          .dates(Array(repeating: day.date, count: day.counts.count)), codes(day.counts.map(\.check.rawValue)),
          codes(day.counts.map(\.severity.rawValue)), .identifiers(day.counts.map { $0.source ?? -1 }, of: sources),
          .int64(day.counts.map { Int64($0.count) }),
        ], date: day.date)
    }
    if !day.missingFractions.isEmpty {
      try missing.append(
        [
          .dates(Array(repeating: day.date, count: fields.count)), codes(fields.map(\.rawValue)),
          .numbers(day.missingFractions),
        ], date: day.date)
    }
  }

  private func append(_ all: [Finding], date: CalendarDate, assets: IdentifierTable) throws {
    guard !all.isEmpty else { return }
    try findings.append(
      [
        codes(all.map(\.check.rawValue)), codes(all.map { CheckCatalog.code(of: $0.check) }),
        codes(all.map(\.severity.rawValue)), .identifiers(all.map { $0.source ?? -1 }, of: sources),
        .dates(all.map(\.date)), .dates(all.map(\.knownDate)), .identifiers(all.map { $0.asset ?? -1 }, of: assets),
        codes(all.map { $0.field?.rawValue ?? "" }), .numbers(all.map(\.before)), .numbers(all.map(\.after)),
        codes(all.map(\.action.rawValue)), codes(all.map(\.note)),
      ], date: date)
  }

  /// Texts as codes; an empty one is missing.
  private func codes(_ values: [String]) -> OutputValues {
    .identifiers(values.map { $0.isEmpty ? -1 : texts.code(for: $0) }, of: texts)
  }

  func close() throws {
    try findings.close()
    try counts.close()
    try missing.close()
  }
}

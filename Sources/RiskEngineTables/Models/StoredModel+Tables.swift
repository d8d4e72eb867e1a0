internal import ModelStore
internal import RiskEngine

extension StoredModel {
  /// The files of a table's segments, those of the dates asked for.
  ///
  /// - Throws: `StoreError` where one is not what was written.
  func paths(of table: String, from first: CalendarDate? = nil, through last: CalendarDate? = nil) throws(StoreError)
    -> [String]
  {
    var paths: [String] = []
    for segment in manifest.table(table)?.segments ?? [] {
      if let dates = segment.dates {
        if let first, dates.upperBound < first { continue }
        if let last, dates.lowerBound > last { continue }
      }
      paths.append(try path(of: segment))
    }
    return paths
  }

  /// The factors with what they are, in the order in which tables show them: market, labels by their bytes, styles.
  func factors() throws -> [(name: String, kind: String)] {
    var all: [(name: String, kind: String)] = []
    for path in try paths(of: "factors") {
      let reader = try TableReader(
        path: path,
        columns: [
          ColumnRequest("factor", .identifier), ColumnRequest("kind", .identifier), ColumnRequest("group", .identifier),
        ])
      var tables = (IdentifierTable(), IdentifierTable(), IdentifierTable())
      var translations = (IdentifierTranslation(), IdentifierTranslation(), IdentifierTranslation())
      while let batch = try reader.next() {
        let names = batch.identifiers("factor", through: &translations.0, into: &tables.0)
        let kinds = batch.identifiers("kind", through: &translations.1, into: &tables.1)
        let groups = batch.identifiers("group", through: &translations.2, into: &tables.2)
        for row in names.indices {
          let kind = tables.1[kinds[row]]
          all.append((tables.0[names[row]], kind == "label" ? tables.2[groups[row]] : kind))
        }
      }
    }
    let styles = all.filter { $0.kind == "style" }
    let groups = manifest.metadata["columns"]?.named?["groups"]?.list?.compactMap(\.text) ?? []
    var ordered = all.filter { $0.kind == "market" }
    for group in groups {
      ordered += all.filter { $0.kind == group }.sorted { IdentifierTable.precedes($0.name, $1.name) }
    }
    return ordered + styles
  }
}

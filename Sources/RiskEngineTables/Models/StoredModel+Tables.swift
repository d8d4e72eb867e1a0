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

  /// Compares the SHA-256 of the segments of tables that have some dates.
  ///
  /// - Throws: `StoreError.fileDamaged` where one is not what was written.
  /// - Complexity: reads each of the segments once.
  func check(
    _ tables: [String], from first: CalendarDate? = nil, through last: CalendarDate? = nil
  ) throws(StoreError) {
    for table in tables {
      for segment in manifest.table(table)?.segments ?? [] {
        if let dates = segment.dates {
          if let first, dates.upperBound < first { continue }
          if let last, dates.lowerBound > last { continue }
        }
        try check(segment)
      }
    }
  }

  /// A factor of a model.
  struct Factor: Hashable {
    /// Its name in tables.
    var name: String
    /// `market`, `style`, or the group of the label.
    var kind: String
    /// The label, of a factor of a group.
    var label: String?
  }

  /// The factors with what they are, in the order in which tables show them: market, labels by their bytes, styles.
  func factors() throws -> [Factor] {
    var all: [Factor] = []
    for path in try paths(of: "factors") {
      let names = ["factor", "kind", "group", "label"]
      let reader = try TableReader(path: path, columns: names.map { ColumnRequest($0, .identifier) })
      var tables = names.map { _ in IdentifierTable() }
      var translations = names.map { _ in IdentifierTranslation() }
      while let batch = try reader.next() {
        var columns: [[String]] = []
        for (index, name) in names.enumerated() {
          let codes = batch.identifiers(name, through: &translations[index], into: &tables[index])
          columns.append(codes.map { $0 < 0 ? "" : tables[index][$0] })
        }
        for row in 0..<batch.rowCount {
          let isLabel = columns[1][row] == "label"
          all.append(
            Factor(
              name: columns[0][row], kind: isLabel ? columns[2][row] : columns[1][row],
              label: isLabel ? columns[3][row] : nil))
        }
      }
    }
    let groups = manifest.metadata["columns"]?.named?["groups"]?.list?.compactMap(\.text) ?? []
    var ordered = all.filter { $0.kind == "market" && $0.label == nil }
    for group in groups {
      ordered += all.filter { $0.kind == group && $0.label != nil }
        .sorted { IdentifierTable.precedes($0.label ?? "", $1.label ?? "") }
    }
    return ordered + all.filter { $0.kind == "style" && $0.label == nil }
  }
}

internal import RiskEngine

/// Tables with the rows of others.
enum TableCopy {
  /// Writes the rows of some files, one after the other, into one.
  ///
  /// - Returns: the number of rows.
  /// - Throws: what is wrong with a file.
  static func concatenate(_ paths: [String], columns: [OutputColumn], to target: String) throws(TableError) -> Int {
    let writer = try TableWriter(path: target, columns: columns)
    var texts = columns.map { _ in IdentifierTable() }
    var rowCount = 0
    for path in paths {
      let reader = try TableReader(
        path: path, columns: columns.map { ColumnRequest($0.name, kind(of: $0)) })
      var translations = columns.map { _ in IdentifierTranslation() }
      while let batch = try reader.next() {
        var values: [OutputValues] = []
        for (index, column) in columns.enumerated() {
          switch column.kind {
          case .date: values.append(.dates(batch.dates(column.name)))
          case .number: values.append(.numbers(batch.numbers(column.name)))
          case .int32: values.append(.int32(batch.numbers(column.name).map { Int32($0) }))
          case .boolean: values.append(.booleans(batch.booleans(column.name, missingAs: false)))
          case .int64:
            // Whole numbers of 64 bits are no numbers in double precision: they are read as what identifies.
            var table = IdentifierTable()
            var translation = IdentifierTranslation()
            let codes = batch.identifiers(column.name, through: &translation, into: &table)
            values.append(.int64(codes.map { $0 < 0 ? 0 : Int64(table[$0]) ?? 0 }))
          case .identifier:
            let codes = batch.identifiers(column.name, through: &translations[index], into: &texts[index])
            values.append(.identifiers(codes, of: texts[index]))
          }
        }
        rowCount += batch.rowCount
        try writer.append(values)
      }
    }
    try writer.close()
    return rowCount
  }

  private static func kind(of column: OutputColumn) -> ColumnKind {
    switch column.kind {
    case .date: .date
    case .number, .int32: .number
    case .boolean: .boolean
    case .int64, .identifier: .identifier
    }
  }
}

internal import RiskEngine

extension SourceRows: DatedRows {
  mutating func append(_ range: Range<Int>, of other: SourceRows) {
    dates += other.dates[range]
    if !other.assets.isEmpty { assets += other.assets[range] }
    for column in numbers.indices { numbers[column] += other.numbers[column][range] }
    for column in labels.indices { labels[column] += other.labels[column][range] }
    for column in furtherDates.indices { furtherDates[column] += other.furtherDates[column][range] }
  }

  func rows(at positions: ArraySlice<Int32>) -> SourceRows {
    func taken<Value>(_ column: [Value]) -> [Value] { column.isEmpty ? [] : positions.map { column[Int($0)] } }
    var rows = self
    rows.dates = taken(dates)
    rows.assets = taken(assets)
    rows.numbers = numbers.map(taken)
    rows.labels = labels.map(taken)
    rows.furtherDates = furtherDates.map(taken)
    return rows
  }
}

/// Rows of a source in a temporary table, with codes in place of texts.
struct SourceSpillLayout: SpillLayout {
  let schema: SourceSchema

  var outputColumns: [OutputColumn] {
    [OutputColumn("date", .date)] + (schema.hasAssets ? [OutputColumn("asset", .int32)] : [])
      + schema.numbers.indices.map { OutputColumn("number\($0)", .number) }
      + schema.labels.indices.map { OutputColumn("label\($0)", .int32) }
      + schema.dates.indices.map { OutputColumn("date\($0)", .date) }
  }

  func values(of rows: SourceRows) -> [OutputValues] {
    [.dates(rows.dates)] + (schema.hasAssets ? [.int32(rows.assets)] : [])
      + rows.numbers.map { .numbers($0) } + rows.labels.map { .int32($0) } + rows.furtherDates.map { .dates($0) }
  }

  func read(_ path: String) throws(TableError) -> SourceRows {
    var requests = [ColumnRequest("date", .date)]
    if schema.hasAssets { requests.append(ColumnRequest("asset", .number)) }
    for index in schema.numbers.indices { requests.append(ColumnRequest("number\(index)", .number)) }
    for index in schema.labels.indices { requests.append(ColumnRequest("label\(index)", .number)) }
    for index in schema.dates.indices { requests.append(ColumnRequest("date\(index)", .date)) }
    let reader = try TableReader(path: path, columns: requests)
    var rows = SourceRows(schema: schema)
    while let batch = try reader.next() {
      batch.appendDates("date", to: &rows.dates)
      if schema.hasAssets { rows.assets += batch.numbers("asset").map { Int32($0) } }
      for index in schema.numbers.indices { batch.appendNumbers("number\(index)", to: &rows.numbers[index]) }
      for index in schema.labels.indices { rows.labels[index] += batch.numbers("label\(index)").map { Int32($0) } }
      for index in schema.dates.indices { batch.appendDates("date\(index)", to: &rows.furtherDates[index]) }
    }
    return rows
  }
}

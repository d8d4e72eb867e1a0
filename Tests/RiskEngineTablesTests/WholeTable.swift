import RiskEngine
import RiskEngineTables

/// All rows of some columns of a file, batch after batch put together.
struct WholeTable {
  var batchSizes: [Int] = []
  var dates: [String: [CalendarDate]] = [:]
  var numbers: [String: [Double]] = [:]
  var booleans: [String: [Bool?]] = [:]
  var identifiers: [String: [String?]] = [:]
  var storages: [String: IdentifierStorage] = [:]
  var tables: [String: IdentifierTable] = [:]
  var rowCount: Int { batchSizes.reduce(0, +) }

  init(
    _ path: String, _ columns: [ColumnRequest], options: TableReadOptions = TableReadOptions()
  ) throws(TableError) {
    let reader = try TableReader(path: path, columns: columns, options: options)
    var translations: [String: IdentifierTranslation] = [:]
    for column in reader.columns where column.kind == .identifier {
      storages[column.name] = reader.identifierStorage(of: column.name)
      tables[column.name] = IdentifierTable()
      translations[column.name] = IdentifierTranslation()
    }
    while let batch = try reader.next() {
      precondition(batch.firstRow == rowCount)
      batchSizes.append(batch.rowCount)
      for column in reader.columns {
        let name = column.name
        switch column.kind {
        case .date: dates[name, default: []] += batch.dates(name)
        case .number: numbers[name, default: []] += batch.numbers(name)
        case .boolean:
          let high = batch.booleans(name, missingAs: true)
          let low = batch.booleans(name, missingAs: false)
          booleans[name, default: []] += zip(high, low).map { $0 == $1 ? $0 : nil }
        case .identifier:
          let codes = batch.identifiers(
            name, through: &translations[name, default: .init()], into: &tables[name, default: .init()])
          identifiers[name, default: []] += codes.map { $0 < 0 ? nil : tables[name]?[$0] }
        }
      }
    }
  }
}

extension CalendarDate {
  /// A date written `yyyy-mm-dd`, or the missing one for any other text.
  init(_ text: String) { self = CalendarDate(text: text.utf8) ?? TableBatch.missingDate }
}

extension [Double] {
  /// The numbers without what tells one NaN from another, so that they can be compared.
  var comparable: [UInt64] { map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern } }
}

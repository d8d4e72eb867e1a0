internal import ModelStore
internal import RiskEngine

/// Some columns of a model's table, all of its rows.
struct ReportTable {
  /// The date of each row; empty of a table without dates.
  private(set) var dates: [CalendarDate] = []
  private(set) var rowCount = 0
  private var numbers: [String: [Double]] = [:]
  private var texts: [String: [String]] = [:]

  /// A column of numbers, NaN where one is missing; NaN throughout where the table lacks it.
  subscript(name: String) -> [Double] { numbers[name] ?? Array(repeating: .nan, count: rowCount) }

  /// A column of texts, empty where one is missing.
  func texts(_ name: String) -> [String] { texts[name] ?? Array(repeating: "", count: rowCount) }

  /// Makes a table of no rows.
  init() {}

  /// Reads columns of a model's table; of no rows where the model lacks it.
  ///
  /// - Throws: `StoreError` or `TableError`.
  /// - Complexity: O(rows × columns) time and memory.
  init(_ model: StoredModel, _ table: String, texts: [String] = [], numbers: [String] = []) throws {
    self = try ReportTable(paths: try model.paths(of: table), texts: texts, numbers: numbers)
  }

  /// Reads columns of some files.
  ///
  /// - Throws: `TableError`.
  init(paths: [String], texts names: [String], numbers numberNames: [String], hasDates: Bool = true) throws {
    var requests = names.map { ColumnRequest($0, .identifier) }
    requests += numberNames.map { ColumnRequest($0, .number, isRequired: false) }
    if hasDates { requests.append(ColumnRequest("date", .date)) }
    for name in names { texts[name] = [] }
    for path in paths {
      let reader = try TableReader(path: path, columns: requests)
      var tables = names.map { _ in IdentifierTable() }
      var translations = names.map { _ in IdentifierTranslation() }
      while let batch = try reader.next() {
        if hasDates { batch.appendDates("date", to: &dates) }
        for (place, name) in names.enumerated() {
          let codes = batch.identifiers(name, through: &translations[place], into: &tables[place])
          texts[name, default: []] += codes.map { $0 < 0 ? "" : tables[place][$0] }
        }
        for name in numberNames {
          numbers[name, default: []] +=
            reader.has(name) ? batch.numbers(name) : Array(repeating: .nan, count: batch.rowCount)
        }
        rowCount += batch.rowCount
      }
    }
  }
}

internal import RiskEngine

/// The rows of a table by asset that processes hand on: numbers, all in double precision.
struct SpanTable {
  let path: String
  /// The asset of each row.
  private(set) var assets: [Int32] = []
  private var columns: [String: [Double]] = [:]

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - names: its columns of numbers.
  ///   - known: the assets that have codes already; those of the file are added.
  init(path: String, numbers names: [String], assets known: inout IdentifierTable) throws {
    self.path = path
    let reader = try TableReader(
      path: path, columns: [ColumnRequest("asset", .identifier)] + names.map { ColumnRequest($0, .number) })
    var translation = IdentifierTranslation()
    for name in names { columns[name] = [] }
    while let batch = try reader.next() {
      batch.appendIdentifiers("asset", through: &translation, into: &known, to: &assets)
      for name in names { batch.appendNumbers(name, to: &columns[name, default: []]) }
    }
    if let row = assets.firstIndex(where: { $0 < 0 }) {
      throw PanelFileError.missingKey(path: path, row: row + 1, column: "asset")
    }
  }

  /// A column of numbers; NaN is missing.
  subscript(_ name: String) -> [Double] {
    guard let column = columns[name] else { preconditionFailure("no column '\(name)' was read") }
    return column
  }

  /// A column of whole numbers.
  ///
  /// - Throws: where one is missing, or outside a range.
  func whole(_ name: String, in range: ClosedRange<Int>) throws(SpanTableError) -> [Int] {
    var numbers = [Int]()
    for (row, value) in self[name].enumerated() {
      guard let number = Int(exactly: value), range.contains(number) else {
        throw .badNumber(
          path: path, row: row + 1, column: name, found: value,
          expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      numbers.append(number)
    }
    return numbers
  }
}

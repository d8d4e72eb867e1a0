internal import RiskEngine

/// Finds rows of a panel file by what is in them, for messages.
struct RowSearch {
  let path: String
  let columns: PanelColumns

  /// The rows of an asset on a date, from 1.
  func rows(date: CalendarDate, asset: String) throws(TableError) -> [Int] {
    let reader = try TableReader(
      path: path, columns: [ColumnRequest(columns.date, .date), ColumnRequest(columns.asset, .identifier)])
    var assets = IdentifierTable()
    var translation = IdentifierTranslation()
    var found = [Int]()
    while let batch = try reader.next() {
      let codes = batch.identifiers(columns.asset, through: &translation, into: &assets)
      guard let code = assets.existingCode(of: asset) else { continue }
      let dates = batch.dates(columns.date)
      for row in 0..<batch.rowCount where codes[row] == code && dates[row] == date {
        found.append(batch.firstRow + row + 1)
      }
    }
    return found
  }

  /// The first row with a label, from 1.
  func firstRow(group: String, label: String) throws(TableError) -> Int? {
    let reader = try TableReader(path: path, columns: [ColumnRequest(group, .identifier)])
    var labels = IdentifierTable()
    var translation = IdentifierTranslation()
    while let batch = try reader.next() {
      let codes = batch.identifiers(group, through: &translation, into: &labels)
      if let code = labels.existingCode(of: label), let row = codes.firstIndex(of: code) {
        return batch.firstRow + row + 1
      }
    }
    return nil
  }

  /// The first row whose label consists of blanks, from 1.
  func firstBlankRow(group: String) throws(TableError) -> Int? {
    let reader = try TableReader(path: path, columns: [ColumnRequest(group, .identifier)])
    var labels = IdentifierTable()
    var translation = IdentifierTranslation()
    while let batch = try reader.next() {
      let codes = batch.identifiers(group, through: &translation, into: &labels)
      if let row = codes.firstIndex(where: { $0 >= 0 && labels[$0].allSatisfy(\.isWhitespace) }) {
        return batch.firstRow + row + 1
      }
    }
    return nil
  }
}

extension Matrix {
  /// Throws `notFinite` with the first entry, column by column, that is infinite or not a number.
  ///
  /// - Complexity: a comparison an entry.
  func requireFinite() throws(LinAlgError) {
    let entries = storage.span
    for i in entries.indices where !entries[i].isFinite {
      throw .notFinite(row: i % rowCount, column: i / rowCount)
    }
  }
}

extension SymmetricMatrix {
  /// Throws `notFinite` with the first entry of the lower triangle, column by column, that is infinite or
  /// not a number.
  ///
  /// - Complexity: order² / 2 comparisons.
  func requireFinite() throws(LinAlgError) {
    let entries = storage.span
    for column in 0..<order {
      for row in column..<order where !entries[row + column * order].isFinite {
        throw .notFinite(row: row, column: column)
      }
    }
  }
}

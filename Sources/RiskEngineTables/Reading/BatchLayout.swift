/// Where the requested columns are in a batch.
final class BatchLayout: Sendable {
  private struct Key: Hashable {
    var name: String
    var kind: ColumnKind
  }

  private let positions: [Key: Int]

  init(columns: [ColumnRequest]) {
    let keys = columns.map { Key(name: $0.name, kind: $0.kind) }
    positions = Dictionary(uniqueKeysWithValues: zip(keys, columns.indices))
  }

  /// The place of a column.
  ///
  /// - Precondition: the column was requested as that kind and the file has it.
  func position(of name: String, as kind: ColumnKind) -> Int {
    guard let position = positions[Key(name: name, kind: kind)] else {
      preconditionFailure("column '\(name)' was not requested as \(kind.rawValue), or is not in the file")
    }
    return position
  }
}

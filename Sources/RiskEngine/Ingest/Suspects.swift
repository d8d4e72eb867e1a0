/// Doubtful values of a date.
struct Suspects {
  private struct Column: Hashable {
    var source: Int
    var field: FieldName
  }

  /// By source and field the places among the assets.
  private var places: [Column: Set<Int>] = [:]

  /// Doubts a value.
  mutating func insert(_ source: Int, _ field: FieldName, _ index: Int) {
    places[Column(source: source, field: field), default: []].insert(index)
  }

  /// The places of doubtful values of a source's field.
  func places(_ source: Int, _ field: FieldName) -> Set<Int> {
    places.isEmpty ? [] : places[Column(source: source, field: field)] ?? []
  }
}

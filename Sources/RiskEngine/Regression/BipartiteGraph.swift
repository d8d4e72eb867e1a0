/// Connected components of a table of two groups: its rows and columns are joined where an entry stands.
enum BipartiteGraph {
  /// The number of components among rows and columns.
  ///
  /// - Complexity: O(rows × columns).
  static func componentCount(rows: Int, columns: Int, isJoined: (Int, Int) -> Bool) -> Int {
    var parents = Array(0..<rows + columns)
    func root(_ node: Int) -> Int {
      var node = node
      while parents[node] != node {
        parents[node] = parents[parents[node]]
        node = parents[node]
      }
      return node
    }
    var count = rows + columns
    for row in 0..<rows {
      for column in 0..<columns where isJoined(row, column) {
        let first = root(row)
        let second = root(rows + column)
        if first != second {
          parents[first] = second
          count -= 1
        }
      }
    }
    return count
  }
}

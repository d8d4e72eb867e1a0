/// Sets of places that pairs join, directly or through others.
enum ConnectedComponents {
  /// The sets of two places or more among `0..<count`, each ascending, in the order of their first places.
  ///
  /// - Complexity: O(count + pairs), but for a slowly growing factor.
  static func joined(count: Int, by pairs: some Sequence<CorrelatedPair>) -> [[Int]] {
    var parents = Array(0..<count)
    func root(_ place: Int) -> Int {
      var place = place
      while parents[place] != place {
        parents[place] = parents[parents[place]]
        place = parents[place]
      }
      return place
    }
    // The least place of a set is its root.
    for pair in pairs {
      let first = root(pair.first)
      let second = root(pair.second)
      parents[max(first, second)] = min(first, second)
    }
    var numbers = [Int](repeating: -1, count: count)
    var components = [[Int]]()
    for place in 0..<count {
      let root = root(place)
      if numbers[root] < 0 {
        numbers[root] = components.count
        components.append([])
      }
      components[numbers[root]].append(place)
    }
    return components.filter { $0.count > 1 }
  }
}

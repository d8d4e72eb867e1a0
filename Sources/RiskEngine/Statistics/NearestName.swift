/// Which of some names a misspelt one most likely means.
public enum NearestName {
  /// The candidate with the fewest edits from a name, or `nil` where all are far from it.
  ///
  /// Letters count as equal whatever their case. Near is a third of the name's length, and one edit at least.
  ///
  /// - Complexity: O(characters of `name` × characters of all candidates).
  public static func find(_ name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased())
    let limit = max(1, wanted.count / 3)
    var best: (name: String, edits: Int)?
    for candidate in candidates {
      let edits = editDistance(wanted, Array(candidate.lowercased()))
      if edits <= limit, edits < best?.edits ?? .max { best = (candidate, edits) }
    }
    return best?.name
  }

  /// The insertions, deletions, replacements and swaps of neighbours that turn one text into another.
  static func editDistance(_ left: [Character], _ right: [Character]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in 0..<left.count {
      var row = [i + 1]
      for j in 0..<right.count {
        var edits = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { edits = min(edits, beforeLast[j - 1] + 1) }
        row.append(edits)
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}

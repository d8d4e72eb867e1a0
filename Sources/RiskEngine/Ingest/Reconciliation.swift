/// The choice of one value among several vendors'.
///
/// Vendors that agree form a graph; the largest set of vendors that all agree with each other decides, of several
/// such sets the one with the best priority in it, and its value is that of the best priority in the set: never an
/// average, which no vendor published.
public enum Reconciliation {
  /// The most vendors of one field.
  public static let mostVendors = 16

  /// A vendor's value.
  public struct Candidate: Sendable {
    /// The value, finite.
    public var value: Double
    /// The place of its vendor in the order of priorities; no two are equal.
    public var rank: Int
    /// Whether it passed the checks of its own vendor's data.
    public var passed: Bool

    /// Makes a candidate.
    public init(value: Double, rank: Int, passed: Bool = true) {
      self.value = value
      self.rank = rank
      self.passed = passed
    }
  }

  /// What came of it.
  public struct Choice: Hashable, Sendable {
    /// The position of the candidate chosen.
    public var index: Int
    /// The number of candidates that agree with each other.
    public var agreeing: Int
    /// The largest relative gap between two candidates.
    public var largestGap: Double
    /// Whether the priority alone decided between values that disagree.
    public var isUnresolved: Bool
  }

  /// Chooses.
  ///
  /// - Parameters:
  ///   - candidates: at most two a vendor.
  ///   - tolerance: how near two values have to be to agree.
  /// - Returns: `nil` where there is no candidate, or none passed its checks and no two agree.
  /// - Complexity: O(S²) where all agree, else that of the largest cliques of a graph of S vertices.
  public static func choose(_ candidates: [Candidate], _ tolerance: Tolerance) -> Choice? {
    precondition(candidates.count <= 2 * mostVendors, "\(candidates.count) values; at most \(2 * mostVendors)")
    guard let first = candidates.first else { return nil }
    if candidates.count == 1 {
      return first.passed ? Choice(index: 0, agreeing: 1, largestGap: 0, isUnresolved: false) : nil
    }
    var neighbours = [UInt32](repeating: 0, count: candidates.count)
    var gap = 0.0
    for i in candidates.indices {
      neighbours[i] |= 1 << UInt32(i)
      for j in 0..<i {
        let (a, b) = (candidates[i].value, candidates[j].value)
        let scale = max(abs(a), abs(b))
        if scale > 0 { gap = max(gap, abs(a - b) / scale) }
        guard tolerance.agree(a, b) else { continue }
        neighbours[i] |= 1 << UInt32(j)
        neighbours[j] |= 1 << UInt32(i)
      }
    }
    let best = largestSets(neighbours)
    let size = best[0].nonzeroBitCount
    func bestRank(_ set: UInt32) -> Int? {
      candidates.indices.filter { set >> UInt32($0) & 1 == 1 }.min { candidates[$0].rank < candidates[$1].rank }
    }
    if size > 1 {
      // A set that agrees outweighs the checks of single vendors: agreement is evidence that they do not have.
      let leaders = best.compactMap { bestRank($0) }
      guard let chosen = leaders.min(by: { candidates[$0].rank < candidates[$1].rank }) else { return nil }
      return Choice(index: chosen, agreeing: size, largestGap: gap, isUnresolved: best.count > 1)
    }
    let passing = candidates.indices.filter { candidates[$0].passed }
    guard let chosen = passing.min(by: { candidates[$0].rank < candidates[$1].rank }) else { return nil }
    return Choice(index: chosen, agreeing: 1, largestGap: gap, isUnresolved: passing.count > 1)
  }

  /// The largest sets of which every two members are neighbours, by the algorithm of Bron and Kerbosch
  /// (*Communications of the ACM* 16, 1973).
  private static func largestSets(_ neighbours: [UInt32]) -> [UInt32] {
    let all = neighbours.indices.reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
    if neighbours.allSatisfy({ $0 == all }) { return [all] }
    var best: [UInt32] = []
    var size = 0
    func extend(_ set: UInt32, _ possible: UInt32, _ excluded: UInt32) {
      guard possible != 0 else {
        guard excluded == 0, set.nonzeroBitCount >= size else { return }
        if set.nonzeroBitCount > size { best = [] }
        size = set.nonzeroBitCount
        best.append(set)
        return
      }
      guard set.nonzeroBitCount + possible.nonzeroBitCount >= size else { return }
      var possible = possible
      var excluded = excluded
      while possible != 0 {
        let vertex = possible.trailingZeroBitCount
        let bit: UInt32 = 1 << UInt32(vertex)
        let others = neighbours[vertex] & ~bit
        extend(set | bit, possible & others, excluded & others)
        possible &= ~bit
        excluded |= bit
      }
    }
    extend(0, all, 0)
    return best
  }
}

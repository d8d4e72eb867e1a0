/// Which factors have had returns and shares so far: all that estimates need of a history besides its moments.
struct FactorPresence: SavedState {
  /// For each factor the number of its returns.
  private(set) var counts: [Int] = []
  /// For each pair of factors the number of periods that have both: the lower triangle, row after row.
  private var common: [Int32] = []
  /// For each factor whether it ever had a share.
  private(set) var hasHadShare: [Bool] = []
  /// The shares of the latest period that had any.
  private(set) var latestShares: [Double] = []
  /// The number of periods.
  private(set) var periodCount = 0
  /// The number of periods with any factor return.
  private(set) var presentCount = 0
  /// The number of returns that were missing in such periods after the first of their factor.
  private(set) var gapCount = 0

  init() {}

  /// The factors with a return, ascending.
  var factors: [Int] { counts.indices.filter { counts[$0] > 0 } }

  /// Whether every period with any return has all of these.
  func isComplete(_ factors: [Int]) -> Bool { factors.allSatisfy { counts[$0] == presentCount } }

  /// The number of periods that have two factors.
  func commonCount(_ i: Int, _ j: Int) -> Int {
    let (row, column) = (max(i, j), min(i, j))
    return Int(common[row * (row + 1) / 2 + column])
  }

  /// Makes room for more factors.
  mutating func grow(to order: Int) {
    guard order > counts.count else { return }
    counts += Array(repeating: 0, count: order - counts.count)
    hasHadShare += Array(repeating: false, count: order - hasHadShare.count)
    common += Array(repeating: 0, count: order * (order + 1) / 2 - common.count)
  }

  /// Takes in the shares of a period; empty where it has none.
  mutating func append(shares: [Double]) {
    guard shares.contains(where: { $0 > 0 }) else { return }
    latestShares = shares
    for (factor, share) in shares.enumerated() where share > 0 { hasHadShare[factor] = true }
  }

  /// Takes in the returns of a period, NaN where there is none.
  ///
  /// - Complexity: O(m²).
  mutating func append(returns: [Double]) {
    periodCount += 1
    let present = returns.indices.filter { !returns[$0].isNaN }
    guard !present.isEmpty else { return }
    presentCount += 1
    for (factor, value) in returns.enumerated() where value.isNaN && counts[factor] > 0 { gapCount += 1 }
    for factor in present { counts[factor] += 1 }
    var pairs = common.mutableSpan
    for (place, row) in present.enumerated() {
      let start = row * (row + 1) / 2
      for column in present[...place] { pairs[start + column] += 1 }
    }
  }

  /// Coordinates of some factors that no constraint ties together; factors are counted by their places among them.
  ///
  /// - Parameter isPreferred: whether a factor may be the reference of its group; others are where there is no other.
  func coordinates(
    of factors: [Int], blocks: [FactorBlock], preferring isPreferred: (Int) -> Bool = { _ in true }
  ) -> FactorCoordinates {
    FactorCoordinates(
      blocks: factors.map { blocks[$0] }, counts: factors.map { isPreferred($0) ? counts[$0] : -1 },
      isConstrained: { group in factors.contains { blocks[$0] == .group(group) && hasHadShare[$0] } })
  }

  /// Whether a factor with gaps has too few returns to be regressed on others of so many coordinates.
  func isShort(_ factor: Int, coordinateCount: Int) -> Bool { counts[factor] < 2 * coordinateCount }

  func save(to writer: inout StateWriter) {
    writer.write(counts.map { Int32($0) })
    writer.write(common)
    writer.write(hasHadShare)
    writer.write(latestShares)
    writer.write(periodCount)
    writer.write(presentCount)
    writer.write(gapCount)
  }

  init(from reader: inout StateReader) throws(StateError) {
    counts = try reader.readInt32s().map { Int($0) }
    common = try reader.readInt32s()
    hasHadShare = try reader.readBools()
    latestShares = try reader.readDoubles()
    let order = counts.count
    guard common.count == order * (order + 1) / 2, hasHadShare.count == order, latestShares.count <= order else {
      throw reader.mismatch("counts of \(order) factors and their pairs")
    }
    periodCount = try reader.readInt()
    presentCount = try reader.readInt()
    gapCount = try reader.readInt()
  }
}

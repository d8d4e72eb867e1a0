internal import LinAlg

/// Factors whose returns began after those of others, and the moments of the others as of then.
///
/// What they would have returned before is told by a regression on the others over the periods since: for complete
/// histories the closed form of R. F. Stambaugh, Analyzing investments whose histories differ in length, *Journal of
/// Financial Economics* 45, 1997, 285-331. It is made anew for each date, at a cost that does not depend on the number
/// of periods, since the moments before the beginning do nothing but age.
struct FactorBeginning: SavedState {
  /// The factors that had begun before, ascending.
  let older: [Int]
  /// The factors that began.
  let born: [Int]
  /// `Σ λ^age (f fᵀ + V)` of the older factors before the beginning, as of then.
  private let products: SymmetricMatrix
  /// The same with the autocovariances, in their weights; order 0 where there are none.
  private let laggedProducts: SymmetricMatrix
  /// `Σ λ^age` before the beginning, as of then.
  private let weight: Double
  /// `λ^age` of the beginning.
  private var scale = 1.0
  /// `Σ λ^age` since the beginning.
  private var weightSince = 0.0

  /// Keeps the moments of the periods so far.
  init(older: [Int], born: [Int], products: SymmetricMatrix, laggedProducts: SymmetricMatrix?, weight: Double) {
    self.older = older
    self.born = born
    self.products = products
    self.laggedProducts = laggedProducts ?? .zeros(order: 0)
    self.weight = weight
  }

  /// The weight of the periods before the beginning.
  var weightBefore: Double { scale * weight }

  /// Takes in that a period has passed.
  mutating func age(by decay: Double, isEmpty: Bool) {
    scale *= decay
    weightSince = decay * weightSince + (isEmpty ? 0 : 1)
  }

  /// How the factors that began depend on the older ones: `f_b = Bᵀ f_a + e`.
  struct Regression {
    /// `B`: for each factor that began its coefficients on the older ones; empty where it has too few returns.
    var coefficients: [[Double]]
    /// The covariance of `e`.
    var remainder: SymmetricMatrix
  }

  /// The regression over the periods since the beginning, in coordinates that no constraint ties together.
  ///
  /// A factor with fewer than two returns for each coordinate is left out: it gets its own variance alone.
  ///
  /// - Parameters:
  ///   - sums: `Σ λ^age (f fᵀ + V)` of all factors, with zeros before a factor's beginning.
  ///   - place: of a factor in `sums`.
  /// - Complexity: O(m³).
  func regression(
    _ sums: SymmetricMatrix, place: [Int], presence: FactorPresence, blocks: [FactorBlock]
  ) throws(LinAlgError) -> Regression {
    let since = Self.sum(sums, at: older.map { place[$0] }, -scale, products)
    var result = Regression(
      coefficients: born.map { _ in [] },
      remainder: SymmetricMatrix(order: born.count) {
        $0 == $1 && weightSince > 0 ? max(0, sums[place[born[$0]], place[born[$0]]]) / weightSince : 0
      })
    let coordinates = presence.coordinates(of: older, blocks: blocks)
    let count = coordinates.coordinates.count + born.count
    let long = born.indices.filter { !presence.isShort(born[$0], coordinateCount: count) }
    let kept = coordinates.coordinates.indices.filter {
      let factor = older[coordinates.coordinates[$0].factor]
      return presence.counts[factor] == presence.presentCount || !presence.isShort(factor, coordinateCount: count)
    }
    guard !long.isEmpty, !kept.isEmpty, weightSince > 0 else { return result }

    // A factor that began stands with the older one that its group's coordinates have.
    let partners = long.map { partner(of: born[$0], in: coordinates, blocks: blocks) }
    func withOlder(_ factor: Int) -> [Double] { older.map { sums[place[factor], place[$0]] } }
    let crosses = zip(long, partners).map { index, partner in
      var cross = withOlder(born[index])
      if let partner { for i in cross.indices { cross[i] += partner.sign * since[i, partner.place] } }
      return coordinates.applied(to: cross, of: kept)
    }
    var solved = Matrix(rowCount: kept.count, columnCount: long.count) { crosses[$1][$0] }
    try SemidefiniteSolver(consuming: coordinates.covariance(since, of: kept)).solve(&solved)
    for (column, index) in long.enumerated() {
      let ofKept = (0..<kept.count).map { solved[$0, column] }
      var coefficients = coordinates.spread(ofKept, of: kept, order: older.count)
      if let partner = partners[column] { coefficients[partner.place] -= partner.sign }
      result.coefficients[index] = coefficients
    }
    for (j, column) in long.enumerated() {
      for (i, row) in long.enumerated() where i >= j {
        let (left, right) = (born[row], born[column])
        var own = sums[place[left], place[right]]
        if let partner = partners[i] { own += partner.sign * sums[place[older[partner.place]], place[right]] }
        if let partner = partners[j] {
          own += partner.sign * sums[place[left], place[older[partner.place]]]
          if let other = partners[i] { own += partner.sign * other.sign * since[other.place, partner.place] }
        }
        var explained = 0.0
        for k in 0..<kept.count { explained += 0.5 * (solved[k, i] * crosses[j][k] + solved[k, j] * crosses[i][k]) }
        let value = (own - explained) / weightSince
        // A variance of rounding below zero is none.
        result.remainder[row, column] = row == column ? max(0, value) : value
      }
    }
    return result
  }

  /// The older factor that the return of a factor that began is taken with, by its place among the older ones.
  private func partner(
    of factor: Int, in coordinates: FactorCoordinates, blocks: [FactorBlock]
  ) -> (place: Int, sign: Double)? {
    guard case .group = blocks[factor] else { return nil }
    if let market = coordinates.market,
      coordinates.labelsOverMarket.contains(where: { blocks[older[$0]] == blocks[factor] })
    {
      return (market, 1)
    }
    let group = coordinates.relativeGroups.first { blocks[older[$0.reference]] == blocks[factor] }
    return group.map { ($0.reference, -1) }
  }

  /// Adds what the factors that began would have had before to sums that have zeros there.
  ///
  /// - Parameters:
  ///   - added: what earlier beginnings added.
  ///   - isLagged: whether the sums have autocovariances.
  /// - Complexity: O(m²) a factor.
  func extend(_ added: inout SymmetricMatrix, by regression: Regression, place: [Int], isLagged: Bool) {
    let frozen = isLagged && laggedProducts.order > 0 ? laggedProducts : products
    let long = born.indices.filter { !regression.coefficients[$0].isEmpty }
    if !long.isEmpty {
      let before = Self.sum(added, at: older.map { place[$0] }, scale, frozen)
      let crosses = long.map { before.multiplied(by: regression.coefficients[$0]) }
      for (j, column) in long.enumerated() {
        for i in older.indices { added[place[older[i]], place[born[column]]] += crosses[j][i] }
        for (i, row) in long.enumerated() where i >= j {
          var sum = 0.0
          for k in older.indices {
            sum +=
              0.5
              * (regression.coefficients[row][k] * crosses[j][k] + regression.coefficients[column][k] * crosses[i][k])
          }
          added[place[born[row]], place[born[column]]] += sum
        }
      }
    }
    for column in born.indices {
      for row in column..<born.count {
        added[place[born[row]], place[born[column]]] += weightBefore * regression.remainder[row, column]
      }
    }
  }

  /// `A + scale · B`, of some rows and columns of `A`, ascending.
  private static func sum(
    _ a: SymmetricMatrix, at places: [Int], _ scale: Double, _ b: SymmetricMatrix
  ) -> SymmetricMatrix {
    let (order, count) = (a.order, places.count)
    var result = b
    let (entries, place) = (a.storage.span, places.span)
    var target = result.storage.mutableSpan
    for column in 0..<count {
      let start = place[column] * order
      for row in column..<count {
        target[row + column * count] = entries[place[row] + start] + scale * target[row + column * count]
      }
    }
    return result
  }

  func save(to writer: inout StateWriter) {
    writer.write(older.map { Int32($0) })
    writer.write(born.map { Int32($0) })
    writer.write(products.storage)
    writer.write(laggedProducts.storage)
    writer.write(weight)
    writer.write(scale)
    writer.write(weightSince)
  }

  init(from reader: inout StateReader) throws(StateError) {
    older = try reader.readInt32s().map { Int($0) }
    born = try reader.readInt32s().map { Int($0) }
    let (entries, lagged) = (try reader.readDoubles(), try reader.readDoubles())
    let order = older.count
    guard entries.count == order * order, lagged.isEmpty || lagged.count == entries.count,
      (older + born).allSatisfy({ $0 >= 0 })
    else { throw reader.mismatch("\(order) × \(order) products") }
    products = SymmetricMatrix(order: order, lowerTriangleOf: entries)
    laggedProducts = SymmetricMatrix(order: lagged.isEmpty ? 0 : order, lowerTriangleOf: lagged)
    weight = try reader.readDouble()
    scale = try reader.readDouble()
    weightSince = try reader.readDouble()
  }
}

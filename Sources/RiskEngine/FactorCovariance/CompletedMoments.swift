internal import LinAlg

/// Exponentially weighted moments of factor returns that are completed once, in the period that they are of.
///
/// A return that is missing after its factor's first is filled in by its conditional mean, given the returns of the
/// period and the moments of the periods before, and the covariance of what is not known is added to the moments: a
/// step of expectation maximization that goes forward only (D. M. Titterington, Recursive parameter estimation using
/// incomplete data, *Journal of the Royal Statistical Society B* 46, 1984, 257-267). The past is never gone through
/// again, so that a period costs the same whatever came before, and its estimate uses what was known then. For data
/// whose law does not change it tends to the same covariance as the iteration over the whole history; without gaps both
/// are the same numbers. A factor with fewer than two returns for each coordinate has too few for a regression on the
/// others: it gets zeros with its own variance where it is missing.
///
/// What factors that began late would have had before is not filled in but told by `FactorBeginning`.
///
/// All sums are positive semidefinite, apart from the products of periods on both sides of a beginning, which the
/// factors that began lack.
struct CompletedMoments: SavedState {
  /// The products of returns, completed since each factor's first and zero before.
  private(set) var products: LaggedMoments
  /// The completed returns of this and the `L` periods before, the latest first.
  private var recent: [[Double]] = []
  private var beginnings: [FactorBeginning] = []

  /// Periods of less than this share of all weight are left out: what began before them has been there always.
  private static let leastWeight = 1e-14

  init(_ moment: FactorMoment) {
    products = LaggedMoments(moment)
  }

  /// Makes room for more factors, whose products so far are zero.
  mutating func grow(to order: Int) { products.grow(to: order) }

  // MARK: A period

  /// Takes in a period.
  ///
  /// - Parameters:
  ///   - returns: one a factor, NaN where there is none.
  ///   - presence: of the returns before the period, and of the shares including it.
  ///   - completes: whether gaps are filled in; zero without.
  ///   - lagWeights: `k_l`.
  /// - Complexity: O(m² L) without gaps, else O(m³) and that for each beginning.
  mutating func append(
    _ returns: [Double], presence: FactorPresence, blocks: [FactorBlock], completes: Bool, lagWeights: [Double]
  ) {
    let isEmpty = !returns.contains { !$0.isNaN }
    var values = returns
    var remainder: (factors: [Int], covariance: SymmetricMatrix)?
    if !isEmpty, completes {
      let born = returns.indices.filter { presence.counts[$0] == 0 && !returns[$0].isNaN }
      let missing = returns.indices.filter { presence.counts[$0] > 0 && returns[$0].isNaN }
      if !missing.isEmpty {
        let (fillings, covariance) = fill(missing, of: returns, presence: presence, blocks: blocks)
        for (factor, value) in zip(missing, fillings) { values[factor] = value }
        remainder = (missing, covariance)
      }
      if !born.isEmpty, products.weight > 0 {
        let older = presence.factors
        beginnings.append(
          FactorBeginning(
            older: older, born: born, products: products.sums(lagWeights: [1], of: older),
            laggedProducts: products.lags > 0 ? products.sums(lagWeights: lagWeights, of: older) : nil,
            weight: products.weight))
      }
    }
    for index in beginnings.indices { beginnings[index].age(by: products.decay, isEmpty: isEmpty) }
    if recent.count > products.lags { recent.removeLast() }
    recent.insert(values.map { $0.isNaN ? 0 : $0 }, at: 0)
    for index in recent.indices where recent[index].count < returns.count {
      recent[index] += Array(repeating: 0, count: returns.count - recent[index].count)
    }
    products.append(recent, isEmpty: isEmpty)
    if let remainder { products.add(remainder.covariance, of: remainder.factors) }
    let least = Self.leastWeight * products.weight
    if beginnings.contains(where: { $0.weightBefore < least }) { beginnings.removeAll { $0.weightBefore < least } }
  }

  /// The conditional means of missing returns, and the covariance of their errors.
  private func fill(
    _ missing: [Int], of returns: [Double], presence: FactorPresence, blocks: [FactorBlock]
  ) -> (values: [Double], errors: SymmetricMatrix) {
    let factors = presence.factors
    var place = [Int](repeating: -1, count: returns.count)
    for (index, factor) in factors.enumerated() { place[factor] = index }
    guard let model = try? covariance(presence: presence, blocks: blocks) else {
      // Squares have overflowed, and every estimate says so.
      return (missing.map { _ in 0 }, .zeros(order: missing.count))
    }
    let coordinates = presence.coordinates(of: factors, blocks: blocks, preferring: { !returns[$0].isNaN })
    let count = coordinates.coordinates.count
    let values = coordinates.values { returns[factors[$0]] }
    func isUsed(_ index: Int) -> Bool {
      let factor = factors[coordinates.coordinates[index].factor]
      return !values[index].isNaN && presence.counts[factor] == presence.presentCount
        || !presence.isShort(factor, coordinateCount: count)
    }
    let known = (0..<count).filter { !values[$0].isNaN && isUsed($0) }
    let unknown = (0..<count).filter { values[$0].isNaN && isUsed($0) }
    var means = [Double](repeating: 0, count: unknown.count)
    var errors = SymmetricMatrix.zeros(order: unknown.count)
    if !unknown.isEmpty {
      let both = coordinates.covariance(model, of: known + unknown)
      let start = known.count
      errors = SymmetricMatrix(order: unknown.count) { both[start + $0, start + $1] }
      let cross = Matrix(rowCount: known.count, columnCount: unknown.count) { both[$0, start + $1] }
      var loadings = cross
      let ofKnown = SymmetricMatrix(order: known.count) { both[$0, $1] }
      if !known.isEmpty, let solver = try? SemidefiniteSolver(consuming: ofKnown) {
        solver.solve(&loadings)
        means = loadings.view.transposed.multiplied(by: known.map { values[$0] })
        let explained = cross.view.transposed.multiplied(by: loadings.view)
        errors = SymmetricMatrix(order: unknown.count) {
          let value = errors[$0, $1] - 0.5 * (explained[$0, $1] + explained[$1, $0])
          return $0 == $1 ? max(0, value) : value
        }
      }
    }
    func completed(_ factor: Int) -> (coordinate: Int, value: Double)? {
      guard let index = coordinates.coordinateOfFactor[factor] else { return nil }
      if !values[index].isNaN { return isUsed(index) ? (index, values[index]) : nil }
      return unknown.firstIndex(of: index).map { (index, means[$0]) }
    }
    let fillings = FactorFilling.fillings(
      missing.map { place[$0] }, coordinates: coordinates,
      shares: factors.map { $0 < presence.latestShares.count ? max(0, presence.latestShares[$0]) : 0 },
      ownVariances: factors.indices.map { max(0, model[$0, $0]) }, present: { returns[factors[$0]] },
      completed: completed)
    let conditional = unknown.isEmpty ? nil : (series: unknown, covariance: errors)
    return (fillings.map(\.value), FactorFilling.covariance(of: fillings, conditional: conditional))
  }

  // MARK: Covariances

  /// `Γ₀` of the factors with a return, what began late completed; `presence` is of the periods so far.
  private func covariance(presence: FactorPresence, blocks: [FactorBlock]) throws(LinAlgError) -> SymmetricMatrix {
    try covariance(lagWeights: [1], presence: presence, blocks: blocks)
  }

  /// `Γ₀ + Σ k_l (Γ_l + Γ_lᵀ)` of the factors with a return, what began late completed.
  ///
  /// - Parameters:
  ///   - lagWeights: `k_l`; those of the periods before or 1 alone.
  ///   - presence: of the periods so far.
  /// - Throws: `notFinite` where squares overflow.
  /// - Complexity: O(m² L), and O(m³) for each beginning.
  func covariance(
    lagWeights: [Double], presence: FactorPresence, blocks: [FactorBlock]
  ) throws(LinAlgError) -> SymmetricMatrix {
    let factors = presence.factors
    guard products.weight > 0 else { return .zeros(order: factors.count) }
    var result = products.sums(lagWeights: lagWeights, of: factors)
    if !beginnings.isEmpty {
      let isLagged = lagWeights.count > 1
      let sums = isLagged ? products.sums(lagWeights: [1], of: factors) : result
      var place = [Int](repeating: -1, count: presence.counts.count)
      for (index, factor) in factors.enumerated() { place[factor] = index }
      var added = SymmetricMatrix.zeros(order: factors.count)
      for beginning in beginnings {
        let regression = try beginning.regression(sums, place: place, presence: presence, blocks: blocks)
        beginning.extend(&added, by: regression, place: place, isLagged: isLagged)
      }
      for i in result.storage.indices { result.storage[i] += added.storage[i] }
    }
    let scale = 1 / products.weight
    for i in result.storage.indices { result.storage[i] *= scale }
    return result
  }

  // MARK: Saved state

  func save(to writer: inout StateWriter) {
    products.save(to: &writer)
    writer.write(recent.count)
    for row in recent { writer.write(row) }
    writer.write(beginnings)
  }

  init(from reader: inout StateReader) throws(StateError) {
    products = try LaggedMoments(from: &reader)
    let order = products.order
    for _ in 0..<(try reader.readInt(in: 0..<products.lags + 2, "a number of recent periods")) {
      let row = try reader.readDoubles()
      guard row.count <= order else { throw reader.mismatch("returns of \(order) factors") }
      recent.append(row)
    }
    beginnings = try reader.readStates()
    guard beginnings.allSatisfy({ ($0.older + $0.born).allSatisfy { $0 < order } }) else {
      throw reader.mismatch("beginnings of \(order) factors")
    }
  }
}

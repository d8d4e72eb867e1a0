public import LinAlg

/// By how much the volatilities of eigenfactors have to be scaled for their biases to vanish.
///
/// The smallest eigenvalues of an estimated covariance are too small and their portfolios riskier than forecast. From
/// histories simulated with the covariance itself the same estimator is run, and the true variance of each estimated
/// eigenfactor compared with the estimated one (J. Menchero, J. Wang and D. J. Orr, Eigen-adjusted covariance matrices,
/// MSCI, 2011).
public struct EigenfactorScalings: Hashable, SavedState {
  /// What became of the simulation.
  public enum Outcome: Int, Hashable, Sendable {
    /// Simulated.
    case simulated = 0
    /// No eigenvalue is positive.
    case noVariance = 1
    /// The effective number of periods does not exceed the number of eigenfactors by more than one, so that the bias
    /// has no mean: all scalings are 1.
    case tooFewPeriods = 2
    /// Fewer than 3 eigenfactors are left for the parabola: scaled without it.
    case noParabola = 3
  }

  /// `γ(k)`: the scaling of each eigenfactor's volatility, in the order of ascending eigenvalues, zero ones left out.
  public let gamma: [Double]
  /// `v(k)`: the simulated volatility bias of each.
  public let bias: [Double]
  /// What became of the simulation.
  public let outcome: Outcome

  init(gamma: [Double], bias: [Double], outcome: Outcome) {
    self.gamma = gamma
    self.bias = bias
    self.outcome = outcome
  }

  /// An eigenvalue below this share of the largest is zero: a declared null direction.
  private static let leastEigenvalue = 1e-12
  /// Eigenvalues closer than this, relatively, are one, whose vectors are arbitrary.
  private static let clusterGap = 1e-6

  /// The positions of the eigenvalues that are not zero, ascending.
  private static func positive(_ eigen: SymmetricEigen) -> [Int] {
    let largest = eigen.values.last ?? 0
    return eigen.values.indices.filter { eigen.values[$0] > leastEigenvalue * largest && largest > 0 }
  }

  /// Simulates the biases of a covariance.
  ///
  /// - Parameters:
  ///   - covariance: `F⁰`, m × m, of one period.
  ///   - periodCount: the number of periods that it was estimated from.
  ///   - settings: the simulations, their seed and the size of the adjustment.
  ///   - correlation: how correlations are estimated from a simulated history: as from the one that was seen.
  ///   - variance: how variances are.
  ///   - draws: kept between calls; made anew where another number of periods or factors asks for it.
  ///   - workers: the number of workers; the same bits for any.
  /// - Throws: `notFinite`, `didNotConverge`.
  /// - Complexity: O(M m³) for M simulations, and what the draws take.
  public init(
    _ covariance: SymmetricMatrix, periodCount: Int, settings: EigenfactorSettings, correlation: FactorMoment,
    variance: FactorMoment, draws: inout EigenfactorDraws?, workers: Int = 1
  ) throws(LinAlgError) {
    let eigen = try SymmetricEigen(consuming: covariance)
    let kept = Self.positive(eigen)
    let rank = kept.count
    let key = EigenfactorDraws.Key(
      settings: settings, correlation: correlation, variance: variance,
      periodCount: EigenfactorDraws.length(settings, correlation: correlation, count: periodCount),
      order: covariance.order)
    let neutral = [Double](repeating: 1, count: rank)
    guard rank > 0 else {
      self.init(gamma: [], bias: [], outcome: .noVariance)
      return
    }
    guard EigenfactorDraws.effectiveCount(key) > Double(rank + 1), key.periodCount > rank + 1 else {
      self.init(gamma: neutral, bias: neutral, outcome: .tooFewPeriods)
      return
    }
    let simulated: EigenfactorDraws
    if let draws, draws.key == key { simulated = draws } else { simulated = EigenfactorDraws(key, workers: workers) }
    draws = simulated
    let ratios = try Self.ratios(covariance, eigen: eigen, kept: kept, draws: simulated, workers: workers)
    var bias = ratios.map { $0.squareRoot() }
    Self.average(&bias, inClustersOf: kept.map { eigen.values[$0] })
    guard case .scaled(let amplification) = settings.mode else {
      self.init(gamma: bias, bias: bias, outcome: .simulated)
      return
    }
    let fitted = Self.parabola(bias)
    self.init(
      gamma: (fitted ?? bias).map { amplification * ($0 - 1) + 1 }, bias: bias,
      outcome: fitted == nil ? .noParabola : .simulated)
  }

  /// The mean over simulations of `D̃_s(k) / D_s(k)`: the true over the estimated variance of eigenfactor `k`.
  private static func ratios(
    _ covariance: SymmetricMatrix, eigen: SymmetricEigen, kept: [Int], draws: EigenfactorDraws, workers: Int
  ) throws(LinAlgError) -> [Double] {
    BLASThreads.count = 1
    let (order, rank) = (covariance.order, kept.count)
    // Series 0 is the largest eigenfactor, so that draws stay with their eigenfactor when others join.
    let root = Matrix(rowCount: order, columnCount: rank) {
      let position = kept[rank - 1 - $1]
      return eigen.vectors[$0, position] * eigen.values[position].squareRoot()
    }
    let truth = covariance.full
    let results = concurrentMap(
      count: draws.ofCorrelation.count, workers: workers,
      workspace: { SimulationWorkspace(order: order, rank: rank) }
    ) { simulation, workspace in
      workspace.ratios(simulation, draws: draws, root: root, truth: truth)
    }
    var sums = [Double](repeating: 0, count: rank)
    for result in results {
      for (k, ratio) in try result.get().enumerated() { sums[k] += ratio }
    }
    return sums.map { $0 / Double(results.count) }
  }

  /// Gives eigenvalues that cannot be told apart their mean bias.
  private static func average(_ bias: inout [Double], inClustersOf values: [Double]) {
    var start = 0
    while start < values.count {
      var end = start + 1
      while end < values.count, values[end] - values[end - 1] < clusterGap * values[end] { end += 1 }
      if end - start > 1 {
        let mean = bias[start..<end].reduce(0, +) / Double(end - start)
        for k in start..<end { bias[k] = mean }
      }
      start = end
    }
  }

  /// The parabola in `k = 1…r` fitted to all but the first fifth, at every `k`; `nil` for fewer than 3 points.
  static func parabola(_ bias: [Double]) -> [Double]? {
    let skipped = (bias.count + 4) / 5
    let points = Array(skipped..<bias.count)
    guard points.count >= 3 else { return nil }
    // In u from −1 to 1 over the points, for the sake of the condition; the curve is the same.
    let middle = 0.5 * Double(skipped + bias.count - 1)
    let half = 0.5 * Double(points.count - 1)
    func u(_ k: Int) -> Double { (Double(k) - middle) / half }
    let design = Matrix(rowCount: points.count, columnCount: 3) { row, power in
      let x = u(points[row])
      return power == 0 ? 1 : (power == 1 ? x : x * x)
    }
    var right = design.view.transposed.multiplied(by: points.map { bias[$0] })
    guard let cholesky = try? Cholesky(consuming: SymmetricMatrix(gramOf: design)) else { return nil }
    cholesky.solve(&right)
    return bias.indices.map { right[0] + u($0) * (right[1] + u($0) * right[2]) }
  }

  /// `U diag(γ² D) Uᵀ`.
  ///
  /// Scalings belong to eigenfactors counted from the largest; where there are more eigenfactors than scalings, the
  /// smallest take the last scaling.
  ///
  /// - Throws: `notFinite`, `didNotConverge`.
  /// - Complexity: O(m³).
  public func applied(to covariance: SymmetricMatrix) throws(LinAlgError) -> SymmetricMatrix {
    guard !gamma.isEmpty, gamma.contains(where: { $0 != 1 }) else { return covariance }
    let eigen = try SymmetricEigen(consuming: covariance)
    var values = eigen.values.map { max(0, $0) }
    for (rank, position) in Self.positive(eigen).reversed().enumerated() {
      let scaling = gamma[max(0, gamma.count - 1 - rank)]
      values[position] *= scaling * scaling
    }
    // All values are at least 0: a Gram matrix takes half of the flops.
    var root = eigen.vectors
    for (column, value) in values.enumerated() {
      let factor = value.squareRoot()
      for row in column * root.rowCount..<(column + 1) * root.rowCount { root.storage[row] *= factor }
    }
    return SymmetricMatrix(gramOf: root.view.transposed)
  }

  /// Writes the scalings.
  public func save(to writer: inout StateWriter) {
    writer.write(gamma)
    writer.write(bias)
    writer.write(outcome.rawValue)
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    gamma = try reader.readDoubles()
    bias = try reader.readDoubles()
    guard gamma.count == bias.count, let outcome = Outcome(rawValue: try reader.readInt()) else {
      throw reader.mismatch("scalings of eigenfactors")
    }
    self.outcome = outcome
  }
}

/// Scratch of a worker that runs the estimator on simulated histories.
private struct SimulationWorkspace: ~Copyable {
  private let order: Int
  private let rank: Int
  private var eigen: SymmetricEigenWorkspace
  private var gram: Matrix
  private var product: Matrix
  private var estimate: Matrix
  private var truthProduct: Matrix

  init(order: Int, rank: Int) {
    self.order = order
    self.rank = rank
    eigen = SymmetricEigenWorkspace(order: order)
    gram = .zeros(rowCount: rank, columnCount: rank)
    product = .zeros(rowCount: order, columnCount: rank)
    estimate = .zeros(rowCount: order, columnCount: order)
    truthProduct = estimate
  }

  /// `D̃_s(k) / D_s(k)` of the eigenfactors that are not zero, ascending.
  mutating func ratios(
    _ simulation: Int, draws: EigenfactorDraws, root: Matrix, truth: Matrix
  ) -> Result<[Double], LinAlgError> {
    Self.multiply(draws.ofCorrelation[simulation], draws.order, root, gram: &gram, product: &product)
    Self.complete(&estimate, product, root)
    if !draws.ofVariance.isEmpty {
      Self.multiply(draws.ofVariance[simulation], draws.order, root, gram: &gram, product: &product)
      Self.rescale(&estimate, variancesOf: product, root)
    }
    do throws(LinAlgError) {
      let found = try SymmetricEigen(
        consuming: SymmetricMatrix(order: order, lowerTriangleOf: estimate.storage), workspace: &eigen)
      truthProduct.addProduct(truth.view, found.vectors.view, keeping: 0)
      return .success(Self.ratios(found, truthProduct, rank: rank))
    } catch {
      return .failure(error)
    }
  }

  /// `L₀ G`.
  private static func multiply(
    _ packed: [Double], _ packedOrder: Int, _ root: Matrix, gram: inout Matrix, product: inout Matrix
  ) {
    EigenfactorDraws.unpack(packed, order: packedOrder, into: &gram)
    product.addProduct(root.view, gram.view, keeping: 0)
  }

  /// `L₀ G L₀ᵀ`.
  private static func complete(_ estimate: inout Matrix, _ product: Matrix, _ root: Matrix) {
    estimate.addProduct(product.view, root.view.transposed, keeping: 0)
  }

  private static func ratios(_ found: SymmetricEigen, _ truthProduct: Matrix, rank: Int) -> [Double] {
    let order = found.order
    let vectors = found.vectors.storage.span
    let products = truthProduct.storage.span
    return (order - rank..<order).map { k in
      var sum = 0.0
      for row in k * order..<(k + 1) * order { sum += vectors[row] * products[row] }
      return sum / found.values[k]
    }
  }

  /// Gives the estimate the variances of the other half-life: the diagonal of `product · rootᵀ`.
  private static func rescale(_ estimate: inout Matrix, variancesOf product: Matrix, _ root: Matrix) {
    let order = root.rowCount
    var variances = [Double](repeating: 0, count: order)
    let (left, right) = (product.storage.span, root.storage.span)
    for column in 0..<root.columnCount {
      for row in 0..<order { variances[row] += left[row + column * order] * right[row + column * order] }
    }
    var entries = estimate.storage.mutableSpan
    for row in 0..<order {
      let own = entries[row * (order + 1)]
      variances[row] = own > 0 ? (variances[row] / own).squareRoot() : 0
    }
    for column in 0..<order {
      for row in 0..<order { entries[row + column * order] *= variances[row] * variances[column] }
    }
  }
}

internal import LinAlg

/// Pairs of assets whose correlation is above its adaptive threshold, out of all pairs.
///
/// `τ_ij = C √(θ_ij ln n / n_eff,ij)`, with `r`, `θ` and `n_eff` of `PairCorrelation` (Cai and Liu, 2011; for idio
/// returns Fan, Liao and Mincheva, J. R. Stat. Soc. B 75, 2013, 603–680) and `n` the assets that take part.
///
/// With `S = Σ ω u_i u_j`, `Q = Σ ω u_i² u_j²`, `W = Σ ω` and `W₂ = Σ ω²` over the common periods and `κ = C² ln n`,
/// `|r| > τ` is `S² (W / (κ W₂) + 1 / W) > Q`: the variances cancel. Products of tiles in single precision give `S` and
/// `Q`; where two tiles miss few periods, bounds on `W` and `W₂` that follow from each asset's own do, elsewhere they
/// are products too. All errors of rounding are allowed for, so no pair is missed; what passes is computed in double
/// precision, and that alone decides. So neither tiles nor rounding nor workers can be told from the result.
struct CorrelationScreen: Sendable {
  /// An asset that takes part.
  struct Asset: Sendable {
    /// Its place in the history.
    var place: Int
    /// `Σ ω` over its periods.
    var weight: Double
    /// `Σ ω²` over its periods.
    var squaredWeight: Double
    /// `√(Σ ω u² / Σ ω)`, positive.
    var rootMeanSquare: Double
  }

  /// The assets of a tile: products of two tiles of 504 periods fit into the second level cache.
  static let tileWidth = 256
  /// The factor by which the bound of two tiles may be above that of full histories, before products take its place.
  ///
  /// At 1.5 the multiplier is in effect a fifth smaller, which lets few more pairs pass.
  static let looseness = 1.5

  let history: CorrelationHistory
  let settings: IdioCorrelationSettings
  /// The assets that take part, those of most weight first: so histories with gaps meet in few tiles.
  private(set) var assets: [Asset] = []
  /// The assets with too few observations.
  private(set) var shortCount = 0
  /// The other assets whose returns are all zero.
  private(set) var constantCount = 0

  /// Finds which assets of a history take part.
  ///
  /// - Complexity: O(periods × assets).
  init(_ history: CorrelationHistory, _ settings: IdioCorrelationSettings) {
    self.history = history
    self.settings = settings
    for place in 0..<history.assetCount {
      var count = 0
      var weight = 0.0
      var squaredWeight = 0.0
      var squares = 0.0
      let returns = history.returns(of: place)
      for t in returns.indices {
        let value = Double(returns[t])
        guard value == value else { continue }
        let w = history.weights[t]
        count += 1
        weight += w
        squaredWeight += w * w
        squares += w * value * value
      }
      if count < settings.minimumObservations {
        shortCount += 1
      } else if squares == 0 {
        constantCount += 1
      } else {
        assets.append(
          Asset(
            place: place, weight: weight, squaredWeight: squaredWeight,
            rootMeanSquare: (squares / weight).squareRoot()))
      }
    }
    assets.sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.place < $1.place }
  }

  /// The logarithm of the number of assets that take part.
  var logarithmOfCount: Double { PortableMath.log(Double(assets.count)) }

  /// The pairs above their thresholds, ascending by places.
  ///
  /// - Parameter isLeftOut: whether a pair of places is not looked at.
  /// - Complexity: 2 assets² × periods flops in single precision, up to twice that where many returns are missing, and
  ///   O(periods) for each pair that passes.
  func pairs(workers: Int, isLeftOut: @Sendable (Int, Int) -> Bool) -> [CorrelatedPair] {
    guard assets.count > 1, settings.multiplier.isFinite else { return [] }
    let tileCount = (assets.count + Self.tileWidth - 1) / Self.tileWidth
    let tiles = concurrentMap(count: tileCount, workers: workers) { index in
      ScreeningTile(history, assets[index * Self.tileWidth..<min((index + 1) * Self.tileWidth, assets.count)])
    }
    var couples = [(rows: Int, columns: Int)]()
    for columns in 0..<tileCount {
      for rows in 0...columns { couples.append((rows, columns)) }
    }
    let found = concurrentMap(count: couples.count, workers: workers, workspace: Products.init) {
      [couples] index, products in
      let couple = couples[index]
      var pairs = [CorrelatedPair]()
      candidates(tiles[couple.rows], tiles[couple.columns], isSame: couple.rows == couple.columns, &products) { i, j in
        let first = min(i, j)
        let second = max(i, j)
        if !isLeftOut(first, second), let pair = pair(first, second) { pairs.append(pair) }
      }
      return pairs
    }
    return found.joined().sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }

  /// Two places as a pair, if it is above its threshold.
  private func pair(_ first: Int, _ second: Int) -> CorrelatedPair? {
    let found = PairCorrelation(
      history.returns(of: first), history.returns(of: second), weights: history.weights.span)
    guard found.commonCount >= settings.minimumObservations, found.correlation != 0 else { return nil }
    let unit = (found.productVariance * logarithmOfCount / found.effectiveCount).squareRoot()
    let critical = abs(found.correlation) / unit
    guard critical > settings.multiplier else { return nil }
    return CorrelatedPair(
      first: first, second: second, correlation: found.correlation, criticalMultiplier: critical)
  }

  // MARK: Single precision

  /// Scratch for the products of two tiles.
  private struct Products {
    var sums: [Float] = []
    var squares: [Float] = []
    var weights: [Float] = []
    var squaredWeights: [Float] = []
  }

  /// Calls `body` with the places of each pair of two tiles that may be above its threshold.
  private func candidates(
    _ rows: ScreeningTile, _ columns: ScreeningTile, isSame: Bool, _ products: inout Products,
    _ body: (Int, Int) -> Void
  ) {
    let inner = history.periodCount
    let rowCount = rows.places.count
    let columnCount = columns.places.count
    func multiply(_ left: [Float], _ right: [Float], into product: inout [Float]) {
      if product.count != rowCount * columnCount { product = Array(repeating: 0, count: rowCount * columnCount) }
      var entries = product.mutableSpan
      BLAS.sgemm(
        transposed: left.span, right.span, inner: inner, &entries, rowCount: rowCount, columnCount: columnCount)
    }
    multiply(rows.values, columns.values, into: &products.sums)
    multiply(rows.squares, columns.squares, into: &products.squares)
    // Each product is of two rounded numbers and rounded itself, and their sum has a rounding a period; by Cauchy and
    // Schwarz the sum of magnitudes is below the root of the product of the assets' own weights.
    let rounding = Float(inner + 8) * 0x1p-24
    let slack = rounding * Float((rows.weightRange.upperBound * columns.weightRange.upperBound).squareRoot())
    let least = 1 - 2 * rounding
    let kappa = settings.multiplier * settings.multiplier * logarithmOfCount
    if let bound = bound(rows, columns, kappa) {
      let bound = Float(bound) * (1 + 0x1p-16)
      let sums = products.sums.span
      let squares = products.squares.span
      for column in 0..<columnCount {
        for row in 0..<(isSame ? column : rowCount) {
          let sum = abs(sums[row + column * rowCount]) + slack
          guard sum * sum * bound >= squares[row + column * rowCount] * least else { continue }
          body(rows.places[row], columns.places[column])
        }
      }
      return
    }
    multiply(rows.rootWeights, columns.rootWeights, into: &products.weights)
    multiply(rows.weights, columns.weights, into: &products.squaredWeights)
    let reciprocal = Float(1 / kappa)
    let spread = 1 + 8 * rounding
    let sums = products.sums.span
    let squares = products.squares.span
    let weights = products.weights.span
    let squaredWeights = products.squaredWeights.span
    for column in 0..<columnCount {
      for row in 0..<(isSame ? column : rowCount) {
        let entry = row + column * rowCount
        let weight = weights[entry]
        guard weight > 0 else { continue }
        let sum = abs(sums[entry]) + slack
        let bound = (reciprocal * weight / squaredWeights[entry] + 1 / weight) * spread
        guard sum * sum * bound >= squares[entry] * least else { continue }
        body(rows.places[row], columns.places[column])
      }
    }
  }

  /// A number that `W / (κ W₂) + 1 / W` of no pair of two tiles exceeds, or `nil` where none is at hand that is any good.
  ///
  /// Two assets miss in common what either misses, at most the sum of what each does.
  func bound(_ rows: ScreeningTile, _ columns: ScreeningTile, _ kappa: Double) -> Double? {
    let all = history.weights.reduce(0, +)
    let allSquares = history.weights.reduce(0) { $0 + $1 * $1 }
    let leastWeight = rows.weightRange.lowerBound + columns.weightRange.lowerBound - all
    let leastSquares = rows.leastSquaredWeight + columns.leastSquaredWeight - allSquares
    guard leastWeight > 0, leastSquares > 0 else { return nil }
    let largestWeight = min(rows.weightRange.upperBound, columns.weightRange.upperBound)
    let bound = largestWeight / (kappa * leastSquares) + 1 / leastWeight
    return bound <= Self.looseness * (all / (kappa * allSquares) + 1 / all) ? bound : nil
  }
}

internal import LinAlg

/// What one period tells of idio variances and the factor covariance, given those before it.
struct RandomFactorPeriod: Sendable {
  var assets: [Int32]
  /// `(r − bᵀf̂)²` of each row.
  var squares: [Double]
  /// `bᵀM b` of each row.
  var spreads: [Double]
  /// Whether each row takes part in the likelihood.
  var isRegressed: [Bool]
  /// `f̂ f̂ᵀ + M`.
  var moments: Matrix
  /// The logarithm of the likelihood.
  var logLikelihood: Double
  /// Why the period was left out, or `nil`.
  var skipped: IdioVarianceEstimate.SkippedPeriod?
}

/// Takes the expectation of factor returns given returns, period by period.
///
/// Not copyable, so two workers cannot share one by accident.
struct RandomFactorSolver: ~Copyable {
  private let regression: CrossSectionalRegression
  private let schema: PanelSchema
  private let labelRanks: [[Int32]]
  private let axis: RandomFactorAxis
  /// `L` with `F = L Lᵀ`.
  private let root: Matrix
  private var design = PeriodDesign()
  private var entries: [(position: Int, value: Double)] = []

  /// Makes scratch.
  init(
    regression: CrossSectionalRegression, schema: PanelSchema, labelRanks: [[Int32]], axis: RandomFactorAxis,
    root: Matrix
  ) {
    self.regression = regression
    self.schema = schema
    self.labelRanks = labelRanks
    self.axis = axis
    self.root = root
  }

  /// The expectation of one period.
  ///
  /// `M = L (I + LᵀA L)⁻¹ Lᵀ`, which needs no inverse of `F`.
  mutating func expect(
    _ crossSection: CrossSection, variances: [Double], isRare: [Bool]
  ) -> RandomFactorPeriod {
    let rows = crossSection.rowCount
    let weights = crossSection.assets.map { isRare[Int($0)] ? 0 : 1 / variances[Int($0)] }
    let failure = design.prepare(
      crossSection, regression: regression, schema: schema, labelRanks: labelRanks, externalWeights: weights)
    if let failure {
      return skipped(crossSection, .failed(.failed(failure)))
    }
    let needed = 2 * design.factorCount
    guard design.regressedCount >= needed else {
      return skipped(crossSection, .tooFewAssets(found: design.regressedCount, needed: needed))
    }
    let order = axis.count
    let loadings = crossSection.loadings.inDoublePrecision
    var matrix = Matrix.zeros(rowCount: order, columnCount: order)
    var rightHandSide = [Double](repeating: 0, count: order)
    var square = 0.0
    var logarithms = 0.0
    for row in 0..<rows where design.isRegressed[row] {
      axis.write(row, of: crossSection, loadings: loadings.span, into: &entries)
      let weight = design.weights[row]
      let r = crossSection.returns[row]
      square += weight * r * r
      logarithms -= PortableMath.log(weight)
      for a in entries {
        rightHandSide[a.position] += weight * a.value * r
        for b in entries { matrix.storage[a.position + b.position * order] += weight * a.value * b.value }
      }
    }
    let inner = root.transposed.multiplied(by: matrix.multiplied(by: root))
    let system = SymmetricMatrix(order: order) { inner[$0, $1] + ($0 == $1 ? 1 : 0) }
    guard let cholesky = try? Cholesky(consuming: system) else {
      preconditionFailure("I + LᵀA L of order \(order) is not positive definite")
    }
    var whitened = root.transposed
    cholesky.forwardSolve(&whitened)
    let spread = whitened.transposed.multiplied(by: whitened)
    let expected = spread.multiplied(by: rightHandSide)
    var explained = 0.0
    for index in 0..<order { explained += rightHandSide[index] * expected[index] }
    var squares = [Double](repeating: 0, count: rows)
    var spreads = squares
    for row in 0..<rows {
      axis.write(row, of: crossSection, loadings: loadings.span, into: &entries)
      var e = crossSection.returns[row]
      var form = 0.0
      for a in entries {
        e -= a.value * expected[a.position]
        for b in entries { form += a.value * b.value * spread.storage[a.position + b.position * order] }
      }
      squares[row] = e * e
      spreads[row] = form
    }
    var moments = spread
    for column in 0..<order {
      for row in 0..<order { moments.storage[row + column * order] += expected[row] * expected[column] }
    }
    // ln 2π
    let constant = 1.837_877_066_409_345_5 * Double(design.regressedCount)
    return RandomFactorPeriod(
      assets: crossSection.assets, squares: squares, spreads: spreads, isRegressed: design.isRegressed,
      moments: moments,
      logLikelihood: -0.5 * (constant + logarithms + cholesky.logDeterminant + square - explained), skipped: nil)
  }

  private func skipped(
    _ crossSection: CrossSection, _ reason: IdioVarianceEstimate.SkippedPeriod.Reason
  ) -> RandomFactorPeriod {
    RandomFactorPeriod(
      assets: [], squares: [], spreads: [], isRegressed: [], moments: .zeros(rowCount: 0, columnCount: 0),
      logLikelihood: 0, skipped: .init(date: crossSection.date, reason: reason))
  }
}

/// Sums of what periods tell, taken in date order.
struct RandomFactorSums: Sendable {
  private var moments: Matrix
  /// Over periods in which an asset takes part in the likelihood: `Σ ((r − bᵀf̂)² + bᵀM b)` and their number.
  private var inside: [(sum: Double, count: Double)]
  /// Over other periods: `Σ (r − bᵀf̂)²`, their number, and `Σ bᵀM b`.
  private var outside: [(sum: Double, count: Double, spread: Double)]
  /// The logarithm of the likelihood.
  private(set) var logLikelihood = 0.0
  /// The number of periods.
  private(set) var periodCount = 0
  /// The periods left out.
  private(set) var skippedPeriods: [IdioVarianceEstimate.SkippedPeriod] = []

  /// Makes sums over no periods.
  init(order: Int, assetCount: Int) {
    moments = .zeros(rowCount: order, columnCount: order)
    inside = Array(repeating: (0, 0), count: assetCount)
    outside = Array(repeating: (0, 0, 0), count: assetCount)
  }

  /// Adds a period.
  mutating func add(_ period: RandomFactorPeriod) {
    if let skipped = period.skipped {
      skippedPeriods.append(skipped)
      return
    }
    for index in moments.storage.indices { moments.storage[index] += period.moments.storage[index] }
    for row in period.assets.indices {
      let asset = Int(period.assets[row])
      if period.isRegressed[row] {
        inside[asset].sum += period.squares[row] + period.spreads[row]
        inside[asset].count += 1
      } else {
        outside[asset].sum += period.squares[row]
        outside[asset].count += 1
        outside[asset].spread += period.spreads[row]
      }
    }
    logLikelihood += period.logLikelihood
    periodCount += 1
  }

  /// `F`.
  var factorCovariance: SymmetricMatrix {
    let count = Double(periodCount)
    return SymmetricMatrix(order: moments.rowCount) { 0.5 * (moments[$0, $1] + moments[$1, $0]) / count }
  }

  /// `v` of each asset, from the periods inside the universe where there are any; `nan` of rare assets.
  func variances(isRare: [Bool]) -> [Double] {
    inside.indices.map { asset in
      if isRare[asset] { return .nan }
      if inside[asset].count > 0 { return inside[asset].sum / inside[asset].count }
      guard outside[asset].count > 0 else { return .nan }
      // `E e² = v + bᵀM b`.
      let variance = (outside[asset].sum - outside[asset].spread) / outside[asset].count
      return max(variance, 0.01 * outside[asset].sum / outside[asset].count)
    }
  }
}

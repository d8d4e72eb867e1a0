internal import LinAlg

/// Sample covariances of simulated histories of independent standard normal series: `G_s = N_sᵀ Θ K Θ N_s` with Θ the
/// roots of the weights and K the Bartlett matrix of the lags.
///
/// They do not depend on any covariance: `L₀ G_s L₀ᵀ` is what the estimator makes of a history with covariance
/// `L₀ L₀ᵀ`. So they are made once for a number of periods and factors and serve every date. Draw `a` of series `k` in
/// simulation `s` is the same number whatever the length and the number of series; the latest period is draw 0.
public struct EigenfactorDraws: Sendable {
  /// What the draws are for.
  struct Key: Hashable, Sendable {
    var settings: EigenfactorSettings
    var correlation: FactorMoment
    var variance: FactorMoment
    var periodCount: Int
    var order: Int
  }

  /// The numbers of the streams of random numbers; those of synthetic markets are below 100.
  private enum Stream {
    static let history: UInt32 = 200
    static let chiSquare: UInt32 = 201
  }

  let key: Key
  /// The lower triangle of `G_s` in the weights and lags of the correlations, packed by columns, for each simulation.
  let ofCorrelation: [[Double]]
  /// The same in those of the variances; empty where they are the same.
  let ofVariance: [[Double]]

  /// The number of series.
  public var order: Int { key.order }
  /// The number of periods of a history.
  public var periodCount: Int { key.periodCount }

  /// The length of a simulated history for `count` periods: at most five half-lives, a multiple of the step, at least
  /// one.
  static func length(_ settings: EigenfactorSettings, correlation: FactorMoment, count: Int) -> Int {
    let longest = correlation.halfLife.isFinite ? 5 * correlation.halfLife : Double(count)
    let length = Int(min(Double(count), longest))
    return max(settings.lengthStep, length / settings.lengthStep * settings.lengthStep)
  }

  /// The effective number of independent periods of the correlations' estimate: that of the weights, less for lags.
  static func effectiveCount(_ key: Key) -> Double {
    let lags = Double(key.correlation.lags)
    return key.correlation.effectiveCount(of: key.periodCount) / (1 + lags * (2 * lags + 1) / (3 * (lags + 1)))
  }

  /// Simulates the histories.
  ///
  /// - Complexity: O(M T m²) for M simulations, in parallel; 8 M m² bytes.
  init(_ key: Key, workers: Int) {
    self.key = key
    BLASThreads.count = 1
    let isOne = key.correlation == key.variance
    if key.settings.form == .wishart {
      let degrees = Self.effectiveCount(key)
      ofCorrelation = concurrentMap(count: key.settings.simulations, workers: workers) {
        Self.wishart($0, key: key, degreesOfFreedom: degrees)
      }
      ofVariance = []
      return
    }
    let roots = [key.correlation, key.variance].map { moment in
      let weights = ExponentialWeights.window(count: key.periodCount, halfLife: moment.halfLife)
      let total = weights.reduce(0, +)
      // Draw 0 is the latest.
      return weights.reversed().map { ($0 / total).squareRoot() }
    }
    let both = concurrentMap(
      count: key.settings.simulations, workers: workers, workspace: { HistoryWorkspace(key) }
    ) { simulation, workspace in
      workspace.draw(UInt32(simulation), stream: RandomStream(seed: key.settings.seed, stream: Stream.history))
      return [
        workspace.covariance(roots: roots[0], lags: key.correlation.lags),
        isOne ? [] : workspace.covariance(roots: roots[1], lags: key.variance.lags),
      ]
    }
    ofCorrelation = both.map { $0[0] }
    ofVariance = isOne ? [] : both.map { $0[1] }
  }

  /// Scratch of a worker.
  private struct HistoryWorkspace: ~Copyable {
    let periodCount: Int
    let order: Int
    var column: [Double]
    /// The draws, period by series.
    var draws: Matrix
    var scaled: [Double]
    var sums: [Int: Matrix] = [:]

    init(_ key: Key) {
      periodCount = key.periodCount
      order = key.order
      column = Array(repeating: 0, count: periodCount)
      scaled = column
      draws = .zeros(rowCount: periodCount, columnCount: order)
    }

    mutating func draw(_ simulation: UInt32, stream: RandomStream) {
      for series in 0..<order {
        stream.fillNormals(&column, id: UInt32(series), date: simulation)
        draws.storage.replaceSubrange(series * periodCount..<(series + 1) * periodCount, with: column)
      }
    }

    /// The packed lower triangle of the Bartlett estimate of the weighted draws.
    mutating func covariance(roots: [Double], lags: Int) -> [Double] {
      let rowCount = periodCount + lags
      var sums = self.sums.removeValue(forKey: rowCount) ?? .zeros(rowCount: rowCount, columnCount: order)
      for i in sums.storage.indices { sums.storage[i] = 0 }
      for series in 0..<order {
        Self.scale(draws, column: series, by: roots, into: &scaled)
        NeweyWest.addMovingSums(of: scaled.span, lags: lags, to: &sums, column: series)
      }
      var gram = SymmetricMatrix.zeros(order: order)
      gram.addGram(of: sums.view, scale: 1 / Double(lags + 1), keeping: 0)
      self.sums[rowCount] = sums
      return EigenfactorDraws.packed(gram)
    }

    private static func scale(_ draws: Matrix, column: Int, by roots: [Double], into scaled: inout [Double]) {
      let source = draws.storage.span
      let factors = roots.span
      let start = column * draws.rowCount
      var target = scaled.mutableSpan
      for row in factors.indices { target[row] = factors[row] * source[start + row] }
    }
  }

  /// `A Aᵀ / ν` with Bartlett's factor: `A_kk² ~ χ²(ν − k)` counted from 0, normal numbers below the diagonal.
  private static func wishart(_ simulation: Int, key: Key, degreesOfFreedom: Double) -> [Double] {
    let normals = RandomStream(seed: key.settings.seed, stream: Stream.history)
    let uniforms = RandomStream(seed: key.settings.seed, stream: Stream.chiSquare)
    var factor = Matrix.zeros(rowCount: key.order, columnCount: key.order)
    for row in 0..<key.order {
      var values = [Double](repeating: 0, count: row)
      normals.fillNormals(&values, id: UInt32(row), date: UInt32(simulation))
      for column in 0..<row { factor[row, column] = values[column] }
      let law = ChiSquareDistribution(degreesOfFreedom: max(1, degreesOfFreedom - Double(row)))
      let uniform = uniforms.uniform(draw: 0, id: UInt32(row), date: UInt32(simulation))
      factor[row, row] = law.quantile(uniform).squareRoot()
    }
    var gram = SymmetricMatrix.zeros(order: key.order)
    gram.addGram(of: factor.view.transposed, scale: 1 / degreesOfFreedom, keeping: 0)
    return packed(gram)
  }

  private static func packed(_ matrix: SymmetricMatrix) -> [Double] {
    var packed = [Double]()
    packed.reserveCapacity(matrix.order * (matrix.order + 1) / 2)
    for column in 0..<matrix.order {
      for row in column..<matrix.order { packed.append(matrix.storage[row + column * matrix.order]) }
    }
    return packed
  }

  /// Writes out the leading square of a packed lower triangle, both halves.
  static func unpack(_ packed: [Double], order: Int, into matrix: inout Matrix) {
    let count = matrix.rowCount
    let source = packed.span
    var target = matrix.storage.mutableSpan
    var start = 0
    for column in 0..<count {
      for row in column..<count {
        let value = source[start + row - column]
        target[row + column * count] = value
        target[column + row * count] = value
      }
      start += order - column
    }
  }
}

public import LinAlg

/// The covariance of normal series with mean zero of which some values are missing at random: the maximum of the
/// weighted likelihood of what is observed.
///
/// For the observed `O` and missing `M` of a period `β = F_MO F_OO⁻¹`, `x_M = β x_O` and `V = F_MM − β F_OM`; then
/// `F = Σ ω (x xᵀ + V)`, and again. The likelihood never falls. Periods with the same observed series share their work:
/// an iteration costs matrix products for each such pattern, whatever the number of periods.
///
/// Source: A. P. Dempster, N. M. Laird and D. B. Rubin, Maximum likelihood from incomplete data via the EM algorithm,
/// *Journal of the Royal Statistical Society B* 39, 1977, 1-38.
public struct ExpectationMaximization: Sendable {
  /// `F`, d × d, positive semidefinite, in squared units of the series.
  public private(set) var covariance: SymmetricMatrix
  /// The number of iterations.
  public private(set) var iterationCount = 0
  /// Whether the relative change of the likelihood fell below the tolerance.
  public private(set) var isConverged = false
  /// The weighted log-likelihood before each iteration, without its constant.
  public private(set) var logLikelihoods: [Double] = []
  /// The series completed by their conditional means, T × d; NaN in periods where nothing is observed.
  public private(set) var completed: Matrix
  /// For each period its pattern; `nil` where nothing is observed or the weight is 0.
  private let patternOfPeriod: [Int?]
  private var patterns: [Pattern]

  /// The periods that observe the same series.
  private struct Pattern {
    var observed: [Int]
    var missing: [Int]
    var periods: [Int] = []
    /// `Σ ω`.
    var weight = 0.0
    /// `Σ ω x_O x_Oᵀ`.
    var products = SymmetricMatrix.zeros(order: 0)
    /// `βᵀ`, observed × missing.
    var loadings = Matrix.zeros(rowCount: 0, columnCount: 0)
    /// `V`, missing × missing.
    var remainder = SymmetricMatrix.zeros(order: 0)
  }

  /// Completes series and estimates their covariance.
  ///
  /// - Parameters:
  ///   - series: T periods × d series, NaN where missing.
  ///   - weights: one a period, not negative; scaled to sum 1 over the periods in which something is observed.
  ///   - start: where the iteration begins; where none is given, the closed form if the histories are nested, else the
  ///     variances of what is observed.
  ///   - tolerance: the relative change of the log-likelihood at which it ends.
  ///   - maximumIterations: at most so many.
  /// - Throws: `notFinite` for a series that is infinite.
  /// - Complexity: O(T d²) and for each iteration O(d³) a pattern.
  public init(
    _ series: Matrix, weights: [Double], start: SymmetricMatrix? = nil, tolerance: Double = 1e-9,
    maximumIterations: Int = 500
  ) throws(LinAlgError) {
    precondition(weights.count == series.rowCount, "\(weights.count) weights for \(series.rowCount) periods")
    completed = series
    (patterns, patternOfPeriod) = Self.patterns(of: series, weights: weights)
    let total = patterns.reduce(0) { $0 + $1.weight }
    for index in patterns.indices { patterns[index].weight /= total }
    if let start {
      covariance = start
    } else if let monotone = try MonotoneHistory(series, weights: weights), monotone.shortSeries.isEmpty {
      covariance = monotone.covariance
    } else {
      covariance = Self.variances(series, weights: weights)
    }
    for iteration in 1...max(1, maximumIterations) {
      iterationCount = iteration
      let likelihood = try step()
      defer { logLikelihoods.append(likelihood) }
      guard let before = logLikelihoods.last else { continue }
      if abs(likelihood - before) < tolerance * max(1, abs(before)) {
        isConverged = true
        break
      }
    }
    try complete()
  }

  /// `V` of a period: the conditional covariance of its missing series, and which series these are.
  ///
  /// - Returns: `nil` where nothing is observed.
  public func conditionalCovariance(ofPeriod period: Int) -> (series: [Int], covariance: SymmetricMatrix)? {
    patternOfPeriod[period].map { (patterns[$0].missing, patterns[$0].remainder) }
  }

  /// The observed log-likelihood of the current covariance; the covariance becomes that of the next iteration.
  private mutating func step() throws(LinAlgError) -> Double {
    var next = SymmetricMatrix.zeros(order: covariance.order)
    var likelihood = 0.0
    for index in patterns.indices {
      likelihood += try expect(index)
      let pattern = patterns[index]
      for (j, column) in pattern.observed.enumerated() {
        for (i, row) in pattern.observed.enumerated() where i >= j { next[row, column] += pattern.products[i, j] }
      }
      guard !pattern.missing.isEmpty else { continue }
      // S β and βᵀ S β.
      let cross = pattern.products.full.multiplied(by: pattern.loadings)
      let own = pattern.loadings.view.transposed.multiplied(by: cross.view)
      for (j, column) in pattern.missing.enumerated() {
        for (i, row) in pattern.observed.enumerated() { next[row, column] += cross[i, j] }
        for (i, row) in pattern.missing.enumerated() where i >= j {
          next[row, column] += 0.5 * (own[i, j] + own[j, i]) + pattern.weight * pattern.remainder[i, j]
        }
      }
    }
    covariance = next
    return likelihood
  }

  /// Sets `β` and `V` of a pattern from the covariance.
  ///
  /// - Returns: its part of the log-likelihood.
  private mutating func expect(_ index: Int) throws(LinAlgError) -> Double {
    let observed = patterns[index].observed
    let missing = patterns[index].missing
    let covariance = covariance
    let ofObserved = SymmetricMatrix(order: observed.count) { covariance[observed[$0], observed[$1]] }
    let solver = try SemidefiniteSolver(consuming: ofObserved)
    var quotient = patterns[index].products.full
    solver.solve(&quotient)
    var trace = 0.0
    for i in 0..<observed.count { trace += quotient[i, i] }
    let cross = Matrix(rowCount: observed.count, columnCount: missing.count) { covariance[observed[$0], missing[$1]] }
    var loadings = cross
    if !missing.isEmpty { solver.solve(&loadings) }
    let explained = cross.view.transposed.multiplied(by: loadings.view)
    patterns[index].remainder = SymmetricMatrix(order: missing.count) {
      let value = covariance[missing[$0], missing[$1]] - 0.5 * (explained[$0, $1] + explained[$1, $0])
      // A variance of rounding below zero is none.
      return $0 == $1 ? max(0, value) : value
    }
    patterns[index].loadings = loadings
    return -0.5 * (patterns[index].weight * solver.logDeterminant + trace)
  }

  /// Fills in conditional means.
  private mutating func complete() throws(LinAlgError) {
    for index in patterns.indices where !patterns[index].missing.isEmpty {
      _ = try expect(index)
      let pattern = patterns[index]
      for period in pattern.periods {
        for (j, column) in pattern.missing.enumerated() {
          var sum = 0.0
          for (i, row) in pattern.observed.enumerated() { sum += pattern.loadings[i, j] * completed[period, row] }
          completed[period, column] = sum
        }
      }
    }
  }

  private static func patterns(of series: Matrix, weights: [Double]) -> ([Pattern], [Int?]) {
    var patterns = [Pattern]()
    var places = [[Bool]: Int]()
    var ofPeriod = [Int?](repeating: nil, count: series.rowCount)
    for period in 0..<series.rowCount where weights[period] > 0 {
      let isObserved = (0..<series.columnCount).map { !series[period, $0].isNaN }
      guard isObserved.contains(true) else { continue }
      let place = places[isObserved] ?? patterns.count
      if place == patterns.count {
        places[isObserved] = place
        patterns.append(
          Pattern(
            observed: isObserved.indices.filter { isObserved[$0] },
            missing: isObserved.indices.filter { !isObserved[$0] }))
      }
      patterns[place].periods.append(period)
      patterns[place].weight += weights[period]
      ofPeriod[period] = place
    }
    let total = patterns.reduce(0) { $0 + $1.weight }
    for index in patterns.indices {
      let (periods, observed) = (patterns[index].periods, patterns[index].observed)
      patterns[index].products = SymmetricMatrix(
        gramOf: Matrix(rowCount: periods.count, columnCount: observed.count) {
          (weights[periods[$0]] / total).squareRoot() * series[periods[$0], observed[$1]]
        })
    }
    return (patterns, ofPeriod)
  }

  /// The weighted mean square of each series over the periods that have it.
  private static func variances(_ series: Matrix, weights: [Double]) -> SymmetricMatrix {
    var result = SymmetricMatrix.zeros(order: series.columnCount)
    for column in 0..<series.columnCount {
      var (sum, weight) = (0.0, 0.0)
      for period in 0..<series.rowCount where !series[period, column].isNaN {
        sum += weights[period] * series[period, column] * series[period, column]
        weight += weights[period]
      }
      if weight > 0 { result[column, column] = sum / weight }
    }
    return result
  }
}

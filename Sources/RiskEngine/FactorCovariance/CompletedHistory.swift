internal import LinAlg

/// Factor returns without gaps: what is missing by expectation maximization, in the weights of one half-life.
///
/// Only what is missing is filled in; periods without any factor return stay out. A factor with fewer than two returns
/// for each coordinate has too few for a regression on the others, whose likelihood would grow without bound: it gets
/// zeros with its own variance where it is missing.
struct CompletedHistory {
  /// T periods × m factors; zeros in periods without any factor return.
  let series: Matrix
  /// ω, with sum 1; 0 in periods without any factor return.
  let weights: [Double]
  /// `Σ ω V`: the conditional covariance of what was filled in.
  let remainder: SymmetricMatrix
  /// The number of iterations; 0 where nothing was missing.
  let iterationCount: Int
  /// Whether the iteration converged.
  let isConverged: Bool
  /// The number of factors with too few returns to be regressed on the others.
  let shortCount: Int

  /// Completes some factors of a history.
  ///
  /// - Complexity: that of the iteration, and O(T m).
  init(
    _ history: FactorHistory, factors: [Int], blocks: [FactorBlock], moment: FactorMoment
  ) throws(LinAlgError) {
    weights = history.weights(moment)
    var series = Matrix(rowCount: history.count, columnCount: factors.count) { period, column in
      history.isPresent[period] ? history.value(period, factors[column]) : 0
    }
    guard !history.isComplete(factors) else {
      self.series = series
      remainder = .zeros(order: factors.count)
      (iterationCount, isConverged, shortCount) = (0, true, 0)
      return
    }
    let coordinates = FactorCoordinates(
      blocks: blocks, counts: factors.map { history.counts[$0] },
      isConstrained: { group in
        (0..<history.count).contains { period in
          factors.indices.contains { blocks[$0] == .group(group) && history.share(period, factors[$0]) > 0 }
        }
      })
    let count = coordinates.coordinates.count
    var data = Matrix.zeros(rowCount: history.count, columnCount: count)
    var observedCounts = [Int](repeating: 0, count: count)
    for period in 0..<history.count where history.isPresent[period] {
      for (index, value) in coordinates.values({ [series] in series[period, $0] }).enumerated() {
        data[period, index] = value
        if !value.isNaN { observedCounts[index] += 1 }
      }
    }
    let isShort = observedCounts.map { $0 < history.presentCount && $0 < 2 * count }
    let kept = (0..<count).filter { !isShort[$0] }
    shortCount = count - kept.count
    var place = [Int?](repeating: nil, count: count)
    for (index, coordinate) in kept.enumerated() { place[coordinate] = index }
    let used = Matrix(rowCount: history.count, columnCount: kept.count) { data[$0, kept[$1]] }
    let estimate = try ExpectationMaximization(used, weights: weights)
    iterationCount = estimate.iterationCount
    isConverged = estimate.isConverged

    let raw = series
    let ownVariances = factors.indices.map { [weights] in Self.variance(ofColumn: $0, raw, weights) }
    var remainder = SymmetricMatrix.zeros(order: factors.count)
    var latestShares = [Double](repeating: 0, count: factors.count)
    for period in 0..<history.count where history.isPresent[period] {
      let shares = factors.map { history.share(period, $0) }
      if shares.contains(where: { $0 > 0 }) { latestShares = shares }
      let missing = factors.indices.filter { series[period, $0].isNaN }
      guard !missing.isEmpty else { continue }
      func completed(_ factor: Int) -> (coordinate: Int, value: Double)? {
        guard let coordinate = coordinates.coordinateOfFactor[factor], let index = place[coordinate] else { return nil }
        let value = estimate.completed[period, index]
        return value.isNaN ? nil : (index, value)
      }
      let fillings = FactorFilling.fillings(
        missing, coordinates: coordinates, shares: latestShares, ownVariances: ownVariances,
        present: { raw[period, $0] }, completed: completed)
      for (factor, filling) in zip(missing, fillings) { series[period, factor] = filling.value }
      let errors = FactorFilling.covariance(
        of: fillings, conditional: estimate.conditionalCovariance(ofPeriod: period))
      for (j, column) in missing.enumerated() {
        for (i, row) in missing.enumerated() where i >= j { remainder[row, column] += weights[period] * errors[i, j] }
      }
    }
    self.series = series
    self.remainder = remainder
  }

  /// The weighted mean square of the returns that a factor has.
  private static func variance(ofColumn column: Int, _ series: Matrix, _ weights: [Double]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for period in weights.indices where weights[period] > 0 && !series[period, column].isNaN {
      sum += weights[period] * series[period, column] * series[period, column]
      total += weights[period]
    }
    return total > 0 ? sum / total : 0
  }
}

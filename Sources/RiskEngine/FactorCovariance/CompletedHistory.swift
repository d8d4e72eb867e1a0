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

  /// What a missing factor return is made of.
  private struct Filling {
    var value: Double
    var terms: [(coordinate: Int, coefficient: Double)]
    var ownVariance: Double

    func scaled(by scale: Double) -> Self {
      Self(
        value: scale * value, terms: terms.map { ($0.coordinate, scale * $0.coefficient) },
        ownVariance: scale * scale * ownVariance)
    }
  }

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
      let fillings = Self.fillings(
        missing, coordinates: coordinates, shares: latestShares, ownVariances: ownVariances,
        present: { raw[period, $0] }, completed: completed)
      for (factor, filling) in zip(missing, fillings) { series[period, factor] = filling.value }
      let conditional = estimate.conditionalCovariance(ofPeriod: period)
      Self.add(conditional, of: fillings, missing: missing, weight: weights[period], to: &remainder)
    }
    self.series = series
    self.remainder = remainder
  }

  /// What each missing return of a period becomes.
  private static func fillings(
    _ missing: [Int], coordinates: FactorCoordinates, shares: [Double], ownVariances: [Double],
    present: (Int) -> Double, completed: (Int) -> (coordinate: Int, value: Double)?
  ) -> [Filling] {
    // The share-weighted mean of the completed coordinates of some labels.
    func mean(_ labels: [Int]) -> Filling? {
      var filling = Filling(value: 0, terms: [], ownVariance: 0)
      var total = 0.0
      for label in labels where shares[label] > 0 && completed(label) != nil { total += shares[label] }
      guard total > 0 else { return nil }
      for label in labels where shares[label] > 0 {
        guard let found = completed(label) else { continue }
        filling.value += shares[label] / total * found.value
        filling.terms.append((found.coordinate, shares[label] / total))
      }
      return filling
    }
    var market = Filling(value: 0, terms: [], ownVariance: 0)
    if let factor = coordinates.market {
      let value = present(factor)
      if value.isNaN {
        market = mean(coordinates.labelsOverMarket) ?? Filling(value: 0, terms: [], ownVariance: ownVariances[factor])
      } else {
        market.value = value
      }
    }
    return missing.map { factor in
      if factor == coordinates.market { return market }
      let group = coordinates.relativeGroups.first { $0.labels.contains(factor) }
      // Relative coordinates are moved so that the shares of the period sum to zero.
      let subtracted: Filling?
      if let group {
        let references = group.labels.filter { $0 != group.reference }
        let share = group.labels.reduce(0) { $0 + shares[$1] }
        let scale = share > 0 ? references.reduce(0) { $0 + shares[$1] } / share : 0
        subtracted = mean(references).map { $0.scaled(by: scale) }
        if factor == group.reference {
          return subtracted?.scaled(by: -1) ?? Filling(value: 0, terms: [], ownVariance: ownVariances[factor])
        }
      } else {
        subtracted = coordinates.labelsOverMarket.contains(factor) ? market : nil
      }
      guard let found = completed(factor) else {
        return Filling(value: 0, terms: [], ownVariance: ownVariances[factor])
      }
      var filling = Filling(value: found.value, terms: [(found.coordinate, 1)], ownVariance: 0)
      if let subtracted {
        filling.value -= subtracted.value
        filling.terms += subtracted.scaled(by: -1).terms
      }
      return filling
    }
  }

  /// Adds `ω R V Rᵀ` of a period.
  private static func add(
    _ conditional: (series: [Int], covariance: SymmetricMatrix)?, of fillings: [Filling], missing: [Int],
    weight: Double, to remainder: inout SymmetricMatrix
  ) {
    let places = conditional.map { found in
      Dictionary(uniqueKeysWithValues: found.series.enumerated().map { ($1, $0) })
    }
    for (j, column) in missing.enumerated() {
      remainder[column, column] += weight * fillings[j].ownVariance
      guard let conditional, let places else { continue }
      for (i, row) in missing.enumerated() where i >= j {
        var sum = 0.0
        for left in fillings[i].terms {
          guard let a = places[left.coordinate] else { continue }
          for right in fillings[j].terms {
            guard let b = places[right.coordinate] else { continue }
            sum += left.coefficient * right.coefficient * conditional.covariance[a, b]
          }
        }
        remainder[row, column] += weight * sum
      }
    }
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

internal import LinAlg

/// The correlations of the assets of one connected component, and how they are made positive definite.
struct ComponentRepair: Sendable {
  /// The number of assets.
  let order: Int
  /// The pairs, by places from 0 to `order`.
  let pairs: [CorrelatedPair]
  let settings: IdioCorrelationSettings

  /// What comes out: components of places, with their correlations.
  struct Result: Sendable {
    var places: [Int]
    var correlation: SymmetricMatrix
    var unrepairedEigenvalue: Double
    var shrinkage = 0.0
    var multiplier: Double
  }

  /// The correlations with every eigenvalue at least `minimumEigenvalue`, as one component, or as several where a raised
  /// threshold has divided it.
  ///
  /// Shrinkage `R ← (1 − α) R + α I` with `α = (ε − λ_min) / (1 − λ_min)` gives the least eigenvalue `ε` exactly. A raised
  /// threshold is found by bisection; eigenvalues need not grow with it, so what is found is one that is large enough
  /// beside one that is not, not the least of all.
  ///
  /// - Complexity: about 4 order³ / 3 flops; some 25 times that to raise the threshold.
  func repaired() -> [Result] {
    let matrix = correlation(at: settings.multiplier)
    let least = Self.leastEigenvalue(matrix)
    if least >= settings.minimumEigenvalue {
      return [
        Result(
          places: Array(0..<order), correlation: matrix, unrepairedEigenvalue: least, multiplier: settings.multiplier)
      ]
    }
    if settings.repair == .raiseThreshold, let multiplier = raisedMultiplier() {
      return divided(at: multiplier, unrepairedEigenvalue: least)
    }
    let shrinkage = (settings.minimumEigenvalue - least) / (1 - least)
    let shrunk = SymmetricMatrix(order: order) { $0 == $1 ? 1 : (1 - shrinkage) * matrix[$0, $1] }
    return [
      Result(
        places: Array(0..<order), correlation: shrunk, unrepairedEigenvalue: least, shrinkage: shrinkage,
        multiplier: settings.multiplier)
    ]
  }

  /// The correlations at a multiplier of the threshold.
  private func correlation(at multiplier: Double) -> SymmetricMatrix {
    var matrix = SymmetricMatrix.identity(order: order)
    for pair in pairs { matrix[pair.second, pair.first] = pair.correlation(at: multiplier, settings.thresholding) }
    return matrix
  }

  /// A multiplier at which every eigenvalue is large enough, or `nil` where pairs that no threshold removes prevent it.
  private func raisedMultiplier() -> Double? {
    func isSufficient(_ multiplier: Double) -> Bool {
      Self.leastEigenvalue(correlation(at: multiplier)) >= settings.minimumEigenvalue
    }
    var insufficient = settings.multiplier
    let criticals = pairs.compactMap(\.criticalMultiplier).filter(\.isFinite)
    guard var sufficient = criticals.max(), isSufficient(sufficient) else { return nil }
    while sufficient - insufficient > 1e-6 * sufficient {
      let middle = insufficient + (sufficient - insufficient) / 2
      if isSufficient(middle) { sufficient = middle } else { insufficient = middle }
    }
    return sufficient
  }

  /// The components that are left at a multiplier.
  private func divided(at multiplier: Double, unrepairedEigenvalue: Double) -> [Result] {
    let matrix = correlation(at: multiplier)
    let kept = pairs.filter { $0.isKept(at: multiplier) }
    return ConnectedComponents.joined(count: order, by: kept).map { places in
      Result(
        places: places,
        correlation: SymmetricMatrix(order: places.count) { matrix[places[$0], places[$1]] },
        unrepairedEigenvalue: unrepairedEigenvalue, multiplier: multiplier)
    }
  }

  /// The least eigenvalue of a correlation matrix; where LAPACK's iteration does not converge, a bound below it.
  static func leastEigenvalue(_ matrix: SymmetricMatrix) -> Double {
    if matrix.order == 2 { return 1 - abs(matrix[1, 0]) }
    if let values = try? matrix.eigenvalues() { return values[0] }
    // Gershgorin: no eigenvalue is further from 1 than the largest sum of magnitudes off the diagonal.
    var largest = 0.0
    for row in 0..<matrix.order {
      var sum = 0.0
      for column in 0..<matrix.order where column != row { sum += abs(matrix[row, column]) }
      largest = max(largest, sum)
    }
    return 1 - largest
  }
}

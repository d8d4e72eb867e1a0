internal import LinAlg

/// A Newey-West estimate in which each pair of factors is averaged over the periods that have both.
///
/// May be indefinite.
enum AvailableCases {
  /// `Γ₀ + Σ k_l (Γ_l + Γ_lᵀ)`; a pair without common periods has a covariance of zero.
  ///
  /// An autocovariance is the mean over its own pairs of periods, times the weight that such pairs would have if nothing
  /// were missing, so that complete data give the ordinary estimate.
  ///
  /// - Complexity: O(T m² L).
  static func covariance(
    _ history: FactorHistory, factors: [Int], moment: FactorMoment, lagWeights: [Double]
  ) -> SymmetricMatrix {
    let weights = history.weights(moment)
    let root = ExponentialWeights.decay(halfLife: moment.halfLife).squareRoot()
    let count = history.count
    func matrix(_ value: (Double) -> Double) -> Matrix {
      Matrix(rowCount: count, columnCount: factors.count) { value(history.value($0, factors[$1])) }
    }
    func weighted(_ matrix: Matrix) -> Matrix {
      Matrix(rowCount: count, columnCount: factors.count) { weights[$0] * matrix[$0, $1] }
    }
    let values = matrix { $0.isNaN ? 0 : $0 }
    let masks = matrix { $0.isNaN ? 0 : 1 }
    let (weightedValues, weightedMasks) = (weighted(values), weighted(masks))
    var result = Matrix.zeros(rowCount: factors.count, columnCount: factors.count)
    var power = 1.0
    for (lag, lagWeight) in lagWeights.enumerated() where lag < count {
      defer { power *= root }
      let (later, earlier) = (lag..<count, 0..<count - lag)
      let sums = weightedValues.view.rows(later).transposed.multiplied(by: values.view.rows(earlier))
      let totals = weightedMasks.view.rows(later).transposed.multiplied(by: masks.view.rows(earlier))
      let all = later.reduce(0) { $0 + (history.isPresent[$1 - lag] ? weights[$1] : 0) }
      // Half at lag 0, since it is added to its transpose.
      let scale = lag == 0 ? 0.5 : lagWeight * power * all
      for i in sums.storage.indices where totals.storage[i] > 0 {
        result.storage[i] += scale * sums.storage[i] / totals.storage[i]
      }
    }
    return SymmetricMatrix(order: factors.count) { result[$0, $1] + result[$1, $0] }
  }
}

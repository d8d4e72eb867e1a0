public import LinAlg

/// Linear shrinkage of a sample covariance towards a simple one, with the intensity that the data ask for.
///
/// `Σ = (1 − ρ) S + ρ T`. Means are not taken out. With equal weights the formulas are the published ones; weights that
/// decay are the direct generalization, in which `1/T Σ` becomes `Σ ω` and `T` the effective number of periods.
public struct LedoitWolf: Sendable {
  /// The shrunk covariance, p × p, in squared units of the series.
  public let covariance: SymmetricMatrix
  /// `ρ`, between 0 and 1.
  public let intensity: Double

  /// Towards the identity times the mean variance.
  ///
  /// Source: O. Ledoit and M. Wolf, A well-conditioned estimator for large-dimensional covariance matrices, *Journal of
  /// Multivariate Analysis* 88, 2004, 365-411. The trace is kept.
  ///
  /// - Parameters:
  ///   - series: T periods × p series, all finite.
  ///   - weights: one a period, not negative, scaled to sum 1; `nil` for equal ones.
  /// - Complexity: O(T p²).
  public static func identity(_ series: Matrix, weights: [Double]? = nil) -> LedoitWolf {
    let sample = Sample(series, weights)
    let order = Double(sample.order)
    let mean = sample.order > 0 ? sample.covariance.trace / order : 0
    let norm = sample.covariance.frobeniusNorm
    // ‖S − μI‖² = ‖S‖² − p μ², summed entry by entry since the two nearly agree where there is little to shrink.
    var distance = 0.0
    for column in 0..<sample.order {
      for row in column..<sample.order {
        let entry = sample.covariance[row, column] - (row == column ? mean : 0)
        distance += (row == column ? 1 : 2) * entry * entry
      }
    }
    distance /= max(1, order)
    let products = series.multiplied(by: sample.covariance.full)
    var error = 0.0
    for row in sample.weights.indices {
      var squares = 0.0
      var form = 0.0
      for column in 0..<sample.order {
        squares += series[row, column] * series[row, column]
        form += series[row, column] * products[row, column]
      }
      error += sample.weights[row] * sample.weights[row] * (squares * squares - 2 * form + norm * norm)
    }
    error = max(0, error / max(1, order))
    let intensity = distance > 0 ? min(error, distance) / distance : 1
    let covariance = SymmetricMatrix(order: sample.order) {
      (1 - intensity) * sample.covariance[$0, $1] + ($0 == $1 ? intensity * mean : 0)
    }
    return LedoitWolf(covariance: covariance, intensity: intensity)
  }

  /// Towards equal correlations, variances kept.
  ///
  /// Source: O. Ledoit and M. Wolf, Honey, I shrunk the sample covariance matrix, *Journal of Portfolio Management* 30
  /// (4), 2004, 110-119.
  ///
  /// - Parameters:
  ///   - series: T periods × p series, all finite.
  ///   - weights: one a period, not negative, scaled to sum 1; `nil` for equal ones.
  /// - Complexity: O(T p²).
  public static func constantCorrelation(_ series: Matrix, weights: [Double]? = nil) -> LedoitWolf {
    let sample = Sample(series, weights)
    let order = sample.order
    let s = sample.covariance
    let deviations = (0..<order).map { s[$0, $0].squareRoot() }
    var correlationSum = 0.0
    for column in 0..<order {
      for row in column + 1..<max(order, column + 1) {
        let scale = deviations[row] * deviations[column]
        correlationSum += scale > 0 ? s[row, column] / scale : 0
      }
    }
    let mean = order > 1 ? correlationSum / (0.5 * Double(order * (order - 1))) : 0
    let target = SymmetricMatrix(order: order) { $0 == $1 ? s[$0, $0] : mean * deviations[$0] * deviations[$1] }
    // π_ij = Σ ω x_i² x_j² − s_ij² and θ_ii,ij = Σ ω x_i³ x_j − s_ii s_ij: two Gram matrices.
    let rooted = NeweyWest.rooted(series, weights: sample.weights)
    var squares = rooted
    var cubes = rooted
    for index in series.storage.indices {
      squares.storage[index] *= series.storage[index]
      cubes.storage[index] *= series.storage[index] * series.storage[index]
    }
    let fourth = SymmetricMatrix(gramOf: squares)
    let third = cubes.view.transposed.multiplied(by: rooted.view)
    var (spread, covarying, distance) = (0.0, 0.0, 0.0)
    for i in 0..<order {
      for j in 0..<order {
        let variance = fourth[i, j] - s[i, j] * s[i, j]
        spread += variance
        let entry = target[i, j] - s[i, j]
        distance += entry * entry
        if i == j {
          covarying += variance
        } else if deviations[i] > 0, deviations[j] > 0 {
          let ofI = third[i, j] - s[i, i] * s[i, j]
          let ofJ = third[j, i] - s[j, j] * s[i, j]
          covarying += 0.5 * mean * (deviations[j] / deviations[i] * ofI + deviations[i] / deviations[j] * ofJ)
        }
      }
    }
    let effective = NeweyWest.effectiveCount(weights: sample.weights)
    let intensity =
      distance > 0 && effective > 0 ? min(1, max(0, (spread - covarying) / (distance * effective))) : 1
    let covariance = SymmetricMatrix(order: order) {
      intensity * target[$0, $1] + (1 - intensity) * s[$0, $1]
    }
    return LedoitWolf(covariance: covariance, intensity: intensity)
  }

  /// `S` and its weights.
  private struct Sample {
    let order: Int
    let weights: [Double]
    let covariance: SymmetricMatrix

    init(_ series: Matrix, _ weights: [Double]?) {
      order = series.columnCount
      let raw = weights ?? Array(repeating: 1, count: series.rowCount)
      let total = raw.reduce(0, +)
      self.weights = total > 0 ? raw.map { $0 / total } : raw
      covariance = SymmetricMatrix(gramOf: NeweyWest.rooted(series, weights: self.weights))
    }
  }
}

import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Random factor returns, and covariances by plain loops.
enum FactorSeries {
  /// Independent standard normal numbers, periods × series.
  static func normals(periods: Int, series: Int, seed: UInt64) -> Matrix {
    let stream = RandomStream(seed: seed, stream: 900)
    return Matrix(rowCount: periods, columnCount: series) {
      stream.normal(draw: 0, id: UInt32($1), date: UInt32($0))
    }
  }

  /// A positive definite matrix whose eigenvalues spread over about two orders of magnitude.
  static func covariance(order: Int, seed: UInt64) -> SymmetricMatrix {
    let normals = normals(periods: order + 3, series: order, seed: seed)
    let scaled = Matrix(rowCount: order + 3, columnCount: order) { normals[$0, $1] * (0.005 + 0.02 * Double($1 % 4)) }
    return SymmetricMatrix(gramOf: scaled)
  }

  /// Normal factor returns with a covariance.
  static func returns(periods: Int, covariance: SymmetricMatrix, seed: UInt64) throws -> Matrix {
    let root = try Cholesky(consuming: covariance)
    let factor = Matrix(rowCount: covariance.order, columnCount: covariance.order) { root[$0, $1] }
    return normals(periods: periods, series: covariance.order, seed: seed).view.multiplied(by: factor.view.transposed)
  }

  /// Weights of a half-life with sum 1, the oldest first, by repeated halving.
  static func weights(_ count: Int, halfLife: Double) -> [Double] {
    let weights = (0..<count).map { PortableMath.exp(-PortableMath.log(2) * Double(count - 1 - $0) / halfLife) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// `Σ_t Σ_u √(ω_t ω_u) k(|t − u|) x_t x_uᵀ`, entry by entry.
  static func neweyWest(_ series: Matrix, weights: [Double], lagWeights: [Double]) -> SymmetricMatrix {
    SymmetricMatrix(order: series.columnCount) { i, j in
      var sum = 0.0
      for t in 0..<series.rowCount {
        for u in 0..<series.rowCount where abs(t - u) < lagWeights.count {
          sum += (weights[t] * weights[u]).squareRoot() * lagWeights[abs(t - u)] * series[t, i] * series[u, j]
        }
      }
      return sum
    }
  }

  /// The largest difference of two matrices relative to the roots of the variances.
  static func difference(_ a: SymmetricMatrix, _ b: SymmetricMatrix) -> Double {
    guard a.order == b.order else { return .infinity }
    var largest = 0.0
    for j in 0..<a.order {
      for i in j..<a.order {
        let scale = max(abs(b[i, i]), 1e-300).squareRoot() * max(abs(b[j, j]), 1e-300).squareRoot()
        let difference = abs(a[i, j] - b[i, j]) / scale
        if !(difference <= largest) { largest = difference }
      }
    }
    return largest
  }

  /// `Q A Qᵀ` for a random rotation.
  static func rotation(order: Int, seed: UInt64) throws -> Matrix {
    try SymmetricEigen(consuming: covariance(order: order, seed: seed)).vectors
  }

  /// `M A Mᵀ`.
  static func transformed(_ a: SymmetricMatrix, by m: Matrix) -> SymmetricMatrix {
    let product = m.multiplied(by: a.full).view.multiplied(by: m.view.transposed)
    return SymmetricMatrix(order: product.rowCount) { 0.5 * (product[$0, $1] + product[$1, $0]) }
  }

  /// Settings of plain exponential weighting: no lags, noise removal, adjustments or blending.
  static func plain(halfLife: Double, lags: Int = 0) -> FactorCovarianceSettings {
    var settings = FactorCovarianceSettings(profile: .monthly)
    settings.variance = FactorMoment(halfLife: halfLife, lags: lags)
    settings.correlation = settings.variance
    settings.eigenfactor = nil
    settings.regime = nil
    settings.horizon = 1
    settings.minimumVarianceCount = 1
    settings.minimumCorrelationCount = 1
    return settings
  }

  /// An estimator that has taken in all periods of a matrix; NaN is missing.
  static func estimator(
    _ settings: FactorCovarianceSettings, _ series: Matrix, blocks: [FactorBlock]? = nil, shares: [Double] = [],
    noise: SymmetricMatrix? = nil
  ) throws -> FactorCovarianceEstimator {
    var estimator = try FactorCovarianceEstimator(settings: settings)
    estimator.addFactors(blocks ?? Array(repeating: .style, count: series.columnCount))
    for period in 0..<series.rowCount {
      estimator.append((0..<series.columnCount).map { series[period, $0] }, shares: shares, noise: noise)
    }
    return estimator
  }
}

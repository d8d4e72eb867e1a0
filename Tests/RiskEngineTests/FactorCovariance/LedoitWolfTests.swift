import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Linear shrinkage.
@Suite struct LedoitWolfTests {
  /// Sums of fourth powers over some dozen periods.
  static let tolerance = 1e-12

  /// scikit-learn's `ledoit_wolf`, means not taken out.
  @Test func identityAgreesWithScikitLearn() throws {
    let input = try CSVTable(contentsOf: ReferenceData.url("ledoit_wolf_series.csv"))
    let output = try CSVTable(contentsOf: ReferenceData.url("ledoit_wolf.csv"))
    let columns = input.header.map { input.numbers($0) }
    let series = Matrix(rowCount: input.rows.count, columnCount: columns.count) { columns[$1][$0] }
    let expected = output.header.map { output.numbers($0) }
    let found = LedoitWolf.identity(series)
    #expect(relativeDifference(found.intensity, expected[0][columns.count]) < Self.tolerance)
    let covariance = SymmetricMatrix(order: columns.count) { expected[$1][$0] }
    #expect(FactorSeries.difference(found.covariance, covariance) < Self.tolerance)
  }

  /// `b² = Σ ω² ‖x xᵀ − S‖²`, matrix by matrix.
  @Test func weightedIdentityAgreesWithPlainLoops() {
    let series = FactorSeries.normals(periods: 30, series: 4, seed: 6)
    let weights = FactorSeries.weights(30, halfLife: 10)
    let s = FactorSeries.neweyWest(series, weights: weights, lagWeights: [1])
    let mean = s.trace / 4
    var (error, distance) = (0.0, 0.0)
    for i in 0..<4 {
      for j in 0..<4 {
        let target = i == j ? mean : 0
        distance += (s[i, j] - target) * (s[i, j] - target)
        for t in 0..<30 {
          let difference = series[t, i] * series[t, j] - s[i, j]
          error += weights[t] * weights[t] * difference * difference
        }
      }
    }
    let intensity = min(1, error / distance)
    let found = LedoitWolf.identity(series, weights: weights.map { 7 * $0 })
    #expect(relativeDifference(found.intensity, intensity) < Self.tolerance)
    #expect(relativeDifference(found.covariance.trace, s.trace) < Self.tolerance)
    let expected = SymmetricMatrix(order: 4) {
      (1 - intensity) * s[$0, $1] + ($0 == $1 ? intensity * mean : 0)
    }
    #expect(FactorSeries.difference(found.covariance, expected) < Self.tolerance)
  }

  /// The paper's sums, element by element.
  @Test(arguments: [Double.infinity, 10])
  func constantCorrelationAgreesWithPlainLoops(halfLife: Double) {
    let (count, order) = (40, 5)
    let normals = FactorSeries.normals(periods: count, series: order + 1, seed: 8)
    let series = Matrix(rowCount: count, columnCount: order) {
      (normals[$0, $1] + ($1 < 2 ? 1.5 : -0.8) * normals[$0, order]) * Double($1 + 1)
    }
    let weights =
      halfLife.isFinite
      ? FactorSeries.weights(count, halfLife: halfLife) : Array(repeating: 1 / Double(count), count: count)
    let effective = 1 / weights.reduce(0) { $0 + $1 * $1 }
    let s = FactorSeries.neweyWest(series, weights: weights, lagWeights: [1])
    func moment(_ body: (Int) -> Double) -> Double { (0..<count).reduce(0) { $0 + weights[$1] * body($1) } }
    var correlations: [Double] = []
    for i in 0..<order { for j in 0..<i { correlations.append(s[i, j] / (s[i, i] * s[j, j]).squareRoot()) } }
    let mean = correlations.reduce(0, +) / Double(correlations.count)
    var (pi, rho, gamma) = (0.0, 0.0, 0.0)
    for i in 0..<order {
      for j in 0..<order {
        let own = moment { t in
          let difference = series[t, i] * series[t, j] - s[i, j]
          return difference * difference
        }
        pi += own
        if i == j {
          rho += own
          continue
        }
        func theta(_ k: Int) -> Double {
          moment { t in (series[t, k] * series[t, k] - s[k, k]) * (series[t, i] * series[t, j] - s[i, j]) }
        }
        rho += mean / 2 * ((s[j, j] / s[i, i]).squareRoot() * theta(i) + (s[i, i] / s[j, j]).squareRoot() * theta(j))
        let target = mean * (s[i, i] * s[j, j]).squareRoot()
        gamma += (target - s[i, j]) * (target - s[i, j])
      }
    }
    let intensity = max(0, min(1, (pi - rho) / (gamma * effective)))
    let found = LedoitWolf.constantCorrelation(series, weights: halfLife.isFinite ? weights : nil)
    #expect(intensity > 0 && intensity < 1)
    // Differences of sums that are ten times as large.
    #expect(relativeDifference(found.intensity, intensity) < 1e-10)
    for i in 0..<order { #expect(relativeDifference(found.covariance[i, i], s[i, i]) < Self.tolerance) }
    let target = mean * (s[0, 0] * s[1, 1]).squareRoot()
    #expect(abs(found.covariance[0, 1] - (1 - intensity) * s[0, 1] - intensity * target) < 1e-10 * s[1, 1])
  }

  @Test func isEquivariant() throws {
    let series = FactorSeries.normals(periods: 50, series: 4, seed: 10)
    let stretched = Matrix(rowCount: 50, columnCount: 4) { series[$0, $1] * [1, 3, 0.2, 2][$1] }
    let scaled = Matrix(rowCount: 50, columnCount: 4) { 8 * stretched[$0, $1] }
    for estimate in [LedoitWolf.identity, LedoitWolf.constantCorrelation] {
      let (one, other) = (estimate(stretched, nil), estimate(scaled, nil))
      #expect(relativeDifference(one.intensity, other.intensity) < Self.tolerance)
      let expected = SymmetricMatrix(order: 4) { 64 * one.covariance[$0, $1] }
      #expect(FactorSeries.difference(other.covariance, expected) < Self.tolerance)
    }
    let rotation = try FactorSeries.rotation(order: 4, seed: 2)
    let rotated = LedoitWolf.identity(stretched.view.multiplied(by: rotation.view.transposed))
    let expected = FactorSeries.transformed(LedoitWolf.identity(stretched).covariance, by: rotation)
    #expect(FactorSeries.difference(rotated.covariance, expected) < 1e-11)
  }

  /// With more periods there is less to shrink, unless the truth is the target.
  @Test func intensityFallsWithTheSample() throws {
    let covariance = FactorSeries.covariance(order: 5, seed: 12)
    let short = LedoitWolf.identity(try FactorSeries.returns(periods: 100, covariance: covariance, seed: 13))
    let long = LedoitWolf.identity(try FactorSeries.returns(periods: 20_000, covariance: covariance, seed: 13))
    #expect(long.intensity < short.intensity / 20)
    #expect(long.intensity < 0.01)
    let spherical = LedoitWolf.identity(FactorSeries.normals(periods: 500, series: 50, seed: 14))
    #expect(spherical.intensity > 0.9)
  }

  /// Nothing and nearly nothing: zero series, one series, equal series.
  @Test func degenerateSeries() throws {
    let zeros = Matrix.zeros(rowCount: 5, columnCount: 3)
    let equal = Matrix(rowCount: 5, columnCount: 3) { row, _ in Double(row) - 2 }
    let one = Matrix(rowCount: 5, columnCount: 1) { row, _ in Double(row) - 2 }
    for estimate in [LedoitWolf.identity, LedoitWolf.constantCorrelation] {
      #expect(estimate(zeros, nil).covariance == .zeros(order: 3))
      #expect(try estimate(equal, nil).covariance.eigenvalues()[0] >= -1e-14)
      #expect(estimate(one, nil).covariance[0, 0] == 2)
    }
    #expect(LedoitWolf.constantCorrelation(equal).intensity == 1)
  }

  /// R12: over 200 samples the shrunk estimate is nearer to the truth than the sample covariance, and the mean
  /// intensity is the oracle's `E‖S − Σ‖² / E‖S − μI‖²` to 3 standard errors, of means that both come from the sample.
  @Test func lossAndOracle() throws {
    let (order, periods, draws) = (20, 120, 200)
    let truth = SymmetricMatrix(order: order) { $0 == $1 ? 0.5 + Double($0) / 20 : 0.1 }
    var (gains, errors, distances, intensities) = ([Double](), [Double](), [Double](), [Double]())
    for draw in 0..<draws {
      let series = try FactorSeries.returns(periods: periods, covariance: truth, seed: UInt64(1000 + draw))
      let sample = FactorSeries.neweyWest(
        series, weights: Array(repeating: 1 / Double(periods), count: periods), lagWeights: [1])
      let found = LedoitWolf.identity(series)
      func loss(_ a: SymmetricMatrix, _ b: SymmetricMatrix) -> Double {
        let norm = SymmetricMatrix(order: order) { a[$0, $1] - b[$0, $1] }.frobeniusNorm
        return norm * norm
      }
      let mean = sample.trace / Double(order)
      errors.append(loss(sample, truth))
      gains.append(loss(sample, truth) - loss(found.covariance, truth))
      distances.append(loss(sample, SymmetricMatrix(order: order) { $0 == $1 ? mean : 0 }))
      intensities.append(found.intensity)
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func standardError(_ values: [Double]) -> Double {
      let center = mean(values)
      let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
      return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    }
    #expect(mean(gains) > 4.89 * standardError(gains))
    let oracle = mean(errors) / mean(distances)
    // ρ d² − oracle d² has mean 0 where ρ is right on average over the samples.
    let residuals = zip(errors, zip(distances, intensities)).map { $0 - $1.0 * $1.1 }
    #expect(abs(mean(residuals)) < 3 * standardError(residuals))
    #expect(abs(mean(intensities) - oracle) < 0.05 * oracle)
  }
}

public import LinAlg

/// A factor covariance of one period before the adjustments of eigenvalues and level: what a date's estimate starts from.
public struct FactorCovarianceBase: Sendable {
  /// The factors with any return so far: the caller's indices, ascending.
  public let factors: [Int]
  /// `F⁰`: of `factors`, decimal² a period.
  public let covariance: SymmetricMatrix
  /// What the data did to the estimate.
  public let report: FactorCovarianceReport

  let settings: FactorCovarianceSettings
  let periodCount: Int
  let constraints: FactorConstraints
  let seriesVolatilities: [Double]
  let noiseShares: [Double]
  let squaredMultiplier: Double?

  /// The scalings of eigenfactors for this covariance; `nil` where the settings ask for none.
  ///
  /// - Parameters:
  ///   - draws: kept between calls by the caller; they need not be saved, since they are always the same.
  ///   - workers: the number of workers; the same bits for any.
  /// - Throws: `notFinite`, `didNotConverge`.
  /// - Complexity: O(M m³), and O(M T m²) where draws have to be made.
  public func eigenScalings(
    draws: inout EigenfactorDraws?, workers: Int = 1
  ) throws(LinAlgError) -> EigenfactorScalings? {
    guard let eigenfactor = settings.eigenfactor else { return nil }
    return try EigenfactorScalings(
      covariance, periodCount: periodCount, settings: eigenfactor, correlation: settings.correlation,
      variance: settings.variance, draws: &draws, workers: workers)
  }

  /// The covariance over the horizon: eigenvalues scaled, level adjusted, constraints restored.
  ///
  /// - Parameter scalings: from this date's covariance or an earlier one's; `nil` for none.
  /// - Throws: `notFinite`, `didNotConverge`.
  /// - Complexity: O(m³).
  public func finished(scalings: EigenfactorScalings? = nil) throws(LinAlgError) -> FactorCovariance {
    var covariance = covariance
    if let scalings { covariance = try scalings.applied(to: covariance) }
    covariance = constraints.projected(covariance)
    let scale = settings.horizon * (squaredMultiplier ?? 1)
    for i in covariance.storage.indices { covariance.storage[i] *= scale }
    return FactorCovariance(
      factors: factors, covariance: covariance, seriesVolatilities: seriesVolatilities, noiseShares: noiseShares,
      scalings: scalings, regimeMultiplier: (squaredMultiplier ?? 1).squareRoot(), report: report)
  }
}

extension FactorCovarianceSettings {
  /// The settings, where they can be used.
  ///
  /// - Parameter periodsPerYear: of the data: 252, 52 or 12; `nil` where nothing is known.
  /// - Throws: the first key found wrong.
  public func validated(periodsPerYear: Int? = nil) throws(FactorCovarianceError) -> Self {
    if let periodsPerYear, periodsPerYear != self.periodsPerYear {
      throw .otherFrequency(found: self.periodsPerYear, expected: periodsPerYear)
    }
    let longest = 100_000.0
    try Self.check("variance.half_life", variance.halfLife, in: 1...(.infinity))
    try Self.check("variance.newey_west_lags", Double(variance.lags), in: 0...252)
    try Self.check("correlation.half_life", correlation.halfLife, in: 1...(.infinity))
    try Self.check("correlation.newey_west_lags", Double(correlation.lags), in: 0...252)
    try Self.check("horizon", horizon, in: 0.01...longest)
    try Self.check("least_share", leastShare, in: 1e-6...1)
    try Self.check("minimum_variance_count", Double(minimumVarianceCount), in: 1...longest)
    try Self.check("minimum_correlation_count", Double(minimumCorrelationCount), in: 1...longest)
    if let eigenfactor { try Self.check(eigenfactor) }
    if let regime {
      try Self.check("regime.half_life", regime.halfLife, in: 1...(.infinity))
      try Self.check("regime.clip", regime.clip, in: 1...(.infinity))
      try Self.check("regime.minimum_count", Double(regime.minimumCount), in: 1...longest)
    }
    if aggregation == .exact {
      let lags = max(variance.lags, correlation.lags)
      guard horizon == horizon.rounded(), horizon > Double(lags) else {
        throw .horizonTooShort(found: horizon, lags: lags)
      }
      guard eigenfactor == nil else {
        throw .incompatible(
          key: "aggregation", found: "exact", with: "eigenfactor", expected: "aggregation scaled, or eigenfactor off")
      }
    }
    if shrinkage != .none, correlation.lags != 0 {
      throw .incompatible(
        key: "shrinkage", found: shrinkage.rawValue, with: "correlation.newey_west_lags \(correlation.lags)",
        expected: "0 lags, or shrinkage none")
    }
    if shrinkage != .none, missing == .available {
      throw .incompatible(
        key: "shrinkage", found: shrinkage.rawValue, with: "missing available",
        expected: "missing em or em-batch, or shrinkage none")
    }
    return self
  }

  private static func check(_ eigenfactor: EigenfactorSettings) throws(FactorCovarianceError) {
    try check("eigenfactor.simulations", Double(eigenfactor.simulations), in: 1...100_000)
    try check("eigenfactor.length_step", Double(eigenfactor.lengthStep), in: 1...2520)
    if case .scaled(let amplification) = eigenfactor.mode {
      try check("eigenfactor.a", amplification, in: 0...10)
    }
  }

  private static func check(
    _ key: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(FactorCovarianceError) {
    guard range.contains(value) else { throw .outOfRange(key: key, found: value, expected: range) }
  }
}

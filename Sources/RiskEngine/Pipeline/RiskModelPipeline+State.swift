extension RiskModelPipeline {
  /// Writes what the stages remember.
  ///
  /// - Precondition: the iterated span, whose variances are no part of the state, is behind.
  public func save(to writer: inout StateWriter) {
    if let split = walk?.splitDate {
      precondition(lastPeriod.map { $0 >= split } ?? false, "a model is saved within the span that ends at \(split)")
    }
    writer.write(dateCount)
    registry.save(to: &writer)
    writer.write(walk != nil)
    walk?.state.save(to: &writer)
    idioRisk.save(to: &writer)
    covariance.save(to: &writer)
    writer.write(scalings != nil)
    scalings?.save(to: &writer)
    writer.write(scaledFactorCount)
    writer.write(lastVariances)
    writer.write(issuers)
    writer.write(correlations.map { [$0] } ?? [])
    writer.write(turnover.map { [$0] } ?? [])
  }

  /// Takes up what `save(to:)` of a pipeline that was set up the same way wrote.
  ///
  /// - Throws: `StateError`, or a setting that cannot be used.
  public mutating func restore(from reader: inout StateReader) throws {
    dateCount = try reader.readInt()
    try registry.restore(from: &reader)
    guard try reader.readBool() == (settings.estimation != .off) else {
      throw reader.mismatch("a model with idio.estimation \(settings.estimation.rawValue)")
    }
    if settings.estimation != .off {
      walk = try WalkForwardEstimation(
        regression: regression, settings: settings.walkForward, resuming: try IdioVarianceState(from: &reader))
    }
    try idioRisk.restore(from: &reader)
    try covariance.restore(from: &reader)
    scalings = try reader.readBool() ? try EigenfactorScalings(from: &reader) : nil
    scaledFactorCount = try reader.readInt()
    lastVariances = try reader.readDoubles()
    issuers = try reader.readInt32s()
    let restored: [IdioCorrelations] = try reader.readStates()
    guard restored.first?.settings == correlations?.settings else {
      throw reader.mismatch("idio correlations of the same settings")
    }
    correlations = restored.first
    let portfolios: [FactorPortfolioTurnover] = try reader.readStates()
    guard portfolios.isEmpty == (turnover == nil) else { throw reader.mismatch("the same measure of turnover") }
    turnover = portfolios.first
  }
}

internal import LinAlg

extension RiskModelDay {
  /// The risk model of the date: its loadings, factor covariance and idio covariance.
  ///
  /// - Parameters:
  ///   - pipeline: the pipeline that gave the day.
  ///   - labels: the label table of each group.
  /// - Returns: `nil` where there is no factor covariance.
  /// - Throws: `RiskModelError`.
  public func model(
    of pipeline: RiskModelPipeline, labels: [IdentifierTable]
  ) throws(RiskModelError) -> RiskModel? {
    guard let covariance else { return nil }
    let registry = pipeline.registry
    let schema = pipeline.schema
    var places = [Int](repeating: -1, count: registry.count)
    for (place, factor) in covariance.factors.enumerated() { places[factor] = place }
    var order: [Int] = []
    var codes = schema.groups.map { _ in [Int32]() }
    let hasMarket = pipeline.settings.regression.hasMarket
    for position in registry.shownOrder where places[position] >= 0 {
      if case .label(let group, let label) = registry.factors[position].kind {
        // A label that no row has had in this run's tables is nobody's.
        guard let index = schema.groups.firstIndex(of: group), let code = labels[index].existingCode(of: label) else {
          continue
        }
        codes[index].append(code)
      }
      order.append(position)
    }
    let snapshot = input.snapshot
    let volatilities = idioRisk.volatilities.map {
      $0 * (pipeline.settings.factorCovariance.horizon / pipeline.settings.idioRisk.horizon).squareRoot()
    }
    let idio: IdioCovariance =
      correlations.map { $0.covariance(of: snapshot, volatilities: volatilities) }
      ?? .diagonal(volatilities.map { $0 * $0 })
    return try RiskModel(
      snapshot: snapshot,
      layout: FactorLayout(hasMarket: hasMarket, labels: codes, styleCount: schema.styles.count),
      factorNames: order.map { registry.factors[$0].name },
      factorCovariance: SymmetricMatrix(order: order.count) {
        covariance.covariance[places[order[$0]], places[order[$1]]]
      },
      idioCovariance: idio, horizon: pipeline.settings.factorCovariance.horizon)
  }
}

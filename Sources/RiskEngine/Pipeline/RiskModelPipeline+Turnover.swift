extension RiskModelPipeline {
  /// How much of each period's factor-mimicking portfolios was traded.
  mutating func appendTurnover(
    _ days: inout [RiskModelDay], weightVariances: [[Double]], correlations: IdioCorrelationEstimate?,
    labels: [IdentifierTable], workers: Int
  ) {
    guard var current = turnover, regression.loss == .squares else { return }
    turnover = nil
    defer { turnover = current }
    let (regression, schema) = (regression, schema)
    // Portfolios are as large as loadings: a few at a time.
    let sliceLength = 8 * workers
    for first in stride(from: 0, to: days.count, by: sliceLength) {
      let slice = Array(days[first..<min(first + sliceLength, days.count)])
      let portfolios = concurrentMap(count: slice.count, workers: workers) { index -> FactorPortfolios? in
        guard let section = slice[index].input.section, slice[index].regression?.outcome.hasEstimate ?? false else {
          return nil
        }
        let variances = weightVariances[first + index]
        let linked = correlations?.correlations(of: section) ?? []
        let covariance: IdioCovariance? =
          variances.isEmpty
          ? nil
          : linked.isEmpty
            ? .diagonal(variances) : .blocks(variances: variances, linked: linked.map { $0.block(variances) })
        return regression.factorPortfolios(section, schema: schema, labels: labels, idioCovariance: covariance)
      }
      for (index, portfolios) in portfolios.enumerated() {
        guard let section = slice[index].input.section else { continue }
        guard let portfolios else {
          current.appendNothing()
          continue
        }
        days[first + index].turnover = current.append(
          portfolios, positions: registry.positions(of: portfolios.layout, labels: labels), returns: section.returns,
          workers: workers)
      }
    }
  }
}

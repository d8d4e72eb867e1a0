internal import Dispatch
internal import LinAlg

extension CrossSectionalRegression {
  /// Estimates factor returns and idio returns of every period of a panel, periods in parallel.
  ///
  /// The result is the same, bit for bit, for any number of workers.
  ///
  /// - Parameters:
  ///   - panel: the panel.
  ///   - workers: the number of periods to work on at a time; `nil` takes one a processor. OpenBLAS is
  ///     set to one thread.
  /// - Precondition: the panel has the columns that the weight schemes name.
  /// - Complexity: O(n K²) a period for n assets and K styles; labels cost O(n) each group.
  public func estimate(_ panel: Panel, workers: Int? = nil) -> RegressionResult {
    RegressionResult(
      factors: FactorAxis(hasMarket: hasMarket, schema: panel.schema, labels: panel.labels),
      periods: estimate(panel.crossSections, schema: panel.schema, labels: panel.labels, workers: workers))
  }

  /// Estimates the periods of some cross-sections, such as a block of a stream.
  ///
  /// - Parameters:
  ///   - crossSections: cross-sections of one panel.
  ///   - schema: the panel's columns.
  ///   - labels: the label table of each group.
  ///   - workers: as in `estimate(_:workers:)`.
  /// - Returns: one regression for each cross-section.
  public func estimate(
    _ crossSections: [CrossSection], schema: PanelSchema, labels: [IdentifierTable], workers: Int? = nil
  ) -> [PeriodRegression] {
    requireColumns(of: schema)
    BLASThreads.count = 1
    let ranks = labels.map { $0.ranks() }
    return concurrentMap(
      count: crossSections.count, workers: workers ?? Self.defaultWorkers,
      workspace: { PeriodSolver(regression: self, schema: schema, labelRanks: ranks) }
    ) { period, solver in
      solver.estimate(crossSections[period])
    }
  }

  /// One worker a processor.
  static var defaultWorkers: Int { max(1, ProcessorCount.active) }

  /// Traps where a weight scheme names a column that the panel lacks.
  private func requireColumns(of schema: PanelSchema) {
    switch weights {
    case .equal: break
    case .squareRootOfCap, .cap: precondition(schema.hasCaps, "weights '\(weights)' of a panel without caps")
    case .column, .inverseOfVarianceColumn:
      precondition(schema.hasWeights, "weights '\(weights)' of a panel without a weight column")
    }
    switch resolvedConstraintWeights(schema) {
    case .equal: break
    case .cap: precondition(schema.hasCaps, "cap-weighted constraints of a panel without caps")
    case .column: precondition(schema.hasConstraintWeights, "no column of constraint weights")
    }
  }
}

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
      count: crossSections.count, workers: workers ?? Self.defaultWorkerCount,
      workspace: { PeriodSolver(regression: self, schema: schema, labelRanks: ranks) }
    ) { period, solver in
      solver.estimate(crossSections[period])
    }
  }

  /// Estimates every period by generalized least squares with an idio covariance for each.
  ///
  /// - Parameters:
  ///   - panel: the panel.
  ///   - workers: as in `estimate(_:workers:)`.
  ///   - idioCovariance: the idio covariance of a cross-section's rows; takes the place of the weights.
  /// - Complexity: as `estimate(_:workers:)` for `.diagonal`; else O(n (K + G)²) a period, and
  ///   O(b³ + b² m) for each block of b rows.
  public func estimate(
    _ panel: Panel, workers: Int? = nil, idioCovariance: @Sendable (CrossSection) -> IdioCovariance
  ) -> RegressionResult {
    precondition(loss == .squares, "robust losses go with weights, not with a full idio covariance")
    requireConstraintColumn(of: panel.schema)
    BLASThreads.count = 1
    let ranks = panel.labels.map { $0.ranks() }
    let periods = concurrentMap(
      count: panel.crossSections.count, workers: workers ?? Self.defaultWorkerCount,
      workspace: { PeriodSolver(regression: self, schema: panel.schema, labelRanks: ranks) }
    ) { period, solver in
      let crossSection = panel.crossSections[period]
      return solver.estimate(crossSection, idioCovariance: idioCovariance(crossSection))
    }
    return RegressionResult(
      factors: FactorAxis(hasMarket: hasMarket, schema: panel.schema, labels: panel.labels), periods: periods)
  }

  /// The holdings of the factor-mimicking portfolios of one cross-section.
  ///
  /// - Returns: `nil` where the period cannot be estimated.
  /// - Complexity: O(n m²).
  public func factorPortfolios(
    _ crossSection: CrossSection, schema: PanelSchema, labels: [IdentifierTable],
    idioCovariance: IdioCovariance? = nil
  ) -> FactorPortfolios? {
    precondition(loss == .squares, "the factor returns of a robust loss are not those of a fixed portfolio")
    if idioCovariance == nil { requireColumns(of: schema) } else { requireConstraintColumn(of: schema) }
    var solver = PeriodSolver(regression: self, schema: schema, labelRanks: labels.map { $0.ranks() })
    guard let (layout, holdings) = solver.factorPortfolios(crossSection, idioCovariance: idioCovariance) else {
      return nil
    }
    return FactorPortfolios(date: crossSection.date, layout: layout, assets: crossSection.assets, holdings: holdings)
  }

  /// The covariance of one period's factor returns about the true ones, given the idio variances: what regression
  /// noise adds to the covariance of estimated factor returns.
  ///
  /// - Parameters:
  ///   - crossSection: the period.
  ///   - schema: the panel's columns.
  ///   - labels: the label table of each group.
  ///   - weightVariances: the variances whose inverses were the weights of the regression, one a row, or `nil` where
  ///     the regression's own weights were used.
  ///   - idioVariances: the idio variance of each row, as fractions squared per period; only those of rows regressed
  ///     are read, and those must be positive.
  /// - Returns: `nil` where the period cannot be estimated.
  /// - Precondition: no thin groups and no robust loss.
  /// - Complexity: `O(n K² + m² (J + K))`.
  public func factorReturnErrors(
    _ crossSection: CrossSection, schema: PanelSchema, labels: [IdentifierTable], weightVariances: [Double]? = nil,
    idioVariances: [Double]
  ) -> FactorReturnErrors? {
    precondition(loss == .squares, "the factor returns of a robust loss are not those of a fixed portfolio")
    precondition(thinGroupMinimum == nil, "thin groups are pulled to zero: their errors have another form")
    precondition(
      idioVariances.count == crossSection.rowCount, "\(idioVariances.count) variances for \(crossSection.rowCount) rows"
    )
    if weightVariances == nil { requireColumns(of: schema) } else { requireConstraintColumn(of: schema) }
    var solver = PeriodSolver(regression: self, schema: schema, labelRanks: labels.map { $0.ranks() })
    _ = solver.estimate(crossSection, idioCovariance: weightVariances.map { .diagonal($0) })
    return solver.errors(crossSection, idioVariances: idioVariances)
  }

  /// The sufficient statistics of every period of a panel, `nil` where no asset can be regressed.
  ///
  /// - Complexity: O(n (K + G)²) a period.
  public func normalEquations(_ panel: Panel, workers: Int? = nil) -> [NormalEquations?] {
    requireColumns(of: panel.schema)
    BLASThreads.count = 1
    let ranks = panel.labels.map { $0.ranks() }
    return concurrentMap(
      count: panel.crossSections.count, workers: workers ?? Self.defaultWorkerCount,
      workspace: { PeriodSolver(regression: self, schema: panel.schema, labelRanks: ranks) }
    ) { period, solver in
      solver.normalEquations(panel.crossSections[period])
    }
  }

  /// The number of workers where none is given: one a processor.
  public static var defaultWorkerCount: Int { max(1, ProcessorCount.active) }

  /// Traps where a weight scheme names a column that the panel lacks.
  private func requireColumns(of schema: PanelSchema) {
    switch weights {
    case .equal: break
    case .squareRootOfCap, .cap: precondition(schema.hasCaps, "weights '\(weights)' of a panel without caps")
    case .column, .inverseOfVarianceColumn:
      precondition(schema.hasWeights, "weights '\(weights)' of a panel without a weight column")
    }
    requireConstraintColumn(of: schema)
  }

  /// Traps where the constraints name a column that the panel lacks.
  private func requireConstraintColumn(of schema: PanelSchema) {
    switch resolvedConstraintWeights(schema) {
    case .equal: break
    case .cap: precondition(schema.hasCaps, "cap-weighted constraints of a panel without caps")
    case .column: precondition(schema.hasConstraintWeights, "no column of constraint weights")
    }
  }
}

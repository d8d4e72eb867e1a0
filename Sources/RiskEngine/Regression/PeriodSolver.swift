internal import LinAlg

/// Scratch for the regressions of one worker, and the regression of one period.
///
/// Not copyable, so two workers cannot share one by accident.
struct PeriodSolver: ~Copyable {
  private let regression: CrossSectionalRegression
  private let schema: PanelSchema
  /// For each group the places of its labels by bytes.
  private let labelRanks: [[Int32]]
  private var design = PeriodDesign()
  private var fit: PeriodFit
  private var choleskyWorkspace: CholeskyWorkspace

  /// Makes scratch.
  init(regression: CrossSectionalRegression, schema: PanelSchema, labelRanks: [[Int32]]) {
    self.regression = regression
    self.schema = schema
    self.labelRanks = labelRanks
    fit = PeriodFit(styleCount: schema.styles.count)
    choleskyWorkspace = CholeskyWorkspace(order: schema.styles.count)
  }

  /// Regresses one period.
  ///
  /// - Parameter idioCovariance: the covariance of the idio returns in place of the regression's weight
  ///   scheme, or `nil`.
  /// - Complexity: O(n K²) where idio returns do not covary.
  mutating func estimate(
    _ crossSection: CrossSection, idioCovariance: IdioCovariance? = nil
  ) -> PeriodRegression {
    let variances = idioCovariance?.variances
    if let variances {
      precondition(
        variances.count == crossSection.rowCount, "\(variances.count) variances for \(crossSection.rowCount) rows")
    }
    let failure = design.prepare(
      crossSection, regression: regression, schema: schema, labelRanks: labelRanks,
      externalWeights: idioCovariance?.weights)
    if let failure {
      return .failed(
        failure, date: crossSection.date, assetCount: design.regressedCount, exclusions: design.exclusions,
        isRegressed: design.isRegressed)
    }
    let loadings = crossSection.loadings.inDoublePrecision
    let isDiagonal = if case .diagonal? = idioCovariance { true } else { idioCovariance == nil }
    if isDiagonal && regression.thinGroupMinimum == nil { return estimate(crossSection, loadings: loadings) }
    do throws(AssembledSystem.IndefiniteBlock) {
      let assembled = try AssembledSystem(
        crossSection: crossSection, loadings: loadings, design: design,
        covariance: isDiagonal ? nil : idioCovariance, thinMinimum: regression.thinGroupMinimum)
      return assembled.regression(
        regression, crossSection: crossSection, design: design, variances: isDiagonal ? nil : variances,
        workspace: &choleskyWorkspace)
    } catch {
      return .failed(
        .indefiniteIdioCovariance(rows: error.rows), date: crossSection.date, assetCount: design.regressedCount,
        exclusions: design.exclusions, isRegressed: design.isRegressed)
    }
  }

  /// The holdings of the factor portfolios of one period.
  ///
  /// - Returns: the layout of the factors and the holdings, rows × factors, or `nil` where nothing can be
  ///   estimated.
  mutating func factorPortfolios(
    _ crossSection: CrossSection, idioCovariance: IdioCovariance? = nil
  ) -> (layout: FactorLayout, holdings: Matrix)? {
    let failure = design.prepare(
      crossSection, regression: regression, schema: schema, labelRanks: labelRanks,
      externalWeights: idioCovariance?.weights)
    guard failure == nil,
      let assembled = try? AssembledSystem(
        crossSection: crossSection, loadings: crossSection.loadings.inDoublePrecision, design: design,
        covariance: idioCovariance, thinMinimum: regression.thinGroupMinimum)
    else { return nil }
    let (ladder, _) = assembled.solve(workspace: &choleskyWorkspace)
    return (assembled.layout, assembled.holdings(ladder))
  }

  /// The sufficient statistics of one period.
  mutating func normalEquations(_ crossSection: CrossSection) -> NormalEquations? {
    let failure = design.prepare(
      crossSection, regression: regression, schema: schema, labelRanks: labelRanks, externalWeights: nil)
    if case .noFactor? = failure { return nil }
    guard design.regressedCount > 0,
      let assembled = try? AssembledSystem(
        crossSection: crossSection, loadings: crossSection.loadings.inDoublePrecision, design: design,
        covariance: nil, thinMinimum: nil)
    else { return nil }
    return NormalEquations(
      layout: assembled.layout, matrix: assembled.matrix, rightHandSide: assembled.rightHandSide,
      square: assembled.moments.square, assetCount: design.regressedCount,
      logWeightSum: (0..<design.rowCount).reduce(0.0) {
        design.isRegressed[$1] ? $0 + PortableMath.log(design.weights[$1]) : $0
      },
      constraintWeights: design.groups.map(\.constraintWeights))
  }

  /// Regresses one period whose design is prepared.
  private mutating func estimate(_ crossSection: CrossSection, loadings: [Double]) -> PeriodRegression {
    fit.leastSquares(crossSection, loadings: loadings, design: design)
    guard regression.loss != .squares else {
      return fit.result(
        crossSection, loadings: loadings, design: design, regression: regression, robustFit: nil)
    }
    let originalWeights = design.weights
    let robustFit = fit.reweight(crossSection, loadings: loadings, design: &design, loss: regression.loss)
    // Everything but the fit itself goes with the weights given.
    design.weights = originalWeights
    fit.solve(crossSection, loadings: loadings, design: design)
    if robustFit == nil { fit.refine(crossSection, loadings: loadings, design: design) }
    return fit.result(
      crossSection, loadings: loadings, design: design, regression: regression, robustFit: robustFit)
  }
}

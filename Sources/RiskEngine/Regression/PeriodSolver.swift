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
  private var leverage = Leverage()
  private var errorKernel: CenteredGram
  private var formKernel = SegmentedQuadraticForms()
  /// Whether `fit` is that of the period estimated last.
  private var hasFit = false

  /// Makes scratch.
  init(regression: CrossSectionalRegression, schema: PanelSchema, labelRanks: [[Int32]]) {
    self.regression = regression
    self.schema = schema
    self.labelRanks = labelRanks
    fit = PeriodFit(styleCount: schema.styles.count)
    choleskyWorkspace = CholeskyWorkspace(order: schema.styles.count)
    errorKernel = CenteredGram(columnCount: schema.styles.count)
  }

  /// Regresses one period.
  ///
  /// - Parameter idioCovariance: the covariance of the idio returns in place of the regression's weight
  ///   scheme, or `nil`.
  /// - Complexity: O(n K²) where idio returns do not covary.
  mutating func estimate(
    _ crossSection: CrossSection, idioCovariance: IdioCovariance? = nil
  ) -> PeriodRegression {
    hasFit = false
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

  /// The covariance of the factor returns estimated last about the true ones, with idio variances of the caller's.
  ///
  /// - Parameters:
  ///   - crossSection: that estimated last.
  ///   - idioVariances: the idio variance of each row; only those of rows regressed are read.
  /// - Returns: `nil` where the last period has no estimate, or idio returns covary, or thin groups are pulled.
  mutating func errors(_ crossSection: CrossSection, idioVariances: [Double]) -> FactorReturnErrors? {
    guard hasFit else { return nil }
    let loadings = crossSection.loadings.inDoublePrecision
    let covariance = ErrorCovariance(
      system: fit.system, ladder: fit.ladder, design: design, crossSection: crossSection, loadings: loadings,
      idioVariances: idioVariances, kernel: &errorKernel)
    let functionals = FactorFunctionals(system: fit.system, design: design)
    let identification = Identification(
      ladder: fit.ladder, system: fit.system, design: design, functionals: functionals)
    return FactorReturnErrors(
      date: crossSection.date,
      layout: FactorLayout(
        hasMarket: design.hasMarket, labels: design.groups.map(\.labels), styleCount: design.styleCount),
      covariance: covariance.ofFactorReturns(functionals, isMissing: identification.isMissing))
  }

  /// `Var(bᵀf̂ | f)` of each row under idio variances of the caller's, for the period estimated last.
  ///
  /// - Returns: as `errors(_:idioVariances:)`.
  mutating func fittedVariances(_ crossSection: CrossSection, idioVariances: [Double]) -> [Double]? {
    guard hasFit else { return nil }
    let loadings = crossSection.loadings.inDoublePrecision
    return ErrorCovariance(
      system: fit.system, ladder: fit.ladder, design: design, crossSection: crossSection, loadings: loadings,
      idioVariances: idioVariances, kernel: &errorKernel
    ).ofFittedReturns(crossSection: crossSection, loadings: loadings, kernel: &formKernel)
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
      let result = fit.result(
        crossSection, loadings: loadings, design: design, regression: regression, robustFit: nil)
      return withLeverage(result, crossSection, loadings: loadings)
    }
    let originalWeights = design.weights
    let robustFit = fit.reweight(crossSection, loadings: loadings, design: &design, loss: regression.loss)
    // Everything but the fit itself goes with the weights given.
    design.weights = originalWeights
    fit.solve(crossSection, loadings: loadings, design: design)
    if robustFit == nil { fit.refine(crossSection, loadings: loadings, design: design) }
    let result = fit.result(
      crossSection, loadings: loadings, design: design, regression: regression, robustFit: robustFit)
    return withLeverage(result, crossSection, loadings: loadings)
  }

  /// Adds the leverage of each row to a regression, where it is asked for.
  private mutating func withLeverage(
    _ result: consuming PeriodRegression, _ crossSection: CrossSection, loadings: [Double]
  ) -> PeriodRegression {
    hasFit = true
    guard regression.computesLeverage else { return result }
    leverage.compute(
      crossSection: crossSection, loadings: loadings, design: design, system: fit.system, ladder: fit.ladder)
    let rows = design.rowCount
    result.leverage = Self.products(design.weights.span, leverage.forms.span, count: rows)
    result.fittedVariances = Array(leverage.forms.prefix(rows))
    guard design.regressedCount < rows else { return result }
    for row in 0..<rows where result.idioReturns[row].isNaN { result.fittedVariances[row] = .nan }
    return result
  }

  /// `x_i y_i` of the first entries.
  private static func products(_ x: Span<Double>, _ y: Span<Double>, count: Int) -> [Double] {
    var products = [Double](repeating: 0, count: count)
    var target = products.mutableSpan
    for index in 0..<count { target[index] = x[index] * y[index] }
    return products
  }
}

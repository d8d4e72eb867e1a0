internal import LinAlg

/// Scratch for the regressions of one worker, and the regression of one period.
///
/// Not copyable, so two workers cannot share one by accident.
struct PeriodSolver: ~Copyable {
  private let regression: CrossSectionalRegression
  private let schema: PanelSchema
  /// For each group the places of its labels by bytes.
  private let labelRanks: [[Int32]]
  private var kernel: CenteredGram
  private var residualKernel = SegmentedResiduals()
  private var choleskyWorkspace: CholeskyWorkspace
  private var design = PeriodDesign()
  private var system = SchurSystem()
  private var residuals: [Double] = []
  /// `Σ w e²` of the residuals.
  private var idioSquares = 0.0
  /// A correction that changes the residuals by at most this fraction of their length is rounding error.
  private static let negligibleChange = 16 * Double.ulpOfOne
  /// The returns less what the labels of groups that are not eliminated explain.
  private var response: [Double] = []

  /// Makes scratch.
  init(regression: CrossSectionalRegression, schema: PanelSchema, labelRanks: [[Int32]]) {
    self.regression = regression
    self.schema = schema
    self.labelRanks = labelRanks
    kernel = CenteredGram(columnCount: schema.styles.count)
    choleskyWorkspace = CholeskyWorkspace(order: schema.styles.count)
  }

  /// Regresses one period.
  ///
  /// - Parameter idioCovariance: the covariance of the idio returns in place of the regression's weight
  ///   scheme, or `nil`.
  /// - Complexity: O(n K²) where idio returns do not covary.
  mutating func estimate(
    _ crossSection: borrowing CrossSection, idioCovariance: IdioCovariance? = nil
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
        crossSection: copy crossSection, loadings: loadings, design: design,
        covariance: isDiagonal ? nil : idioCovariance, thinMinimum: regression.thinGroupMinimum)
      return assembled.regression(
        regression, crossSection: copy crossSection, design: design, variances: isDiagonal ? nil : variances,
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
    _ crossSection: borrowing CrossSection, idioCovariance: IdioCovariance? = nil
  ) -> (layout: FactorLayout, holdings: Matrix)? {
    let failure = design.prepare(
      crossSection, regression: regression, schema: schema, labelRanks: labelRanks,
      externalWeights: idioCovariance?.weights)
    guard failure == nil,
      let assembled = try? AssembledSystem(
        crossSection: copy crossSection, loadings: crossSection.loadings.inDoublePrecision, design: design,
        covariance: idioCovariance, thinMinimum: regression.thinGroupMinimum)
    else { return nil }
    let (ladder, _) = assembled.solve(workspace: &choleskyWorkspace)
    return (assembled.layout, assembled.holdings(ladder))
  }

  /// The sufficient statistics of one period.
  mutating func normalEquations(_ crossSection: borrowing CrossSection) -> NormalEquations? {
    let failure = design.prepare(
      crossSection, regression: regression, schema: schema, labelRanks: labelRanks, externalWeights: nil)
    if case .noFactor? = failure { return nil }
    guard design.regressedCount > 0,
      let assembled = try? AssembledSystem(
        crossSection: copy crossSection, loadings: crossSection.loadings.inDoublePrecision, design: design,
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
  private mutating func estimate(_ crossSection: borrowing CrossSection, loadings: [Double]) -> PeriodRegression {
    system.assemble(crossSection, loadings: loadings.span, design: design, kernel: &kernel)
    var ladder = solve(crossSection, loadings: loadings)
    var segmentMeans = refine(&ladder, crossSection, loadings: loadings)
    guard regression.loss != .squares else {
      return result(crossSection, loadings: loadings, ladder: ladder, segmentMeans: segmentMeans, robustFit: nil)
    }
    let originalWeights = design.weights
    let fit = reweight(&ladder, &segmentMeans, crossSection, loadings: loadings)
    // Everything but the fit itself goes with the weights given.
    design.weights = originalWeights
    system.assemble(crossSection, loadings: loadings.span, design: design, kernel: &kernel)
    ladder = solve(crossSection, loadings: loadings)
    if fit == nil { segmentMeans = refine(&ladder, crossSection, loadings: loadings) }
    return result(crossSection, loadings: loadings, ladder: ladder, segmentMeans: segmentMeans, robustFit: fit)
  }

  /// Solves the assembled system.
  private mutating func solve(_ crossSection: borrowing CrossSection, loadings: [Double]) -> SolverLadder {
    let styleCount = system.styleCount
    let rows = DenseRows(crossSection: crossSection, loadings: loadings, design: design, system: system)
    return SolverLadder(
      matrix: system.matrix, rightHandSide: system.rightHandSide, squares: system.squares,
      isSummedFromCentered: { $0 < styleCount }, rowCount: design.regressedCount, workspace: &choleskyWorkspace,
      rows: { rows.written() })
  }

  /// Computes the residuals and takes one step of iterative refinement with them.
  ///
  /// - Returns: the refined mean of the returns of each segment, less what other groups' labels explain
  ///   not taken out: `r̄_j`, so that `g_j = r̄_j − X̄_jᵀβ`.
  private mutating func refine(
    _ ladder: inout SolverLadder, _ crossSection: borrowing CrossSection, loadings: [Double]
  ) -> [Double] {
    let rows = design.rowCount
    let width = system.styleCount + 1
    if residuals.count < rows + CenteredGram.padding {
      residuals = Array(repeating: 0, count: rows + CenteredGram.padding)
    }
    var means = system.means
    if let contributions = system.labelContributions(ladder.coefficients, crossSection: crossSection, design: design) {
      response = crossSection.returns
      for row in 0..<rows { response[row] -= contributions[row] }
      let order = system.order
      for segment in 0..<system.segmentCount {
        for index in system.styleCount..<order {
          means[segment * width + width - 1] -=
            system.reducedMeans[segment * order + index] * ladder.coefficients[index]
        }
      }
    } else {
      response = crossSection.returns
    }
    let styleCoefficients = Array(ladder.coefficients.prefix(system.styleCount))
    var residuals = [Double]()
    swap(&residuals, &self.residuals)
    var residualSpan = residuals.mutableSpan
    residualKernel.compute(
      columns: loadings.span, response: response.span, rowCount: rows,
      segmentStarts: crossSection.segmentStarts.span, means: means.span, coefficients: styleCoefficients.span,
      residuals: &residualSpan)
    var gradient = [Double](repeating: 0, count: system.styleCount)
    var segmentSums = [Double](repeating: 0, count: system.segmentCount)
    var gradientSpan = gradient.mutableSpan
    var segmentSpan = segmentSums.mutableSpan
    let weights = design.weights
    let centers = system.means
    idioSquares = residualKernel.gradient(
      columns: loadings.span, weights: weights.span, residuals: residuals.span, rowCount: rows,
      segmentStarts: crossSection.segmentStarts.span, means: centers.span, gradient: &gradientSpan,
      segmentSums: &segmentSpan)
    gradient += system.labelGradient(
      residuals: residuals, segmentSums: segmentSums, crossSection: crossSection, design: design)
    swap(&residuals, &self.residuals)
    let correction = ladder.solve(gradient)
    ladder.correct(by: correction)
    return applyCorrection(
      correction, scale: ladder.scale, segmentSums: segmentSums, crossSection, loadings: loadings)
  }

  /// Takes a correction of the coefficients out of the residuals, where it changes them by more than rounding.
  ///
  /// - Parameters:
  ///   - scale: the length of each column, so that `scale · correction` has the size of what changes.
  private mutating func applyCorrection(
    _ correction: [Double], scale: [Double], segmentSums: [Double], _ crossSection: borrowing CrossSection,
    loadings: [Double]
  ) -> [Double] {
    let rows = design.rowCount
    let width = system.styleCount + 1
    let order = system.order
    var offsets = [Double](repeating: 0, count: system.segmentCount)
    var segmentMeans = [Double](repeating: 0, count: system.segmentCount)
    for segment in 0..<system.segmentCount {
      let isSolved = design.isCentered && system.segmentWeights[segment] > 0
      offsets[segment] = isSolved ? segmentSums[segment] / system.segmentWeights[segment] : 0
      segmentMeans[segment] = system.means[segment * width + width - 1] + offsets[segment]
    }
    let negligible = Self.negligibleChange * idioSquares.squareRoot()
    let isNegligible =
      correction.indices.allSatisfy { abs(correction[$0]) * scale[$0] <= negligible }
      && offsets.indices.allSatisfy { abs(offsets[$0]) * system.segmentWeights[$0].squareRoot() <= negligible }
    guard !isNegligible else { return segmentMeans }
    if let contributions = system.labelContributions(correction, crossSection: crossSection, design: design) {
      for row in 0..<rows { residuals[row] -= contributions[row] }
      for segment in 0..<system.segmentCount {
        for index in system.styleCount..<order {
          offsets[segment] -= system.reducedMeans[segment * order + index] * correction[index]
        }
      }
    }
    let styleCorrection = Array(correction.prefix(system.styleCount))
    var residuals = [Double]()
    swap(&residuals, &self.residuals)
    var residualSpan = residuals.mutableSpan
    residualKernel.correct(
      columns: loadings.span, rowCount: rows, segmentStarts: crossSection.segmentStarts.span,
      means: system.means.span, coefficients: styleCorrection.span, offsets: offsets.span, residuals: &residualSpan)
    let weights = design.weights
    idioSquares = WeightedSums.squares(weights.span, residuals.span, count: rows)
    swap(&residuals, &self.residuals)
    return segmentMeans
  }

  /// Iteratively reweighted least squares from a least-squares start.
  ///
  /// - Returns: `nil` where more than half of the assets come to be fitted exactly: least squares stands.
  private mutating func reweight(
    _ ladder: inout SolverLadder, _ segmentMeans: inout [Double], _ crossSection: borrowing CrossSection,
    loadings: [Double]
  ) -> RobustFit? {
    let original = design.weights
    var iterations = 0
    var hasConverged = false
    var scale = RobustFit.scale(residuals: residuals, weights: original, rowCount: design.rowCount)
    var previous = currentFactors(ladder, segmentMeans)
    let rank = ladder.rank
    let liveSegments = system.segmentWeights.count { $0 > 0 }
    var fittedLoss = regression.loss
    stages: for loss in RobustFit.stages(of: regression.loss) {
      hasConverged = false
      while iterations < RobustFit.maximumIterations {
        scale = RobustFit.scale(residuals: residuals, weights: original, rowCount: design.rowCount)
        guard scale > 0 else { return nil }
        for row in 0..<design.rowCount where original[row] > 0 {
          design.weights[row] =
            original[row] * loss.weightFactor(residuals[row] * original[row].squareRoot() / scale)
        }
        system.assemble(crossSection, loadings: loadings.span, design: design, kernel: &kernel)
        ladder = solve(crossSection, loadings: loadings)
        // Where nothing beyond the clip counts, a factor may lose all of its assets: the last fit stands.
        guard ladder.rank == rank, system.segmentWeights.count(where: { $0 > 0 }) == liveSegments else {
          hasConverged = false
          break stages
        }
        segmentMeans = refine(&ladder, crossSection, loadings: loadings)
        fittedLoss = loss
        iterations += 1
        let current = currentFactors(ladder, segmentMeans)
        let change = zip(zip(current.returns, previous.returns), current.unitErrors).reduce(0.0) {
          $1.1 > 0 ? max($0, abs($1.0.0 - $1.0.1) / ($1.1 * scale)) : $0
        }
        previous = current
        if change < RobustFit.tolerance {
          hasConverged = true
          break
        }
      }
    }
    scale = RobustFit.scale(residuals: residuals, weights: original, rowCount: design.rowCount)
    guard scale > 0 else { return nil }
    let variance = RobustFit.variance(
      loss: fittedLoss, residuals: residuals, weights: original, scale: scale,
      rowCount: design.rowCount, regressedCount: design.regressedCount,
      parameterCount: rank + (design.isCentered ? liveSegments : 0))
    return RobustFit(
      factorReturns: previous.returns, variance: variance, iterations: iterations, hasConverged: hasConverged)
  }

  /// The factor returns of a solution, and their standard errors for `σ = 1`.
  private func currentFactors(
    _ ladder: SolverLadder, _ segmentMeans: [Double]
  ) -> (returns: [Double], unitErrors: [Double]) {
    let functionals = FactorFunctionals(system: system, design: design)
    let returns = functionals.factorReturns(segmentMeans: segmentMeans, coefficients: ladder.coefficients)
    var whitened = functionals.reducedPart
    ladder.whiten(&whitened)
    let errors = returns.indices.map { factor in
      (functionals.segmentVariance[factor] + whitened.squaredLength(ofColumn: factor)).squareRoot()
    }
    return (returns, errors)
  }

  /// Puts together what a period gives.
  ///
  /// - Parameter robustFit: the fit that takes the place of least squares, or `nil`.
  private mutating func result(
    _ crossSection: borrowing CrossSection, loadings: [Double], ladder: SolverLadder, segmentMeans: [Double],
    robustFit: RobustFit?
  ) -> PeriodRegression {
    let rows = design.rowCount
    let functionals = FactorFunctionals(system: system, design: design)
    var factorReturns =
      robustFit?.factorReturns
      ?? functionals.factorReturns(segmentMeans: segmentMeans, coefficients: ladder.coefficients)
    var whitened = functionals.reducedPart
    ladder.whiten(&whitened)
    let identification = Identification(
      ladder: ladder, system: system, design: design, functionals: functionals)

    let weightTotal = system.segmentWeights.reduce(0, +)
    let idioSquares =
      regression.loss == .squares
      ? self.idioSquares : WeightedSums.squares(design.weights.span, residuals.span, count: rows)
    let squares = WeightedSums.squares(design.weights.span, crossSection.returns.span, count: rows)
    let rank = design.factorCount - design.constraintCount - identification.deficiency
    let freedom = Double(design.regressedCount - rank)
    let variance = robustFit?.variance ?? idioSquares / freedom
    var standardErrors = [Double](repeating: .nan, count: factorReturns.count)
    var inflation = [Double](repeating: .nan, count: factorReturns.count)
    let ownVariances =
      regression.computesVarianceInflation
      ? VarianceInflation(system: system, design: design, functionals: functionals, crossSection: crossSection) : nil
    for factor in factorReturns.indices {
      if identification.isMissing[factor] {
        factorReturns[factor] = .nan
        continue
      }
      let unit = functionals.segmentVariance[factor] + whitened.squaredLength(ofColumn: factor)
      if freedom > 0 { standardErrors[factor] = (variance * unit).squareRoot() }
      if let ownVariances { inflation[factor] = ownVariances.factor(factor, variance: unit) }
    }
    let outcome: PeriodOutcome =
      if let found = identification.degradation { .degraded(found) } else if let robustFit, !robustFit.hasConverged {
        .degraded(.noConvergence(iterations: robustFit.iterations))
      } else { .estimated }
    return PeriodRegression(
      date: crossSection.date, outcome: outcome, assetCount: design.regressedCount,
      labels: design.groups.map(\.labels), factorReturns: factorReturns, standardErrors: standardErrors,
      varianceInflation: inflation, rSquared: 1 - idioSquares / squares,
      centeredRSquared: 1 - idioSquares / centeredSquares(weightTotal),
      idioVolatility: (idioSquares / weightTotal).squareRoot(), condition: ladder.condition,
      solver: ladder.solver, exclusions: design.exclusions,
      idioReturns: identification.idioReturns(
        residuals: residuals, crossSection: crossSection, loadings: loadings, design: design, system: system),
      leverage: regression.computesLeverage
        ? Leverage.compute(
          crossSection: crossSection, loadings: loadings, design: design, system: system, ladder: ladder) : [],
      isRegressed: design.isRegressed)
  }

  /// `Σ w (r − r̄)²` with the weighted mean over all rows: within segments plus between them.
  private func centeredSquares(_ weightTotal: Double) -> Double {
    let width = system.styleCount + 1
    let response = system.styleCount
    guard design.isCentered else {
      var sum = 0.0
      var square = 0.0
      for row in 0..<design.rowCount {
        sum += design.weights[row] * self.response[row]
      }
      for row in 0..<design.rowCount {
        let deviation = self.response[row] - sum / weightTotal
        square += design.weights[row] * deviation * deviation
      }
      return square
    }
    var mean = 0.0
    for segment in 0..<system.segmentCount {
      mean += system.segmentWeights[segment] * system.means[segment * width + response]
    }
    mean /= weightTotal
    var square = system.gram[response + response * width]
    for segment in 0..<system.segmentCount {
      let deviation = system.means[segment * width + response] - mean
      square += system.segmentWeights[segment] * deviation * deviation
    }
    return square
  }
}

extension Matrix {
  /// `Σ a²` of a column.
  func squaredLength(ofColumn column: Int) -> Double {
    var sum = 0.0
    for value in storage[column * rowCount..<(column + 1) * rowCount] { sum += value * value }
    return sum
  }
}

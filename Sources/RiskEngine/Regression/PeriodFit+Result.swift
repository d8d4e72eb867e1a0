internal import LinAlg

extension PeriodFit {
  /// Puts together what a period gives.
  ///
  /// - Parameter robustFit: the fit that takes the place of least squares, or `nil`.
  func result(
    _ crossSection: CrossSection, loadings: [Double], design: PeriodDesign, regression: CrossSectionalRegression,
    robustFit: RobustFit?
  ) -> PeriodRegression {
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
      ? self.idioSquares
      : WeightedSums.squares(design.weights.span, residuals.span, count: design.rowCount)
    let rank = design.factorCount - design.constraintCount - identification.deficiency
    let freedom = Double(design.regressedCount - rank)
    let variance = robustFit?.variance ?? idioSquares / freedom
    var standardErrors = [Double](repeating: .nan, count: factorReturns.count)
    var inflation = standardErrors
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
    let squares = responseSquares(crossSection, design: design, total: weightTotal)
    return PeriodRegression(
      date: crossSection.date, outcome: outcome, assetCount: design.regressedCount,
      labels: design.groups.map(\.labels), factorReturns: factorReturns, standardErrors: standardErrors,
      varianceInflation: inflation, rSquared: 1 - idioSquares / squares.aboutZero,
      centeredRSquared: 1 - idioSquares / squares.aboutMean,
      idioVolatility: (idioSquares / weightTotal).squareRoot(), condition: ladder.condition,
      solver: ladder.solver, exclusions: design.exclusions,
      idioReturns: identification.idioReturns(
        residuals: residuals, crossSection: crossSection, loadings: loadings, design: design, system: system),
      leverage: [], isRegressed: design.isRegressed)
  }

  /// `Σ w r²` and `Σ w (r − r̄)²` with `r̄` the weighted mean over all rows.
  private func responseSquares(
    _ crossSection: CrossSection, design: PeriodDesign, total: Double
  ) -> (aboutZero: Double, aboutMean: Double) {
    guard !design.isCentered else { return system.responseSquares(total: total) }
    var sum = 0.0
    for row in 0..<design.rowCount { sum += design.weights[row] * crossSection.returns[row] }
    var aboutMean = 0.0
    for row in 0..<design.rowCount {
      let deviation = crossSection.returns[row] - sum / total
      aboutMean += design.weights[row] * deviation * deviation
    }
    let aboutZero = WeightedSums.squares(design.weights.span, crossSection.returns.span, count: design.rowCount)
    return (aboutZero, aboutMean)
  }
}

extension Matrix {
  /// `Σ a²` of a column.
  func squaredLength(ofColumn column: Int) -> Double {
    var sum = 0.0
    let entries = storage.span
    for index in column * rowCount..<(column + 1) * rowCount { sum += entries[index] * entries[index] }
    return sum
  }
}

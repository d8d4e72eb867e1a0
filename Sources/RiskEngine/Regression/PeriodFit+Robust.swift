internal import LinAlg

extension PeriodFit {
  /// Iteratively reweighted least squares from a least-squares start.
  ///
  /// Leaves the system and the residuals of the last iteration, and its weights in the design.
  ///
  /// - Returns: `nil` where more than half of the assets come to be fitted exactly: least squares stands.
  mutating func reweight(
    _ crossSection: CrossSection, loadings: [Double], design: inout PeriodDesign, loss: RobustLoss
  ) -> RobustFit? {
    let original = design.weights
    let rowCount = design.rowCount
    var roots = original
    for row in 0..<rowCount { roots[row] = original[row].squareRoot() }
    var magnitudes = MedianMagnitude()
    var iterations = 0
    var hasConverged = false
    var scale = 0.0
    var previous = currentFactors(design: design)
    let rank = ladder.rank
    let liveSegments = system.segmentWeights.count { $0 > 0 }
    var fittedLoss = loss
    stages: for loss in RobustFit.stages(of: loss) {
      hasConverged = false
      while iterations < RobustFit.maximumIterations {
        scale = RobustFit.medianToDeviation * magnitudes.median(residuals, roots, count: rowCount)
        guard scale > 0 else { return nil }
        for row in 0..<rowCount where original[row] > 0 {
          design.weights[row] = original[row] * loss.weightFactor(residuals[row] * roots[row] / scale)
        }
        solve(crossSection, loadings: loadings, design: design)
        // Where nothing beyond the clip counts, a factor may lose all of its assets: the last fit stands.
        guard ladder.rank == rank, system.segmentWeights.count(where: { $0 > 0 }) == liveSegments else {
          hasConverged = false
          break stages
        }
        refine(crossSection, loadings: loadings, design: design)
        fittedLoss = loss
        iterations += 1
        let current = currentFactors(design: design)
        let change = current.largestChange(from: previous, scale: scale)
        previous = current
        if change < RobustFit.tolerance {
          hasConverged = true
          break
        }
      }
    }
    scale = RobustFit.medianToDeviation * magnitudes.median(residuals, roots, count: rowCount)
    guard scale > 0 else { return nil }
    let variance = RobustFit.variance(
      loss: fittedLoss, residuals: residuals, weights: original, scale: scale,
      rowCount: rowCount, regressedCount: design.regressedCount,
      parameterCount: rank + (design.isCentered ? liveSegments : 0))
    return RobustFit(
      factorReturns: previous.returns, variance: variance, iterations: iterations, hasConverged: hasConverged)
  }

  /// The factor returns of an iteration, and their standard errors for `σ = 1`.
  private struct Factors {
    var returns: [Double]
    var unitErrors: [Double]

    /// The largest change of a factor return in standard errors.
    func largestChange(from previous: Factors, scale: Double) -> Double {
      var largest = 0.0
      for factor in returns.indices where unitErrors[factor] > 0 {
        largest = max(largest, abs(returns[factor] - previous.returns[factor]) / (unitErrors[factor] * scale))
      }
      return largest
    }
  }

  /// The factor returns of the present solution.
  private func currentFactors(design: PeriodDesign) -> Factors {
    let functionals = FactorFunctionals(system: system, design: design)
    let returns = functionals.factorReturns(segmentMeans: segmentMeans, coefficients: ladder.coefficients)
    var whitened = functionals.reducedPart
    ladder.whiten(&whitened)
    let errors = returns.indices.map { factor in
      (functionals.segmentVariance[factor] + whitened.squaredLength(ofColumn: factor)).squareRoot()
    }
    return Factors(returns: returns, unitErrors: errors)
  }
}

internal import LinAlg

extension AssembledSystem {
  /// Solves the system and puts together what the period gives.
  ///
  /// - Parameters:
  ///   - variances: the variance of each row where idio returns covary, or `nil`.
  func regression(
    _ regression: CrossSectionalRegression, crossSection: CrossSection, design: PeriodDesign,
    variances: [Double]?, workspace: inout CholeskyWorkspace
  ) -> PeriodRegression {
    let (ladder, solution) = solve(workspace: &workspace)
    let factorCount = layout.count
    var factorReturns = Array(solution.prefix(factorCount))
    let undetermined = undetermined(ladder)
    var whitened = restriction.transposed
    ladder.whiten(&whitened)

    var idio = residuals(factorReturns: factorReturns, withExtra: false)
    let sums = squares(solution: solution, idio: idio)
    let parameters = factorCount - design.constraintCount - ladder.nullVectors.columnCount
    let freedom = Double(design.regressedCount - parameters)
    var standardErrors = [Double](repeating: .nan, count: factorCount)
    var inflation = standardErrors
    for factor in 0..<factorCount {
      guard !undetermined.isMissing[factor] else {
        factorReturns[factor] = .nan
        continue
      }
      let unit = whitened.squaredLength(ofColumn: factor)
      if freedom > 0 { standardErrors[factor] = (sums.idio / freedom * unit).squareRoot() }
      if regression.computesVarianceInflation, unit > 0, let own = ownVariance(of: factor), own > 0 {
        inflation[factor] = unit / own
      }
    }
    for row in 0..<design.rowCount where !design.isRegressed[row] {
      if !isKnown(row, undetermined: undetermined, crossSection: crossSection, design: design) { idio[row] = .nan }
    }
    var leverage = [Double]()
    var fittedVariances = [Double]()
    if regression.computesLeverage {
      fittedVariances = self.fittedVariances(whitened)
      let holdings = holdings(ladder)
      leverage = (0..<design.rowCount).map { row in
        self.row(row).prefix(factorCount).enumerated().reduce(0.0) { $0 + $1.element * holdings[row, $1.offset] }
      }
    }
    let weights =
      variances.map { $0.enumerated().map { design.isRegressed[$0.offset] ? 1 / $0.element : 0 } }
      ?? Array(design.weights.prefix(design.rowCount))
    let weightedSquares = zip(weights, idio).reduce(0.0) { $1.0 > 0 ? $0 + $1.0 * $1.1 * $1.1 : $0 }
    let outcome: PeriodOutcome =
      ladder.nullVectors.columnCount > 0 ? .degraded(.rank(deficiency: ladder.nullVectors.columnCount)) : .estimated
    return PeriodRegression(
      date: crossSection.date, outcome: outcome, assetCount: design.regressedCount, labels: layout.labels,
      factorReturns: factorReturns, standardErrors: standardErrors, varianceInflation: inflation,
      rSquared: 1 - sums.idio / sums.total, centeredRSquared: 1 - sums.idio / sums.centered,
      idioVolatility: (weightedSquares / weights.reduce(0, +)).squareRoot(), condition: ladder.condition,
      solver: ladder.solver, exclusions: design.exclusions, idioReturns: idio, leverage: leverage,
      fittedVariances: fittedVariances, isRegressed: design.isRegressed,
      thinLabels: thinPlaces.map { layout.labels[0][$0] })
  }

  /// `bᵀ R (RᵀAR)⁺ Rᵀ b` of each row.
  ///
  /// - Parameter whitened: one column a factor and extra column, whose products are `R (RᵀAR)⁺ Rᵀ`.
  /// - Complexity: O(m) for each loading that is not zero.
  private func fittedVariances(_ whitened: Matrix) -> [Double] {
    let order = whitened.rowCount
    let columns = whitened.storage.span
    return (0..<residualCount).map { row in
      var sum = [Double](repeating: 0, count: order)
      for (column, value) in self.row(row).prefix(layout.count).enumerated() where value != 0 {
        for index in 0..<order { sum[index] += value * columns[column * order + index] }
      }
      return sum.reduce(0.0) { $0 + $1 * $1 }
    }
  }

  /// `eᵀΩ⁻¹e`, `rᵀΩ⁻¹r` and the latter about the generalized mean.
  private func squares(solution: [Double], idio: [Double]) -> (idio: Double, total: Double, centered: Double) {
    guard extraCount > 0 else {
      let square = zip(weighted(idio), idio).reduce(0.0) { $1.1.isFinite ? $0 + $1.0 * $1.1 : $0 }
      return (square, moments.square, moments.square - moments.sum * moments.sum / moments.total)
    }
    // min over γ of the augmented sum of squares is the quadratic form in Ω⁻¹.
    let both = residuals(factorReturns: solution, withExtra: true)
    var square = zip(weighted(both), both).reduce(0.0) { $0 + $1.0 * $1.1 }
    for index in layout.count..<layout.count + extraCount { square += solution[index] * solution[index] }
    // The low-rank part of Ω⁻¹ = D⁻¹ − D⁻¹U (I + UᵀD⁻¹U)⁻¹ UᵀD⁻¹, for returns and ones.
    let first = layout.count
    let capacitance = SymmetricMatrix(order: extraCount) {
      matrix[first + $0, first + $1] + ($0 == $1 ? 1 : 0)
    }
    guard let cholesky = try? Cholesky(consuming: capacitance) else {
      preconditionFailure("I + UᵀD⁻¹U is positive definite")
    }
    var columns = Matrix.zeros(rowCount: extraCount, columnCount: 2)
    let ones = extraSums()
    for index in 0..<extraCount {
      columns[index, 0] = rightHandSide[first + index]
      columns[index, 1] = ones[index]
    }
    cholesky.forwardSolve(&columns)
    var returns = moments.square
    var sum = moments.sum
    var total = moments.total
    for index in 0..<extraCount {
      returns -= columns[index, 0] * columns[index, 0]
      sum -= columns[index, 0] * columns[index, 1]
      total -= columns[index, 1] * columns[index, 1]
    }
    return (square, returns, returns - sum * sum / total)
  }

  /// `Uᵀ D⁻¹ 1`.
  private func extraSums() -> [Double] {
    var sums = [Double](repeating: 0, count: extraCount)
    let weights = weighted(Array(repeating: 1, count: residualCount))
    for row in 0..<residualCount where weights[row] != 0 {
      let loadings = self.row(row)
      for index in 0..<extraCount { sums[index] += weights[row] * loadings[layout.count + index] }
    }
    return sums
  }

  /// Null vectors as factor returns, and the factors that they touch.
  private struct Undetermined {
    var vectors: [[Double]]
    var isMissing: [Bool]
  }

  /// Finds the factors that null vectors touch.
  private func undetermined(_ ladder: SolverLadder) -> Undetermined {
    // A column of zeros is a null vector of its own, which has no entry in lengths of columns.
    var result = Undetermined(vectors: [], isMissing: (0..<layout.count).map { matrix[$0, $0] == 0 })
    for index in 0..<ladder.nullVectors.columnCount {
      var vector = restriction.expand(ladder.nullVectors.column(index))
      let lengths = vector.indices.map { abs(vector[$0]) * matrix[$0, $0].squareRoot() }
      let largest = lengths.max() ?? 0
      guard largest > 0 else {
        result.vectors.append(vector)
        continue
      }
      for factor in 0..<layout.count where lengths[factor] > Identification.touchTolerance * largest {
        result.isMissing[factor] = true
      }
      for position in vector.indices { vector[position] /= largest }
      result.vectors.append(vector)
    }
    return result
  }

  /// Whether the idio return of a row that is not regressed can be told.
  private func isKnown(
    _ row: Int, undetermined: Undetermined, crossSection: CrossSection, design: PeriodDesign
  ) -> Bool {
    var isKnown = true
    for (group, content) in design.groups.enumerated() {
      crossSection.groups[group].forEach(in: row) { label, _ in
        if content.places[Int(label)] < 0 { isKnown = false }
      }
    }
    guard isKnown, !undetermined.vectors.isEmpty else { return isKnown }
    let loadings = self.row(row).prefix(layout.count)
    return undetermined.vectors.allSatisfy { vector in
      let terms = zip(loadings, vector).map { $0 * $1 }
      return abs(terms.reduce(0, +)) <= Identification.touchTolerance * terms.reduce(0.0) { $0 + abs($1) }
    }
  }

  /// `Var(f) / σ²` of a factor in the regression on the market and its own group alone.
  private func ownVariance(of factor: Int) -> Double? {
    let extras = (0..<extraCount).map { layout.count + $0 }
    var kept: [Int] = layout.hasMarket ? [0] : []
    if let group = layout.labels.indices.first(where: { layout.positions(ofGroup: $0).contains(factor) }) {
      kept += layout.positions(ofGroup: group)
    } else if factor >= layout.styleOffset {
      kept.append(factor)
    }
    let extended = FactorLayout(
      hasMarket: layout.hasMarket, labels: layout.labels, styleCount: layout.styleCount + extraCount)
    let small = Restriction(layout: extended, shares: shares, keeping: kept + extras)
    var withExtra = matrix
    for index in extras { withExtra[index, index] += 1 }
    guard let cholesky = try? Cholesky(consuming: small.restrict(withExtra)) else { return nil }
    var column = small.transposed.column(factor)
    cholesky.forwardSolve(&column)
    return column.reduce(0.0) { $0 + $1 * $1 }
  }
}

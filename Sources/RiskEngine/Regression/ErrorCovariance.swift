internal import LinAlg

/// How the errors of a fit covary when idio returns have variances `v` of their own, whatever the weights.
///
/// With `ω = w² v`, a fit consists of segment means `r̄_j`, with variance `Ω_j / D_j²`, and of coefficients
/// `β = S⁺ Σ w z̃ r`, with covariance `Q = S⁺ G S⁺`; the two covary by `S⁺ m_j / D_j`. Here `Ω_j = Σ ω`, `m_j = Σ ω z̃`
/// within a segment and `G = Σ ω z̃ z̃ᵀ`, all about the means that go with `w`. Where `w = 1 / v`, `ω = w`, so that
/// `m_j = 0` and `G = S`.
struct ErrorCovariance {
  private let system: SchurSystem
  private let ladder: SolverLadder
  private let design: PeriodDesign
  /// `Ω`, one a segment.
  private let segmentVariances: [Double]
  /// `m`, reduced coefficients × segments.
  private let segmentProducts: Matrix
  /// `G`.
  private let products: Matrix

  /// Sums what idio variances make of a fit.
  ///
  /// - Parameter idioVariances: `v` of each row; only those of rows regressed are read.
  /// - Complexity: `n K²`, as assembling the system.
  init(
    system: SchurSystem, ladder: SolverLadder, design: PeriodDesign, crossSection: CrossSection, loadings: [Double],
    idioVariances: [Double], kernel: inout CenteredGram
  ) {
    self.system = system
    self.ladder = ladder
    self.design = design
    var squared = design
    for row in 0..<design.rowCount {
      let weight = design.weights[row]
      squared.weights[row] = weight > 0 ? weight * weight * idioVariances[row] : 0
    }
    var about = SchurSystem()
    about.assemble(crossSection, loadings: loadings.span, design: squared, kernel: &kernel)
    let order = system.order
    segmentVariances = about.segmentWeights
    var shifts = Matrix.zeros(rowCount: order, columnCount: system.segmentCount)
    var scaled = shifts
    if design.isCentered {
      for segment in 0..<system.segmentCount {
        for index in 0..<order {
          let shift = about.reducedMeans[segment * order + index] - system.reducedMeans[segment * order + index]
          shifts[index, segment] = shift
          scaled[index, segment] = shift * about.segmentWeights[segment]
        }
      }
    }
    segmentProducts = scaled
    var products = about.matrix.full
    products.addProduct(scaled.view, shifts.view.transposed)
    self.products = products
  }

  /// `S⁺` times the columns of a matrix.
  private func solved(_ columns: Matrix) -> Matrix {
    var result = Matrix.zeros(rowCount: columns.rowCount, columnCount: columns.columnCount)
    for column in 0..<columns.columnCount {
      for (row, value) in ladder.solve(columns.column(column)).enumerated() { result[row, column] = value }
    }
    return result
  }

  /// `Cov(f̂ | f)`, factors × factors.
  ///
  /// - Complexity: O(m² (J + K)).
  func ofFactorReturns(_ functionals: FactorFunctionals, isMissing: [Bool]) -> SymmetricMatrix {
    let factors = isMissing.count
    let segments = system.segmentCount
    // `f̂ = Cᵀ s + Yᵀ b` with `s = Σ_{i∈j} w r` and `b = Σ w z̃ r`.
    var onSegments = Matrix.zeros(rowCount: segments, columnCount: factors)
    for factor in 0..<factors {
      let coefficients = functionals.segmentCoefficients(ofFactor: factor)
      for segment in 0..<segments where system.segmentWeights[segment] > 0 {
        onSegments[segment, factor] = coefficients[segment] / system.segmentWeights[segment]
      }
    }
    let onCoefficients = solved(functionals.reducedPart)
    var first = segmentProducts.transposed.multiplied(by: onCoefficients)
    for factor in 0..<factors {
      for segment in 0..<segments {
        first[segment, factor] += segmentVariances[segment] * onSegments[segment, factor]
      }
    }
    var second = segmentProducts.multiplied(by: onSegments)
    second.addProduct(products.view, onCoefficients.view)
    var covariance = onSegments.transposed.multiplied(by: first)
    covariance.addProduct(onCoefficients.view.transposed, second.view)
    return SymmetricMatrix(order: factors) { row, column in
      isMissing[row] || isMissing[column] ? .nan : 0.5 * (covariance[row, column] + covariance[column, row])
    }
  }

  /// `Var(bᵀf̂ | f)` of each row.
  ///
  /// - Parameter kernel: scratch.
  /// - Complexity: `n K²` flops where no group stands beside the eliminated one, else `2 n K'²`.
  func ofFittedReturns(
    crossSection: CrossSection, loadings: [Double], kernel: inout SegmentedQuadraticForms
  ) -> [Double] {
    if system.labelCount == 0, case .cholesky = ladder.factorization,
      let variances = ofFittedReturnsBySquares(crossSection: crossSection, loadings: loadings, kernel: &kernel)
    {
      return variances
    }
    return ofFittedReturnsByProducts(crossSection: crossSection, loadings: loadings)
  }

  /// The variances as one quadratic form a row, its square completed: with `Q⁻¹ = S G⁻¹ S` and `c = S⁻¹ m_j / D_j`,
  /// `z̃ᵀQz̃ + 2 z̃ᵀc + Ω_j / D_j² = (z̃ + Q⁻¹c)ᵀ Q (z̃ + Q⁻¹c) + (Ω_j − m_jᵀG⁻¹m_j) / D_j²`.
  ///
  /// - Returns: `nil` where `G` is singular to rounding.
  private func ofFittedReturnsBySquares(
    crossSection: CrossSection, loadings: [Double], kernel: inout SegmentedQuadraticForms
  ) -> [Double]? {
    let order = system.order
    let matrix = system.matrix.full
    guard let gram = try? Cholesky(consuming: SymmetricMatrix(order: order) { products[$0, $1] }) else { return nil }
    var root = matrix
    gram.forwardSolve(&root)
    guard let inverse = try? Cholesky(consuming: SymmetricMatrix(gramOf: root)) else { return nil }
    var solved = segmentProducts
    gram.solve(&solved)
    let shift = matrix.multiplied(by: solved)
    var means = [Double](repeating: 0, count: order * system.segmentCount)
    var offsets = [Double](repeating: 0, count: system.segmentCount)
    for segment in 0..<system.segmentCount where system.segmentWeights[segment] > 0 && design.isCentered {
      let weight = system.segmentWeights[segment]
      var square = segmentVariances[segment]
      for index in 0..<order {
        square -= segmentProducts[index, segment] * solved[index, segment]
        means[segment * order + index] =
          system.reducedMeans[segment * order + index] - shift[index, segment] / weight
      }
      offsets[segment] = square / (weight * weight)
    }
    var variances = [Double](repeating: 0, count: design.rowCount + CenteredGram.padding)
    let ones = [Double](repeating: 1, count: order)
    var target = variances.mutableSpan
    kernel.compute(
      columns: loadings.span, rowCount: design.rowCount, segmentStarts: crossSection.segmentStarts.span,
      means: means.span, meanStride: order, cholesky: inverse, scale: ones.span, offsets: offsets.span, forms: &target)
    variances.removeLast(CenteredGram.padding)
    return variances
  }

  /// The variances from `Q` written out.
  private func ofFittedReturnsByProducts(crossSection: CrossSection, loadings: [Double]) -> [Double] {
    let order = system.order
    let joint = solved(segmentProducts)
    // `Q = S⁺ G S⁺`; `S⁺` is symmetric.
    let covariance = solved(solved(products).transposed)
    var variances = [Double](repeating: 0, count: design.rowCount)
    for segment in 0..<system.segmentCount {
      let weight = system.segmentWeights[segment]
      guard weight > 0 else { continue }
      let rows = Int(crossSection.segmentStarts[segment])..<Int(crossSection.segmentStarts[segment + 1])
      var columns = Matrix.zeros(rowCount: order, columnCount: rows.count)
      CenteredRows.write(
        rows, of: segment, into: &columns, at: 0, crossSection: crossSection, loadings: loadings.span, design: design,
        system: system)
      let products = covariance.multiplied(by: columns)
      let own = design.isCentered ? segmentVariances[segment] / (weight * weight) : 0
      for row in rows {
        var sum = own
        let column = row - rows.lowerBound
        for index in 0..<order {
          let value = columns[index, column]
          sum += value * products[index, column]
          if design.isCentered { sum += 2 * value * joint[index, segment] / weight }
        }
        variances[row] = sum
      }
    }
    return variances
  }
}

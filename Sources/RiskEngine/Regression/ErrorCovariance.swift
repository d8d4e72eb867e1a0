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
  /// - Complexity: `2 n K²` flops.
  func ofFittedReturns(crossSection: CrossSection, loadings: [Double]) -> [Double] {
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

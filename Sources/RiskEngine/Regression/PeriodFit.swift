internal import LinAlg

/// The fit of one period's factor returns by weighted least squares, and the scratch for it.
///
/// Solving leaves the coefficients and the means of the segments here, refining the residuals: what one
/// period fits is overwritten by the next, so that nothing is allocated anew.
///
/// Not copyable, so two workers cannot share one by accident.
struct PeriodFit: ~Copyable {
  /// A correction that changes the residuals by at most this fraction of their length is rounding error.
  private static let negligibleChange = 16 * Double.ulpOfOne

  /// The normal equations.
  private(set) var system = SchurSystem()
  /// Their factorization and solution.
  private(set) var ladder = SolverLadder.empty
  /// `r̄`: for each segment the mean of the returns, less what other groups' labels explain not taken out,
  /// refined, so that `g_j = r̄_j − X̄_jᵀβ`.
  private(set) var segmentMeans: [Double] = []
  /// `e`: one entry a row, then padding.
  private(set) var residuals: [Double] = []
  /// `Σ w e²` of the residuals.
  private(set) var idioSquares = 0.0
  private var kernel: CenteredGram
  private var residualKernel = SegmentedResiduals()
  private var choleskyWorkspace: CholeskyWorkspace
  private var gradient: [Double] = []
  private var segmentSums: [Double] = []
  private var offsets: [Double] = []

  /// Makes scratch.
  init(styleCount: Int) {
    kernel = CenteredGram(columnCount: styleCount)
    choleskyWorkspace = CholeskyWorkspace(order: styleCount)
  }

  /// Solves the normal equations, and takes one step of iterative refinement.
  mutating func leastSquares(_ crossSection: CrossSection, loadings: [Double], design: PeriodDesign) {
    solve(crossSection, loadings: loadings, design: design)
    refine(crossSection, loadings: loadings, design: design)
  }

  /// Sums the normal equations and solves them.
  mutating func solve(_ crossSection: CrossSection, loadings: [Double], design: PeriodDesign) {
    system.assemble(
      crossSection, loadings: loadings.span, design: design, kernel: &kernel)
    let styleCount = system.styleCount
    let system = system
    ladder = SolverLadder(
      matrix: system.matrix, rightHandSide: system.rightHandSide, squares: system.squares,
      isSummedFromCentered: { $0 < styleCount }, rowCount: design.regressedCount, workspace: &choleskyWorkspace,
      rows: { DenseRows(crossSection: crossSection, loadings: loadings, design: design, system: system).written() })
  }

  /// Computes the residuals and takes one step of iterative refinement with them.
  mutating func refine(_ crossSection: CrossSection, loadings: [Double], design: PeriodDesign) {
    let rows = design.rowCount
    residuals.setCount(rows + CenteredGram.padding)
    gradient.setCount(system.styleCount)
    segmentSums.setCount(system.segmentCount)
    var means = system.means
    var response = crossSection.returns
    if let contributions = system.labelContributions(ladder.coefficients, crossSection: crossSection, design: design) {
      for row in 0..<rows { response[row] -= contributions[row] }
      let width = system.styleCount + 1
      for segment in 0..<system.segmentCount {
        means[segment * width + width - 1] -= system.labelMean(ofSegment: segment, ladder.coefficients)
      }
    }
    let coefficients = ladder.coefficients
    let styleCount = system.styleCount
    idioSquares = Self.residuals(
      loadings.span, response.span, design.weights.span, rows, crossSection.segmentStarts.span, means.span,
      coefficients.span.extracting(first: styleCount), &residuals, &gradient, &segmentSums,
      &residualKernel)
    gradient += system.labelGradient(
      residuals: residuals, segmentSums: segmentSums, crossSection: crossSection, design: design)
    let correction = ladder.solve(gradient)
    ladder.correct(by: correction)
    apply(correction, crossSection, loadings: loadings, design: design)
  }

  /// Runs the kernel of the residuals on arrays of this fit.
  private static func residuals(
    _ loadings: Span<Double>, _ response: Span<Double>, _ weights: Span<Double>, _ rowCount: Int,
    _ segmentStarts: Span<Int32>, _ means: Span<Double>, _ coefficients: Span<Double>,
    _ residuals: inout [Double], _ gradient: inout [Double], _ segmentSums: inout [Double],
    _ kernel: inout SegmentedResiduals
  ) -> Double {
    var residuals = residuals.mutableSpan
    var gradient = gradient.mutableSpan
    var segmentSums = segmentSums.mutableSpan
    return kernel.compute(
      columns: loadings, response: response, weights: weights, rowCount: rowCount, segmentStarts: segmentStarts,
      means: means, coefficients: coefficients, residuals: &residuals, gradient: &gradient,
      segmentSums: &segmentSums)
  }

  /// Takes a correction of the coefficients out of the residuals, where it changes them by more than rounding.
  private mutating func apply(
    _ correction: [Double], _ crossSection: CrossSection, loadings: [Double], design: PeriodDesign
  ) {
    let rows = design.rowCount
    let width = system.styleCount + 1
    offsets.setCount(system.segmentCount)
    segmentMeans.setCount(system.segmentCount)
    let negligible = Self.negligibleChange * idioSquares.squareRoot()
    var isNegligible = true
    for index in correction.indices where abs(correction[index]) * ladder.scale[index] > negligible {
      isNegligible = false
    }
    for segment in 0..<system.segmentCount {
      let weight = system.segmentWeights[segment]
      let offset = design.isCentered && weight > 0 ? segmentSums[segment] / weight : 0
      if abs(offset) * weight.squareRoot() > negligible { isNegligible = false }
      offsets[segment] = offset
      segmentMeans[segment] = system.means[segment * width + width - 1] + offset
    }
    guard !isNegligible else { return }
    if let contributions = system.labelContributions(correction, crossSection: crossSection, design: design) {
      for row in 0..<rows { residuals[row] -= contributions[row] }
      for segment in 0..<system.segmentCount {
        offsets[segment] -= system.labelMean(ofSegment: segment, correction)
      }
    }
    let means = system.means
    let styleCount = system.styleCount
    let offsets = offsets
    Self.correct(
      loadings.span, rows, crossSection.segmentStarts.span, means.span,
      correction.span.extracting(first: styleCount), offsets.span, &residuals, residualKernel)
    idioSquares = WeightedSums.squares(design.weights.span, residuals.span, count: rows)
  }

  /// Runs the kernel of corrections on arrays of this fit.
  private static func correct(
    _ loadings: Span<Double>, _ rowCount: Int, _ segmentStarts: Span<Int32>, _ means: Span<Double>,
    _ coefficients: Span<Double>, _ offsets: Span<Double>, _ residuals: inout [Double],
    _ kernel: borrowing SegmentedResiduals
  ) {
    var residuals = residuals.mutableSpan
    kernel.correct(
      columns: loadings, rowCount: rowCount, segmentStarts: segmentStarts, means: means,
      coefficients: coefficients, offsets: offsets, residuals: &residuals)
  }
}

extension [Double] {
  /// Gives scratch a length; what it held is lost where that changes.
  fileprivate mutating func setCount(_ count: Int) {
    if self.count != count { self = Array(repeating: 0, count: count) }
  }
}

internal import LinAlg

/// The normal equations of one period with every factor in them, for what the elimination of a group
/// cannot do: idio returns that covary, ridges on single labels, holdings of factor portfolios.
///
/// Rows of `Ω` that stand alone are added with `w = 1 / v`. Linked rows are whitened by the Cholesky factor
/// of their block. The low-rank part of `Ω = D + U Uᵀ` becomes q further columns with a ridge of one: the
/// first m entries of that solution are those of generalized least squares with `Ω`.
struct AssembledSystem {
  /// The factors.
  let layout: FactorLayout
  /// For each group the share of each label.
  let shares: [[Double]]
  /// The number of columns of `U`.
  let extraCount: Int
  /// What is added to the diagonal, one number a factor and extra column.
  let ridge: [Double]
  /// The labels of the first group that have a ridge.
  let thinPlaces: [Int]
  /// `A` without the ridge, of order m + q.
  let matrix: SymmetricMatrix
  /// `c`.
  let rightHandSide: [Double]
  /// `rᵀΩ⁻¹r`, `1ᵀΩ⁻¹r` and `1ᵀΩ⁻¹1`, without the low-rank part.
  let moments: (square: Double, sum: Double, total: Double)
  /// The constraints, of m + q factors.
  let restriction: Restriction
  private let crossSection: CrossSection
  private let loadings: [Double]
  private let design: PeriodDesign
  private let extra: Matrix?
  private let blocks: [LinkedBlock]
  /// Whether each row is in a block.
  private let isLinked: [Bool]

  /// The number of rows of the cross-section.
  var residualCount: Int { design.rowCount }

  /// Rows that covary, with the Cholesky factor of their covariance.
  private struct LinkedBlock {
    let rows: [Int]
    let cholesky: Cholesky
  }

  /// A covariance that is not positive definite.
  struct IndefiniteBlock: Error {
    /// The first rows of the cross-section in it.
    let rows: [Int]
  }

  /// Assembles the system of a prepared design.
  ///
  /// - Parameters:
  ///   - covariance: the idio covariance, or `nil` where `design.weights` says all.
  ///   - thinMinimum: the effective number of names below which a label of the first group gets a ridge.
  /// - Throws: `IndefiniteBlock`.
  /// - Complexity: `n (K + G)²`, `Σ b³ + b² m` for blocks of b rows.
  init(
    crossSection: CrossSection, loadings: [Double], design: PeriodDesign, covariance: IdioCovariance?,
    thinMinimum: Double?
  ) throws(IndefiniteBlock) {
    self.crossSection = crossSection
    self.loadings = loadings
    self.design = design
    var extra: Matrix?
    if case .lowRankPlusDiagonal(_, let columns)? = covariance { extra = columns }
    self.extra = extra
    extraCount = extra?.columnCount ?? 0
    layout = FactorLayout(
      hasMarket: design.hasMarket, labels: design.groups.map(\.labels), styleCount: design.styleCount)
    shares = design.groups.map(\.shares)
    var blocks = [LinkedBlock]()
    var isLinked = [Bool](repeating: false, count: design.rowCount)
    for block in covariance?.blocks(amongRegressed: design.isRegressed) ?? [] {
      guard let cholesky = try? Cholesky(consuming: block.covariance) else { throw IndefiniteBlock(rows: block.rows) }
      blocks.append(LinkedBlock(rows: block.rows, cholesky: cholesky))
      for row in block.rows { isLinked[row] = true }
    }
    self.blocks = blocks
    self.isLinked = isLinked

    let order = layout.count + extraCount
    var matrix = SymmetricMatrix.zeros(order: order)
    var rightHandSide = [Double](repeating: 0, count: order)
    var square = 0.0
    var sum = 0.0
    var total = 0.0
    func add(_ row: [(index: Int, value: Double)], _ weight: Double, _ r: Double, _ one: Double) {
      for (position, entry) in row.enumerated() {
        let product = weight * entry.value
        rightHandSide[entry.index] += product * r
        for other in row[...position] { matrix[entry.index, other.index] += product * other.value }
      }
      square += weight * r * r
      sum += weight * r * one
      total += weight * one * one
    }
    let writer = DesignRow(crossSection: crossSection, loadings: loadings, design: design, layout: layout, extra: extra)
    for row in 0..<design.rowCount where design.isRegressed[row] && !isLinked[row] {
      add(writer.entries(row), design.weights[row], crossSection.returns[row], 1)
    }
    for block in blocks {
      let whitened = Self.whitened(block, writer: writer, order: order, returns: crossSection.returns)
      for index in block.rows.indices {
        let entries = (0..<order).compactMap { column in
          whitened[index, column] == 0 ? nil : (index: column, value: whitened[index, column])
        }
        add(entries, 1, whitened[index, order], whitened[index, order + 1])
      }
    }
    self.matrix = matrix
    self.rightHandSide = rightHandSide
    moments = (square, sum, total)

    var ridge = [Double](repeating: 0, count: order)
    for index in layout.count..<order { ridge[index] = 1 }
    var thinPlaces = [Int]()
    if let thinMinimum, let first = layout.labels.first {
      let names = Self.effectiveNames(design: design, column: crossSection.groups[0])
      for place in first.indices where names[place].count < thinMinimum {
        ridge[layout.offset(ofGroup: 0) + place] =
          names[place].weight * (thinMinimum - names[place].count) / names[place].count
        thinPlaces.append(place)
      }
    }
    self.ridge = ridge
    self.thinPlaces = thinPlaces
    let extended = FactorLayout(
      hasMarket: layout.hasMarket, labels: layout.labels, styleCount: layout.styleCount + extraCount)
    restriction = Restriction(layout: extended, shares: shares)
  }

  /// `L⁻¹ [B r 1]` of a block.
  private static func whitened(
    _ block: LinkedBlock, writer: DesignRow, order: Int, returns: [Double]
  ) -> Matrix {
    var rows = Matrix.zeros(rowCount: block.rows.count, columnCount: order + 2)
    for (index, row) in block.rows.enumerated() {
      for entry in writer.entries(row) { rows[index, entry.index] += entry.value }
      rows[index, order] = returns[row]
      rows[index, order + 1] = 1
    }
    block.cholesky.forwardSolve(&rows)
    return rows
  }

  /// The effective number of names of each label of the first group, and its weight: `(Σ w)² / Σ w²`.
  private static func effectiveNames(
    design: PeriodDesign, column: GroupColumn
  ) -> [(count: Double, weight: Double)] {
    var sums = [Double](repeating: 0, count: design.groups[0].labels.count)
    var squares = sums
    for row in 0..<design.rowCount where design.isRegressed[row] {
      column.forEach(in: row) { label, fraction in
        let place = Int(design.groups[0].places[Int(label)])
        let weight = design.weights[row] * fraction
        sums[place] += weight
        squares[place] += weight * weight
      }
    }
    return zip(sums, squares).map { ($0 * $0 / $1, $0) }
  }

  /// `A + Λ` under the constraints, solved.
  ///
  /// - Returns: the ladder, with one step of iterative refinement taken, and the m + q factor returns.
  func solve(workspace: inout CholeskyWorkspace) -> (ladder: SolverLadder, factorReturns: [Double]) {
    var withRidge = matrix
    for index in ridge.indices { withRidge[index, index] += ridge[index] }
    let reduced = restriction.restrict(withRidge)
    var ladder = SolverLadder(
      matrix: reduced, rightHandSide: restriction.restrict(rightHandSide),
      // What is left of a label that is a multiple of another is a difference, and nothing but rounding.
      squares: restriction.squaresOfParts(withRidge), isSummedFromCentered: { _ in false },
      rowCount: design.regressedCount, workspace: &workspace, rows: { denseRows() })
    let residuals = residuals(factorReturns: restriction.expand(ladder.coefficients), withExtra: true)
    var gradient = transposedProduct(weighted(residuals))
    let factorReturns = restriction.expand(ladder.coefficients)
    for index in ridge.indices { gradient[index] -= ridge[index] * factorReturns[index] }
    ladder.correct(by: ladder.solve(restriction.restrict(gradient)))
    return (ladder, restriction.expand(ladder.coefficients))
  }

  /// `r − B f` of each row, and less `U γ` where asked.
  func residuals(factorReturns: [Double], withExtra: Bool) -> [Double] {
    let writer = DesignRow(
      crossSection: crossSection, loadings: loadings, design: design, layout: layout, extra: withExtra ? extra : nil)
    return (0..<design.rowCount).map { row in
      writer.entries(row).reduce(crossSection.returns[row]) { $0 - $1.value * factorReturns[$1.index] }
    }
  }

  /// `D⁻¹ e`, blocks included; 0 at rows that are not regressed.
  func weighted(_ residuals: [Double]) -> [Double] {
    var weighted = residuals.indices.map { design.isRegressed[$0] ? design.weights[$0] * residuals[$0] : 0 }
    for block in blocks {
      var part = block.rows.map { residuals[$0] }
      block.cholesky.solve(&part)
      for (index, row) in block.rows.enumerated() { weighted[row] = part[index] }
    }
    return weighted
  }

  /// `[B U]ᵀ x`.
  private func transposedProduct(_ x: [Double]) -> [Double] {
    let writer = DesignRow(crossSection: crossSection, loadings: loadings, design: design, layout: layout, extra: extra)
    var product = [Double](repeating: 0, count: layout.count + extraCount)
    for row in 0..<design.rowCount where x[row] != 0 {
      for entry in writer.entries(row) { product[entry.index] += entry.value * x[row] }
    }
    return product
  }

  /// Each row's loadings on all m + q columns.
  func row(_ row: Int) -> [Double] {
    let writer = DesignRow(crossSection: crossSection, loadings: loadings, design: design, layout: layout, extra: extra)
    var dense = [Double](repeating: 0, count: layout.count + extraCount)
    for entry in writer.entries(row) { dense[entry.index] += entry.value }
    return dense
  }

  /// `P`: the holdings of the factor portfolios, rows × factors, so that `f = Pᵀ r`.
  ///
  /// `P = Ω⁻¹ B R (Rᵀ A R)⁻¹ Rᵀ`; 0 at rows that are not regressed.
  /// - Complexity: O(m³), and O(m) for each loading that is not zero.
  func holdings(_ ladder: SolverLadder) -> Matrix {
    let order = layout.count + extraCount
    let inverse = constrainedInverse(ladder)
    let core = inverse.storage.span
    var holdings = Matrix.zeros(rowCount: layout.count, columnCount: design.rowCount)
    var entries = holdings.storage.mutableSpan
    func add(_ row: Int, _ value: Double, _ column: Int, _ entries: inout MutableSpan<Double>) {
      let target = row * layout.count
      for factor in 0..<layout.count { entries[target + factor] += value * core[column * order + factor] }
    }
    let writer = DesignRow(crossSection: crossSection, loadings: loadings, design: design, layout: layout, extra: extra)
    for row in 0..<design.rowCount where design.isRegressed[row] && !isLinked[row] {
      for entry in writer.entries(row) { add(row, design.weights[row] * entry.value, entry.index, &entries) }
    }
    for block in blocks {
      var part = Matrix.zeros(rowCount: block.rows.count, columnCount: order)
      for (index, row) in block.rows.enumerated() {
        for entry in writer.entries(row) { part[index, entry.index] += entry.value }
      }
      block.cholesky.solve(&part)
      for (index, row) in block.rows.enumerated() {
        for column in 0..<order where part[index, column] != 0 { add(row, part[index, column], column, &entries) }
      }
    }
    return holdings.transposed
  }

  /// `R (Rᵀ A R)⁺ Rᵀ`, of order m + q.
  private func constrainedInverse(_ ladder: SolverLadder) -> Matrix {
    let order = layout.count + extraCount
    var inverse = Matrix.zeros(rowCount: order, columnCount: order)
    var unit = [Double](repeating: 0, count: order)
    for column in 0..<order {
      unit[column] = 1
      let solved = restriction.expand(ladder.solve(restriction.restrict(unit)))
      for row in 0..<order { inverse[row, column] = solved[row] }
      unit[column] = 0
    }
    return inverse
  }

  /// The rows of the constrained system written out, those of the ridge included.
  private func denseRows() -> SolverLadder.Rows {
    let order = layout.count + extraCount
    let writer = DesignRow(crossSection: crossSection, loadings: loadings, design: design, layout: layout, extra: extra)
    let ridged = ridge.indices.filter { ridge[$0] > 0 }
    var columns = Matrix.zeros(rowCount: design.regressedCount + ridged.count, columnCount: restriction.order)
    var response = [Double](repeating: 0, count: columns.rowCount)
    var position = 0
    func append(_ dense: [Double], _ r: Double) {
      for (column, value) in restriction.restrict(dense).enumerated() { columns[position, column] = value }
      response[position] = r
      position += 1
    }
    for row in 0..<design.rowCount where design.isRegressed[row] && !isLinked[row] {
      let root = design.weights[row].squareRoot()
      append(self.row(row).map { $0 * root }, crossSection.returns[row] * root)
    }
    for block in blocks {
      let whitened = Self.whitened(block, writer: writer, order: order, returns: crossSection.returns)
      for index in block.rows.indices {
        append((0..<order).map { whitened[index, $0] }, whitened[index, order])
      }
    }
    for index in ridged {
      var dense = [Double](repeating: 0, count: order)
      dense[index] = ridge[index].squareRoot()
      append(dense, 0)
    }
    return SolverLadder.Rows(columns: columns, response: response)
  }
}

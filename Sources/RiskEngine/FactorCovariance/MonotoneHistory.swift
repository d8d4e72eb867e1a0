public import LinAlg

/// Covariances of series that begin one after the other, in closed form.
///
/// Each block of series that begin together is regressed on all longer ones over the periods that it has, without
/// intercept; what the longer ones are known to do before that tells what the shorter would have done. For nested
/// histories this is the maximum of the likelihood of normal returns with mean zero (R. F. Stambaugh, Analyzing
/// investments whose histories differ in length, *Journal of Financial Economics* 45, 1997, 285-331).
public struct MonotoneHistory: Sendable {
  /// What is done where a block has fewer than two common periods for each longer series.
  public enum ShortBlocks: Hashable, Sendable {
    /// No covariance with longer series.
    case uncorrelated
    /// Coefficients from longer series whose covariance is shrunk towards the identity (Ledoit and Wolf, 2004).
    case ridge
  }

  /// m × m, positive semidefinite, in squared units of the series.
  public let covariance: SymmetricMatrix
  /// The series whose block was too short for a regression.
  public let shortSeries: [Int]

  /// Estimates a covariance.
  ///
  /// - Parameters:
  ///   - series: T periods × m series, NaN where missing.
  ///   - weights: one a period, not negative.
  ///   - shortBlocks: what is done with blocks that are too short.
  /// - Returns: `nil` where the periods of some two series are not nested.
  /// - Throws: `notFinite` for a series that is infinite.
  /// - Complexity: O(T m² + m³) times the number of different beginnings.
  public init?(
    _ series: Matrix, weights: [Double], shortBlocks: ShortBlocks = .uncorrelated
  ) throws(LinAlgError) {
    precondition(weights.count == series.rowCount, "\(weights.count) weights for \(series.rowCount) periods")
    let rows = weights.indices.filter { weights[$0] > 0 }
    let present = (0..<series.columnCount).map { column in rows.map { !series[$0, column].isNaN } }
    let counts = present.map { $0.count { $0 } }
    let sequence = present.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
    for (longer, shorter) in zip(sequence, sequence.dropFirst())
    where zip(present[longer], present[shorter]).contains(where: { !$0 && $1 }) { return nil }

    var covariance = SymmetricMatrix.zeros(order: series.columnCount)
    var short = [Int]()
    var before = [Int]()
    var next = 0
    while next < sequence.count {
      let block = sequence[next...].prefix { counts[$0] == counts[sequence[next]] }
      let common = rows.indices.filter { present[sequence[next]][$0] }.map { rows[$0] }
      next += block.count
      try Self.add(
        Array(block).sorted(), after: before, series: series, weights: weights, rows: common, shortBlocks: shortBlocks,
        to: &covariance, short: &short)
      before = (before + block).sorted()
    }
    self.covariance = covariance
    shortSeries = short.sorted()
  }

  private static func add(
    _ block: [Int], after longer: [Int], series: Matrix, weights: [Double], rows: [Int], shortBlocks: ShortBlocks,
    to covariance: inout SymmetricMatrix, short: inout [Int]
  ) throws(LinAlgError) {
    let total = rows.reduce(0) { $0 + weights[$1] }
    guard total > 0 else {
      short += block
      return
    }
    func scaled(_ columns: [Int]) -> Matrix {
      Matrix(rowCount: rows.count, columnCount: columns.count) {
        (weights[rows[$0]] / total).squareRoot() * series[rows[$0], columns[$1]]
      }
    }
    let (a, b) = (scaled(longer), scaled(block))
    var residual = b
    var loadings = Matrix.zeros(rowCount: longer.count, columnCount: block.count)
    let isShort = rows.count < 2 * longer.count
    if isShort { short += block }
    if !longer.isEmpty, !isShort || shortBlocks == .ridge {
      var gram = SymmetricMatrix(gramOf: a)
      if isShort {
        let raw = Matrix(rowCount: rows.count, columnCount: longer.count) { series[rows[$0], longer[$1]] }
        gram = LedoitWolf.identity(raw, weights: rows.map { weights[$0] }).covariance
      }
      loadings = a.view.transposed.multiplied(by: b.view)
      try SemidefiniteSolver(consuming: gram).solve(&loadings)
      residual.addProduct(a.view, loadings.view, scale: -1)
    }
    let ofLonger = SymmetricMatrix(order: longer.count) { covariance[longer[$0], longer[$1]] }
    let cross = ofLonger.full.multiplied(by: loadings)
    let own = loadings.view.transposed.multiplied(by: cross.view)
    let residuals = SymmetricMatrix(gramOf: residual)
    for (j, column) in block.enumerated() {
      for (i, row) in longer.enumerated() { covariance[row, column] = cross[i, j] }
      for (i, row) in block.enumerated() where i >= j {
        covariance[row, column] = residuals[i, j] + 0.5 * (own[i, j] + own[j, i])
      }
    }
  }
}

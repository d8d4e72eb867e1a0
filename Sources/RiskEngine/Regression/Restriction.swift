internal import LinAlg

/// `R`, whose columns span the factor returns that satisfy the constraints: `f = R g`.
///
/// Each constrained group gives up its label with the largest share, `f_pivot = −Σ (ϖ_l / ϖ_pivot) f_l`;
/// every other factor is a column of its own.
struct Restriction {
  /// The number of factors, `m`.
  let factorCount: Int
  /// For each reduced column its factor.
  let factors: [Int]
  /// For each reduced column the pivot that it changes with it and by what ratio, or `nil`.
  private let pivots: [(factor: Int, ratio: Double)?]

  /// Makes the restriction of a layout.
  ///
  /// - Parameters:
  ///   - shares: for each group `ϖ` of its labels.
  ///   - kept: the factors that take part, ascending; a constrained group takes part as a whole or not.
  init(layout: FactorLayout, shares: [[Double]], keeping kept: [Int]? = nil) {
    factorCount = layout.count
    let isKept = kept.map { kept in Set(kept) }
    var factors = [Int]()
    var pivots = [(factor: Int, ratio: Double)?]()
    func add(_ factor: Int, _ pivot: (factor: Int, ratio: Double)? = nil) {
      factors.append(factor)
      pivots.append(pivot)
    }
    func isPresent(_ factor: Int) -> Bool { isKept?.contains(factor) ?? true }
    if layout.hasMarket, isPresent(0) { add(0) }
    for group in layout.labels.indices {
      let positions = layout.positions(ofGroup: group).filter(isPresent)
      guard layout.isConstrained(group) else {
        positions.forEach { add($0) }
        continue
      }
      let first = layout.offset(ofGroup: group)
      var pivot = positions.first ?? 0
      for factor in positions where shares[group][factor - first] > shares[group][pivot - first] { pivot = factor }
      for factor in positions where factor != pivot {
        add(factor, (pivot, shares[group][factor - first] / shares[group][pivot - first]))
      }
    }
    for style in 0..<layout.styleCount where isPresent(layout.styleOffset + style) { add(layout.styleOffset + style) }
    self.factors = factors
    self.pivots = pivots
  }

  /// `m − p`: the number of reduced columns.
  var order: Int { factors.count }

  /// `RᵀAR`.
  func restrict(_ matrix: SymmetricMatrix) -> SymmetricMatrix {
    SymmetricMatrix(order: order) { row, column in
      let a = factors[row]
      let b = factors[column]
      var value = matrix[a, b]
      if let pivot = pivots[row] { value -= pivot.ratio * matrix[pivot.factor, b] }
      if let pivot = pivots[column] {
        value -= pivot.ratio * matrix[a, pivot.factor]
        if let other = pivots[row] { value += pivot.ratio * other.ratio * matrix[other.factor, pivot.factor] }
      }
      return value
    }
  }

  /// For each reduced column a bound of its squared length that its parts have before one is taken from the other, of
  /// the columns whose products are `matrix`.
  func squaresOfParts(_ matrix: SymmetricMatrix) -> [Double] {
    factors.indices.map { index in
      let square = matrix[factors[index], factors[index]]
      guard let pivot = pivots[index] else { return square }
      let length = square.squareRoot() + abs(pivot.ratio) * matrix[pivot.factor, pivot.factor].squareRoot()
      return length * length
    }
  }

  /// `Rᵀc`.
  func restrict(_ vector: [Double]) -> [Double] {
    factors.indices.map { index in
      pivots[index].map { vector[factors[index]] - $0.ratio * vector[$0.factor] } ?? vector[factors[index]]
    }
  }

  /// `R g`.
  func expand(_ reduced: [Double]) -> [Double] {
    var full = [Double](repeating: 0, count: factorCount)
    for (index, value) in reduced.enumerated() {
      full[factors[index]] += value
      if let pivot = pivots[index] { full[pivot.factor] -= pivot.ratio * value }
    }
    return full
  }

  /// `Rᵀ`, order × factors.
  var transposed: Matrix {
    var matrix = Matrix.zeros(rowCount: order, columnCount: factorCount)
    for index in factors.indices {
      matrix[index, factors[index]] += 1
      if let pivot = pivots[index] { matrix[index, pivot.factor] -= pivot.ratio }
    }
    return matrix
  }
}

public import LinAlg

extension ModelLoadings {
  /// `BᵀX`: the loadings of portfolios, factors × portfolios.
  ///
  /// - Parameter x: holdings, assets × portfolios.
  /// - Complexity: O(q n (K + G)) for q portfolios, K styles and G labels a row.
  public func transposedProduct(_ x: Matrix) -> Matrix {
    precondition(x.rowCount == rowCount, "\(x.rowCount) holdings for \(rowCount) assets")
    let (n, m) = (rowCount, factorCount)
    var product = Matrix.zeros(rowCount: m, columnCount: x.columnCount)
    let ofStyles = styles.view.transposed.multiplied(by: x.view)
    let styleOffset = layout.styleOffset
    var target = product.storage.mutableSpan
    for portfolio in 0..<x.columnCount {
      let holdings = x.storage.span.extracting(portfolio * n..<(portfolio + 1) * n)
      let first = portfolio * m
      if layout.hasMarket { target[first] = SampleSums.sum(holdings) }
      for group in groups {
        switch group {
        case .labels(let positions):
          let places = positions.span
          for row in 0..<n { target[first + Int(places[row])] += holdings[row] }
        case .fractions(let starts, let positions, let fractions):
          for row in 0..<n {
            for entry in Int(starts[row])..<Int(starts[row + 1]) {
              target[first + Int(positions[entry])] += fractions[entry] * holdings[row]
            }
          }
        }
      }
      for style in 0..<layout.styleCount { target[first + styleOffset + style] = ofStyles[style, portfolio] }
    }
    return product
  }

  /// `Bᵀx`, m numbers.
  public func transposedProduct(_ x: [Double]) -> [Double] {
    transposedProduct(Matrix(rowCount: x.count, columnCount: 1, storage: x)).storage
  }

  /// `BV`, assets × columns of `V`.
  ///
  /// - Parameter v: factors × any.
  /// - Complexity: O(q n (K + G)) for q columns.
  public func product(_ v: Matrix) -> Matrix {
    precondition(v.rowCount == factorCount, "\(v.rowCount) numbers for \(factorCount) factors")
    let (n, m) = (rowCount, factorCount)
    let ofStyles = v.view.rows(layout.styleOffset..<m)
    var product = styles.view.multiplied(by: ofStyles)
    var target = product.storage.mutableSpan
    for column in 0..<v.columnCount {
      let values = v.storage.span.extracting(column * m..<(column + 1) * m)
      let first = column * n
      if layout.hasMarket {
        let market = values[0]
        for row in first..<first + n { target[row] += market }
      }
      for group in groups {
        switch group {
        case .labels(let positions):
          let places = positions.span
          for row in 0..<n { target[first + row] += values[Int(places[row])] }
        case .fractions(let starts, let positions, let fractions):
          for row in 0..<n {
            for entry in Int(starts[row])..<Int(starts[row + 1]) {
              target[first + row] += fractions[entry] * values[Int(positions[entry])]
            }
          }
        }
      }
    }
    return product
  }

  /// `Bf`, n numbers.
  public func product(_ f: [Double]) -> [Double] {
    product(Matrix(rowCount: f.count, columnCount: 1, storage: f)).storage
  }

  /// `BᵀWB` for diagonal weights.
  ///
  /// - Parameter w: a weight for each row, not negative.
  /// - Complexity: `2 n K²` flops for styles; O(n (K + G) G) for labels.
  func weightedGram(_ w: [Double]) -> SymmetricMatrix {
    precondition(w.count == rowCount, "\(w.count) weights for \(rowCount) assets")
    let n = rowCount
    var gram = SymmetricMatrix.zeros(order: factorCount)
    let styleCount = layout.styleCount
    let offset = layout.styleOffset
    var weighted = styles
    var scaled = weighted.storage.mutableSpan
    for style in 0..<styleCount {
      for row in 0..<n { scaled[style * n + row] *= w[row] }
    }
    let ofStyles = styles.view.transposed.multiplied(by: weighted.view)
    for column in 0..<styleCount {
      for row in column..<styleCount { gram[offset + row, offset + column] = ofStyles[row, column] }
    }
    if layout.hasMarket {
      gram[0, 0] = SampleSums.sum(w.span)
      for style in 0..<styleCount {
        gram[offset + style, 0] = SampleSums.sum(weighted.storage.span.extracting(style * n..<(style + 1) * n))
      }
    }
    for (index, group) in groups.enumerated() {
      Self.forEachEntry(of: group, count: n) { row, position, fraction in
        let weight = w[row] * fraction
        if layout.hasMarket { gram[position, 0] += weight }
        for other in groups[...index] {
          Self.forEachEntry(of: other, row: row) { otherPosition, otherFraction in
            // Within one group both triangles come up; only the lower one counts.
            if otherPosition <= position { gram[position, otherPosition] += weight * otherFraction }
          }
        }
      }
      for style in 0..<styleCount {
        var sums = [Double](repeating: 0, count: factorCount)
        let column = weighted.storage.span.extracting(style * n..<(style + 1) * n)
        Self.forEachEntry(of: group, count: n) { row, position, fraction in sums[position] += fraction * column[row] }
        for position in layout.positions(ofGroup: index) { gram[offset + style, position] = sums[position] }
      }
    }
    return gram
  }

  /// Some rows written out, rows × factors.
  func dense(_ rows: [Int]) -> Matrix {
    var matrix = Matrix.zeros(rowCount: rows.count, columnCount: factorCount)
    for (place, row) in rows.enumerated() {
      forEachEntry(ofRow: row) { factor, loading in matrix[place, factor] += loading }
    }
    return matrix
  }

  @inline(__always)
  private static func forEachEntry(of group: Group, row: Int, _ body: (Int, Double) -> Void) {
    switch group {
    case .labels(let positions): body(Int(positions[row]), 1)
    case .fractions(let starts, let positions, let fractions):
      for entry in Int(starts[row])..<Int(starts[row + 1]) { body(Int(positions[entry]), fractions[entry]) }
    }
  }

  @inline(__always)
  private static func forEachEntry(of group: Group, count: Int, _ body: (Int, Int, Double) -> Void) {
    for row in 0..<count { forEachEntry(of: group, row: row) { body(row, $0, $1) } }
  }
}

internal import LinAlg

/// Columns of one cross-section with a weight a row, and how they vary together.
struct WeightedColumns {
  /// The share of a column's variance that others leave, below which they explain it wholly.
  private static let leastOwnVariance = 1e-12

  /// One column a style; NaN is missing.
  let columns: [[Double]]
  /// One a row, positive.
  let weights: [Double]

  /// The mean absolute change of a column, over the rows where both are there.
  func meanChange(of column: Int, from before: [Double]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for row in before.indices {
      let change = abs(columns[column][row] - before[row])
      let isThere = change < .infinity
      sum += isThere ? weights[row] * change : 0
      total += isThere ? weights[row] : 0
    }
    return total > 0 ? sum / total : .nan
  }

  /// The weighted correlation of two columns over the rows where both are there; NaN where one does not vary.
  static func correlation(_ x: [Double], _ y: [Double], _ weights: [Double]) -> Double {
    var both = (x: x, y: y, weights: weights)
    if !(x.allSatisfy { $0.isFinite } && y.allSatisfy { $0.isFinite }) {
      let rows = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
      both = (rows.map { x[$0] }, rows.map { y[$0] }, rows.map { weights[$0] })
    }
    guard let centeredX = centered(both.x, both.weights), let centeredY = centered(both.y, both.weights) else {
      return .nan
    }
    return min(max(SampleSums.product(both.weights.span, centeredX.span, centeredY.span), -1), 1)
  }

  /// The pairwise correlations; 1 on the diagonal of a column that varies, NaN where they cannot be told.
  func correlations() -> SymmetricMatrix {
    let isWhole = columns.map { column in column.allSatisfy { $0.isFinite } }
    // Rows missing from one column have to leave the moments of another only where there are any.
    let normalized = columns.indices.map { isWhole[$0] ? Self.centered(columns[$0], weights) : nil }
    return SymmetricMatrix(order: columns.count) { a, b in
      guard isWhole[a], isWhole[b] else {
        return a == b ? diagonal(a) : Self.correlation(columns[a], columns[b], weights)
      }
      guard let x = normalized[a], let y = normalized[b] else { return .nan }
      return a == b ? 1 : min(max(Self.product(weights, x, y), -1), 1)
    }
  }

  private func diagonal(_ column: Int) -> Double {
    Self.correlation(columns[column], columns[column], weights).isNaN ? .nan : 1
  }

  /// `1 / (1 − R²)` of each column against an intercept and the others, over the rows that have all columns that are there
  /// at all; NaN of a column that does not vary, infinite of one that others explain.
  func varianceInflations() -> [Double] {
    var inflations = [Double](repeating: .nan, count: columns.count)
    let known = columns.indices.filter { columns[$0].contains { $0.isFinite } }
    let rows = weights.indices.filter { row in known.allSatisfy { columns[$0][row].isFinite } }
    let kept = rows.map { weights[$0] }
    var varying: [(style: Int, column: [Double])] = []
    for style in known {
      let values = rows.count == weights.count ? columns[style] : rows.map { columns[style][$0] }
      if let column = Self.centered(values, kept) { varying.append((style, column)) }
    }
    let gram = SymmetricMatrix(order: varying.count) { a, b in
      a == b ? 1 : Self.product(kept, varying[a].column, varying[b].column)
    }
    guard !varying.isEmpty, let eigen = try? SymmetricEigen(consuming: gram) else { return inflations }
    for (place, known) in varying.enumerated() {
      // The diagonal of the inverse; a null vector of the correlations in which the column takes part explains it.
      var inflation = 0.0
      for vector in 0..<eigen.order {
        let part = eigen.vectors[place, vector] * eigen.vectors[place, vector]
        if eigen.values[vector] > Self.leastOwnVariance {
          inflation += part / eigen.values[vector]
        } else if part > Self.leastOwnVariance {
          inflation = .infinity
        }
      }
      inflations[known.style] = max(1, inflation)
    }
    return inflations
  }

  private static func product(_ w: [Double], _ x: [Double], _ y: [Double]) -> Double {
    SampleSums.product(w.span, x.span, y.span)
  }

  /// A column with weighted mean 0 and weighted sum of squares 1, or `nil` where it does not vary.
  private static func centered(_ column: [Double], _ weights: [Double]) -> [Double]? {
    let total = SampleSums.sum(weights.span)
    guard total > 0 else { return nil }
    let mean = SampleSums.product(weights.span, column.span) / total
    let size = SampleSums.squares(column.span, from: mean, weights: weights.span).squareRoot()
    // What rounding leaves of a constant is no variation.
    guard size > 1e-12 * abs(mean) * total.squareRoot(), size > 0, size < .infinity else { return nil }
    return column.map { ($0 - mean) / size }
  }
}

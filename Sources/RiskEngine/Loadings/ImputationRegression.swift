/// Fills missing loadings by a regression on the labels of a group and on size, over the estimation universe, with
/// weights `√cap`.
///
/// The slope on size is that within labels; exact, by the theorem of Frisch, Waugh and Lovell.
struct ImputationRegression {
  private let sizes: [Double]?
  private let labels: [Int32]?
  /// The members with label and size.
  private var rows: [Int32] = []
  private var roots: [Double] = []
  private var means: [Double]
  private var sizeMeans: [Double]
  private var weights: [Double]

  /// Prepares a date.
  ///
  /// - Parameters:
  ///   - sizes: the loading on size of each row, or `nil` for a regression on labels alone.
  ///   - labels: the label of each row, or −1; `nil` for one label that all have.
  init(sizes: [Double]?, labels: [Int32]?, universe: EstimationRows) {
    self.sizes = sizes
    self.labels = labels
    for (place, row) in universe.rows.enumerated()
    where labels?[Int(row)] ?? 0 >= 0 && (sizes?[Int(row)] ?? 0).isFinite {
      rows.append(row)
      roots.append(universe.caps[place].squareRoot())
    }
    weights = Array(repeating: 0, count: labels.map { Int(($0.max() ?? -1) + 1) } ?? 1)
    means = weights
    sizeMeans = weights
  }

  /// Fits a style and fills the rows that lack it and have a size; with 0, the mean, where the label has no fit.
  ///
  /// - Returns: the rows that were filled.
  /// - Complexity: O(rows + labels).
  mutating func fill(_ column: inout [Double]) -> [Int32] {
    let slope = fit(column)
    var filled: [Int32] = []
    for row in column.indices where !column[row].isFinite {
      let size = sizes?[row] ?? 0
      guard size.isFinite else { continue }
      let label = labels.map { Int($0[row]) } ?? 0
      column[row] = label >= 0 && weights[label] > 0 ? means[label] + slope * (size - sizeMeans[label]) : 0
      filled.append(Int32(row))
    }
    return filled
  }

  /// The means of each label, and the slope on size within labels.
  private mutating func fit(_ column: [Double]) -> Double {
    for label in weights.indices { (weights[label], means[label], sizeMeans[label]) = (0, 0, 0) }
    for place in rows.indices {
      let row = Int(rows[place])
      let value = column[row]
      guard value.isFinite else { continue }
      let label = labels.map { Int($0[row]) } ?? 0
      let weight = roots[place]
      weights[label] += weight
      means[label] += weight * value
      if let sizes { sizeMeans[label] += weight * sizes[row] }
    }
    for label in weights.indices where weights[label] > 0 {
      means[label] /= weights[label]
      sizeMeans[label] /= weights[label]
    }
    guard let sizes else { return 0 }
    var (products, squares, total) = (0.0, 0.0, 0.0)
    for place in rows.indices {
      let row = Int(rows[place])
      let value = column[row]
      guard value.isFinite else { continue }
      let label = labels.map { Int($0[row]) } ?? 0
      let deviation = sizes[row] - sizeMeans[label]
      products += roots[place] * deviation * (value - means[label])
      squares += roots[place] * deviation * deviation
      total += roots[place] * sizes[row] * sizes[row]
    }
    // Where sizes do not vary within labels, deviations are the rounding of means.
    return squares > 1e-20 * total ? products / squares : 0
  }
}

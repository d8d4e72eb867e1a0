/// The weighted mean of the descriptors that a row has.
struct Composite {
  private let parts: [StyleRecipe.Part]
  private let matchesVariance: Bool

  /// Sets descriptors with their weights.
  ///
  /// - Parameter matchesVariance: whether a mean of fewer descriptors than there are is scaled to the variance that the
  ///   weighted mean of all of them has, by the pairwise correlations over the estimation universe.
  init(_ parts: [StyleRecipe.Part], matchesVariance: Bool) {
    self.parts = parts
    self.matchesVariance = matchesVariance
  }

  /// The composite of each row; NaN where it has no descriptor.
  ///
  /// - Parameters:
  ///   - descriptors: standardized columns.
  ///   - rows: those of the estimation universe.
  ///   - count: the number of all rows.
  /// - Complexity: O(rows × parts); × parts² for rows whose variance is matched.
  func column(of descriptors: [[Double]], rows: [Int32], count: Int) -> [Double] {
    guard parts.count > 1 else { return descriptors[parts[0].descriptor] }
    var sums = [Double](repeating: 0, count: count)
    var weights = sums
    for part in parts { Self.add(descriptors[part.descriptor], part.weight, to: &sums, &weights) }
    for row in 0..<count { sums[row] = weights[row] > 0 ? sums[row] / weights[row] : .nan }
    if matchesVariance { matchVariance(&sums, descriptors, rows) }
    return sums
  }

  private static func add(
    _ column: [Double], _ weight: Double, to sums: inout [Double], _ weights: inout [Double]
  ) {
    let values = column.span
    var sums = sums.mutableSpan
    var weights = weights.mutableSpan
    precondition(values.count == sums.count && values.count == weights.count)
    for row in values.indices {
      let isThere = abs(values[row]) < .infinity
      sums[row] += isThere ? weight * values[row] : 0
      weights[row] += isThere ? weight : 0
    }
  }

  private func matchVariance(_ column: inout [Double], _ descriptors: [[Double]], _ rows: [Int32]) {
    let correlations = correlations(descriptors, rows)
    // A descriptor that is missing for the whole date is nobody's.
    let present = parts.map { part in rows.contains { descriptors[part.descriptor][Int($0)].isFinite } }
    let whole = deviation(present, correlations)
    var available = present
    for row in column.indices where column[row].isFinite {
      for (place, part) in parts.enumerated() { available[place] = descriptors[part.descriptor][row].isFinite }
      guard available != present else { continue }
      let own = deviation(available, correlations)
      if own > 0 { column[row] *= whole / own }
    }
  }

  /// The pairwise equal-weighted correlations of descriptors over the estimation universe; 0 where there are none.
  private func correlations(_ descriptors: [[Double]], _ rows: [Int32]) -> [[Double]] {
    var result = parts.map { _ in [Double](repeating: 1, count: parts.count) }
    for a in parts.indices {
      for b in 0..<a {
        let value = Self.correlation(descriptors[parts[a].descriptor], descriptors[parts[b].descriptor], rows)
        result[a][b] = value
        result[b][a] = value
      }
    }
    return result
  }

  private static func correlation(_ x: [Double], _ y: [Double], _ rows: [Int32]) -> Double {
    var (count, meanX, meanY) = (0.0, 0.0, 0.0)
    for row in rows where x[Int(row)].isFinite && y[Int(row)].isFinite {
      count += 1
      meanX += x[Int(row)]
      meanY += y[Int(row)]
    }
    guard count > 2 else { return 0 }
    meanX /= count
    meanY /= count
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for row in rows where x[Int(row)].isFinite && y[Int(row)].isFinite {
      let (dx, dy) = (x[Int(row)] - meanX, y[Int(row)] - meanY)
      xx += dx * dx
      xy += dx * dy
      yy += dy * dy
    }
    let size = xx.squareRoot() * yy.squareRoot()
    return size > 0 ? xy / size : 0
  }

  /// `√(w'Rw) / Σ w` over the descriptors that are available.
  private func deviation(_ available: [Bool], _ correlations: [[Double]]) -> Double {
    var square = 0.0
    var weight = 0.0
    for a in parts.indices where available[a] {
      weight += parts[a].weight
      for b in parts.indices where available[b] { square += parts[a].weight * parts[b].weight * correlations[a][b] }
    }
    return weight > 0 ? max(0, square).squareRoot() / weight : 0
  }
}

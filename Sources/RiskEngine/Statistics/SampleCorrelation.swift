/// The correlation of two columns over some of their rows.
enum SampleCorrelation {
  /// Pearson's correlation; NaN of fewer than three rows and where one side does not vary.
  ///
  /// Two passes, so that nothing cancels.
  ///
  /// - Complexity: O(rows).
  static func of(_ x: Span<Double>, _ y: Span<Double>, isCounted: [Bool]) -> Double {
    var count = 0.0
    var (sumX, sumY) = (0.0, 0.0)
    for row in isCounted.indices where isCounted[row] {
      count += 1
      sumX += x[row]
      sumY += y[row]
    }
    guard count >= 3 else { return .nan }
    let (meanX, meanY) = (sumX / count, sumY / count)
    var (squaresX, squaresY, products) = (0.0, 0.0, 0.0)
    for row in isCounted.indices where isCounted[row] {
      let (dx, dy) = (x[row] - meanX, y[row] - meanY)
      squaresX += dx * dx
      squaresY += dy * dy
      products += dx * dy
    }
    // Equal values have deviations of a few roundings of their mean.
    let rounding = 0x1p-44 * count.squareRoot()
    guard squaresX.squareRoot() > rounding * abs(meanX), squaresY.squareRoot() > rounding * abs(meanY) else {
      return .nan
    }
    return products / (squaresX.squareRoot() * squaresY.squareRoot())
  }
}

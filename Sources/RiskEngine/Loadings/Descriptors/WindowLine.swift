internal import LinAlg

/// The line of the weighted regression of an asset's first series on its second over a window.
struct WindowLine {
  private let intercept: Double
  /// NaN where the second series does not vary.
  let slope: Double
  private let weight: Double
  /// The number of pairs.
  let count: Int
  /// Whether none of the window's observations is missing.
  private let isWhole: Bool

  /// Fits a line; `nil` of one series.
  init?(_ state: SeriesState, _ lookBack: LookBack) {
    guard let y = state.y else { return nil }
    let w = lookBack.weights.span
    let xs = state.values(lookBack)
    let ys = y.values(skipping: lookBack.skip)
    isWhole = state.x.isWhole && y.isWhole
    let (sumX, sumY): (Double, Double)
    if isWhole {
      (sumX, sumY) = WindowSums.wholePairSums(w, xs, ys)
      (weight, count) = (lookBack.totalWeight, xs.count)
    } else {
      (weight, sumX, sumY, count) = WindowSums.pairSums(w, xs, ys)
    }
    let (meanX, meanY) = (sumX / weight, sumY / weight)
    let (products, squares) = WindowSums.pairProducts(w, xs, ys, centerX: meanX, centerY: meanY, isWhole: isWhole)
    let rounding = meanY * Self.rounding
    slope = squares > weight * rounding * rounding ? products / squares : .nan
    intercept = meanX - slope * meanY
  }

  /// The weighted mean of the squared residuals.
  func residualVariance(_ state: SeriesState, _ lookBack: LookBack) -> Double {
    guard let y = state.y else { return .nan }
    let (w, xs, ys) = (lookBack.weights.span, state.values(lookBack), y.values(skipping: lookBack.skip))
    return WindowSums.residualSquares(w, xs, ys, intercept: intercept, slope: slope, isWhole: isWhole) / weight
  }

  /// Equal values have deviations of a few roundings of their mean, whose ratio means nothing.
  private static let rounding = 0x1p-44

  /// Where a series varies, of its weighted sum of squared deviations.
  @inline(__always)
  static func varies(squares: Lanes, weight: Lanes, mean: Lanes) -> LaneMask {
    let rounding = mean * Self.rounding
    return squares .> weight * rounding * rounding
  }
}

/// Some assets' standardized idio returns in single precision, arranged for products with those of another tile.
///
/// Each array is periods × assets, column by column, zero where a return is missing, so that sums run over the periods
/// in which both assets are observed. Each asset's returns are divided by their own root mean square.
struct ScreeningTile: Sendable {
  /// The place of each asset in the history.
  let places: [Int]
  /// `√ω u`.
  private(set) var values: [Float]
  /// `√ω u²`.
  private(set) var squares: [Float]
  /// `√ω` where the asset is observed.
  private(set) var rootWeights: [Float]
  /// `ω` where the asset is observed.
  private(set) var weights: [Float]
  /// The least and the largest `Σ ω` of an asset over its own periods.
  let weightRange: ClosedRange<Double>
  /// The least `Σ ω²` of an asset over its own periods.
  let leastSquaredWeight: Double

  /// Arranges some assets, each with a return other than zero.
  ///
  /// - Complexity: O(periods × assets).
  init(_ history: CorrelationHistory, _ assets: ArraySlice<CorrelationScreen.Asset>) {
    let count = history.periodCount
    places = assets.map(\.place)
    values = Array(repeating: 0, count: count * assets.count)
    squares = values
    rootWeights = values
    weights = values
    var least = Double.infinity
    var largest = 0.0
    var leastSquared = Double.infinity
    for (column, asset) in assets.enumerated() {
      let returns = history.returns(of: asset.place)
      let scale = 1 / asset.rootMeanSquare
      for t in 0..<count where !returns[t].isNaN {
        let root = history.weights[t].squareRoot()
        let value = Double(returns[t]) * scale
        values[column * count + t] = Float(root * value)
        squares[column * count + t] = Float(root * value * value)
        rootWeights[column * count + t] = Float(root)
        weights[column * count + t] = Float(history.weights[t])
      }
      least = min(least, asset.weight)
      largest = max(largest, asset.weight)
      leastSquared = min(leastSquared, asset.squaredWeight)
    }
    weightRange = least...max(least, largest)
    leastSquaredWeight = leastSquared
  }
}

/// The standardized idio returns of some assets over a window, asset by asset, with the weights of the periods.
struct CorrelationHistory: Sendable {
  /// The weight of each period, the oldest first; the latest is 1.
  let weights: [Double]
  /// The number of assets.
  let assetCount: Int
  /// The return of asset `i` in period `t` at `i * periodCount + t`; NaN where it is missing.
  let returns: [Float]

  /// The number of periods.
  var periodCount: Int { weights.count }

  /// Gathers the returns of some assets.
  ///
  /// - Parameters:
  ///   - periods: the periods, the oldest first.
  ///   - assets: codes of the assets, each once.
  /// - Complexity: O(periods × assets).
  init(_ periods: some Collection<StandardizedReturns>, of assets: [Int32], halfLife: Double) {
    let count = periods.count
    weights = ExponentialWeights.window(count: count, halfLife: halfLife)
    assetCount = assets.count
    var places = [Int32](repeating: -1, count: Int(assets.max() ?? -1) + 1)
    for (place, code) in assets.enumerated() { places[Int(code)] = Int32(place) }
    var returns = [Float](repeating: .nan, count: count * assets.count)
    for (period, observed) in periods.enumerated() {
      observed.forEach { code, value in
        guard code < places.count, places[code] >= 0 else { return }
        returns[Int(places[code]) * count + period] = value
      }
    }
    self.returns = returns
  }

  /// The returns of one asset, the oldest first; NaN where one is missing.
  @_lifetime(borrow self)
  func returns(of asset: Int) -> Span<Float> {
    returns.span.extracting(asset * periodCount..<(asset + 1) * periodCount)
  }
}

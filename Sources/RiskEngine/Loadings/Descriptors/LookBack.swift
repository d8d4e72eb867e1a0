/// A descriptor's window, weights and fewest observations, resolved.
struct LookBack: Sendable {
  /// The periods of the window, or `nil` for all.
  let window: Int?
  /// The latest periods that are left out.
  let skip: Int
  /// The factor by which a weight shrinks in one period.
  let decay: Double
  /// The weights of the window, the oldest first.
  let weights: [Double]
  /// The sum of all weights of a full window.
  let totalWeight: Double
  /// The fewest observations.
  let minimumCount: Int

  /// Resolves parameters that are complete.
  init(_ parameters: DescriptorParameters) {
    let halfLife = parameters.halfLife ?? .infinity
    skip = parameters.skip ?? 0
    decay = ExponentialWeights.decay(halfLife: halfLife)
    let least = parameters.minimumObservations ?? 1
    switch parameters.window ?? .unlimited {
    case .periods(let count):
      window = count
      weights = ExponentialWeights.window(count: count, halfLife: halfLife)
      minimumCount = least < 1 ? max(1, Int((least * Double(count)).rounded(.up))) : Int(least)
    case .unlimited:
      window = nil
      weights = []
      // A share of an endless window is one of a year.
      minimumCount = least < 1 ? max(1, Int((least * 252).rounded(.up))) : Int(least)
    }
    totalWeight = weights.reduce(0, +)
  }
}

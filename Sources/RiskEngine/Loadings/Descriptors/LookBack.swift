internal import LinAlg

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
  /// The sum of the weights, added as those of a window in which nothing is missing.
  let totalWeight: Double
  /// The fewest observations.
  let minimumCount: Int

  /// Resolves parameters that are complete, for so many periods a year.
  init(_ parameters: DescriptorParameters, year: Int) {
    let halfLife = parameters.halfLife ?? .infinity
    skip = parameters.skip ?? 0
    decay = ExponentialWeights.decay(halfLife: halfLife)
    let least = parameters.minimumObservations ?? 1
    let windowWeights: [Double]
    switch parameters.window ?? .unlimited {
    case .periods(let count):
      window = count
      windowWeights = ExponentialWeights.window(count: count, halfLife: halfLife)
    case .unlimited:
      window = nil
      windowWeights = []
    }
    weights = windowWeights
    totalWeight = Self.total(windowWeights)
    // A share of an endless window is one of a year.
    let whole = Double(window ?? year)
    minimumCount = least < 1 ? max(1, Int((least * whole).rounded(.up))) : Int(least)
  }

  /// The sum of the weights of a window in which nothing is missing.
  private static func total(_ weights: [Double]) -> Double { WindowSums.sums(weights.span, weights.span).weight }
}

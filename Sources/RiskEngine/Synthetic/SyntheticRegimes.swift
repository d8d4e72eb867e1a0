/// The path of the volatility regimes over all periods of a synthetic market.
struct SyntheticRegimes {
  /// For each period whether it is stressed.
  let isStressed: [Bool]
  /// What factor volatilities are multiplied by in a stressed period.
  private let factorMultiplier: Double
  /// What idio volatilities are multiplied by in a stressed period.
  private let idioMultiplier: Double

  /// Draws the path; its first state is drawn from the chain's stationary distribution.
  init(_ configuration: SyntheticConfiguration) {
    let regimes = configuration.regimes
    factorMultiplier = regimes.stressMultiplier
    idioMultiplier = 1 + regimes.idioShare * (regimes.stressMultiplier - 1)
    guard regimes.stressMultiplier != 1 else {
      isStressed = Array(repeating: false, count: configuration.periodCount)
      return
    }
    let stream = SyntheticStream.regime.stream(seed: configuration.seed)
    let (toStress, toCalm) = (1 - regimes.calmPersistence, 1 - regimes.stressPersistence)
    var path = [Bool]()
    path.reserveCapacity(configuration.periodCount)
    for period in 0..<configuration.periodCount {
      let uniform = stream.uniform(draw: 0, id: 0, date: UInt32(period))
      let stressProbability: Double
      if let last = path.last {
        stressProbability = last ? regimes.stressPersistence : toStress
      } else {
        stressProbability = toStress / (toStress + toCalm)
      }
      path.append(uniform < stressProbability)
    }
    isStressed = path
  }

  /// The multiplier of factor volatilities at a period.
  func factorMultiplier(at period: Int) -> Double { isStressed[period] ? factorMultiplier : 1 }

  /// The multiplier of idio volatilities at a period.
  func idioMultiplier(at period: Int) -> Double { isStressed[period] ? idioMultiplier : 1 }
}

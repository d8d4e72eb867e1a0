/// How volatile idio returns have been lately, against their forecasts: `λ_S = √(Σ ω_t B_t²)`.
///
///     B_t² = Σ w_i min(u_i² / σ_i², 100),   w the caps of the date before, summing to 1
///
/// with `σ` the one-period forecasts made at the date before, over the assets that have both (Menchero, Orr and Wang,
/// *The Barra US Equity Model (USE4)*, 2011, eq. 5.10 to 5.12; that scores are clipped at 10 is our own choice). Weights
/// age by calendar: a period without `B` adds nothing.
struct IdioRegime: Sendable {
  /// The greatest squared score that counts.
  private static let mostSquare = 100.0

  private let decay: Double
  private let minimumPeriods: Int
  private var numerator = 0.0
  private var denominator = 0.0
  /// The periods with a bias statistic.
  private(set) var periodCount = 0
  /// The rows of the date before that have a forecast and a cap.
  private var assets: [Int32] = []
  private var caps: [Double] = []
  private var forecasts: [Double] = []

  /// Makes a regime that has seen nothing.
  init(halfLife: Double, minimumPeriods: Int) {
    decay = ExponentialWeights.decay(halfLife: halfLife)
    self.minimumPeriods = minimumPeriods
  }

  /// What volatilities are multiplied by.
  var multiplier: Double {
    periodCount >= minimumPeriods && denominator > 0 ? (numerator / denominator).squareRoot() : 1
  }

  /// Takes in the idio returns of a date and the forecasts made at its close.
  ///
  /// - Returns: `B` of the date, or NaN.
  mutating func advance(_ returns: IdioReturnBlock.Day, snapshot: CrossSection, onePeriod: [Double]) -> Double {
    let square = meanSquare(returns)
    numerator *= decay
    denominator *= decay
    if !square.isNaN {
      numerator += square
      denominator += 1
      periodCount += 1
    }
    assets.removeAll(keepingCapacity: true)
    caps.removeAll(keepingCapacity: true)
    forecasts.removeAll(keepingCapacity: true)
    for row in onePeriod.indices where onePeriod[row] > 0 && snapshot.caps[row] > 0 {
      assets.append(snapshot.assets[row])
      caps.append(snapshot.caps[row])
      forecasts.append(onePeriod[row])
    }
    return square.squareRoot()
  }

  private func meanSquare(_ returns: IdioReturnBlock.Day) -> Double {
    var (sum, total) = (0.0, 0.0)
    for index in assets.indices {
      let value = returns.value(of: assets[index])
      guard !value.isNaN else { continue }
      let score = value / forecasts[index]
      sum += caps[index] * min(score * score, Self.mostSquare)
      total += caps[index]
    }
    return total > 0 ? sum / total : .nan
  }

  /// Writes what is remembered.
  func save(to writer: inout StateWriter) {
    writer.write(numerator)
    writer.write(denominator)
    writer.write(periodCount)
    writer.write(assets)
    writer.write(caps)
    writer.write(forecasts)
  }

  /// Takes up what `save(to:)` of a regime of the same settings wrote.
  mutating func restore(from reader: inout StateReader, assetCount: Int) throws(StateError) {
    numerator = try reader.readDouble()
    denominator = try reader.readDouble()
    periodCount = try reader.readInt(in: 0..<Int(Int32.max), "a count of periods")
    assets = try reader.readInt32s()
    caps = try reader.readDoubles()
    forecasts = try reader.readDoubles()
    guard caps.count == assets.count, forecasts.count == assets.count else {
      throw reader.mismatch("a cap and a forecast for each asset")
    }
    guard assets.allSatisfy({ $0 >= 0 && Int($0) < assetCount }) else {
      throw reader.mismatch("assets that have histories")
    }
  }
}

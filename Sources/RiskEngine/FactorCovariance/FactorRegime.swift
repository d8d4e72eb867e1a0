internal import LinAlg

/// The level of the latest factor returns relative to their forecasts: `λ² = Σ ω B²` with `B²` the mean squared score of
/// a period.
///
/// A score is made with what was known one period before. Forecasts are the one-period volatilities without lags,
/// noise removal or horizon, since estimated factor returns contain the noise of their estimation.
struct FactorRegime: SavedState {
  /// λ of the volatilities.
  let decay: Double
  /// For each factor `Σ λ^age f²`, over the periods with its return.
  private var squares: [Double] = []
  /// For each factor `Σ λ^age`.
  private var weights: [Double] = []
  /// For each factor the number of its returns.
  private(set) var counts: [Int32] = []
  /// `Σ λ^age B²` and `Σ λ^age` in the regime's half-life.
  private var levelSum = 0.0
  private var levelWeight = 0.0
  /// The number of periods with a score.
  private(set) var levelCount = 0
  /// The number of scores that were clipped.
  private(set) var clippedCount = 0

  init(variance: FactorMoment) {
    decay = ExponentialWeights.decay(halfLife: variance.halfLife)
  }

  /// Makes room for more factors.
  mutating func grow(to order: Int) {
    let missing = order - squares.count
    guard missing > 0 else { return }
    squares += Array(repeating: 0, count: missing)
    weights += Array(repeating: 0, count: missing)
    counts += Array(repeating: 0, count: missing)
  }

  /// `[NW(h_σ, 0)]_kk^½`: the one-period volatility of a factor's series; NaN without returns.
  func volatility(of factor: Int) -> Double {
    weights[factor] > 0 ? (squares[factor] / weights[factor]).squareRoot() : .nan
  }

  /// `λ²`; `nil` before enough periods have scores.
  func squaredMultiplier(_ settings: FactorRegimeSettings) -> Double? {
    levelCount >= settings.minimumCount && levelWeight > 0 ? levelSum / levelWeight : nil
  }

  /// Takes in a period: first its score, then its returns.
  ///
  /// - Parameters:
  ///   - returns: one a factor, NaN where there is none.
  ///   - moments: correlations of the returns before, and the number of periods that they are of.
  /// - Complexity: O(m); O(m³) for decorrelated scores.
  mutating func append(
    _ returns: [Double], settings: FactorRegimeSettings?, moments: LaggedMoments, periodCount: Int
  ) {
    if let settings {
      let levelDecay = ExponentialWeights.decay(halfLife: settings.halfLife)
      levelSum *= levelDecay
      levelWeight *= levelDecay
      if let level = level(of: returns, settings: settings, moments: moments, periodCount: periodCount) {
        levelSum += level.value
        levelWeight += 1
        levelCount += 1
        clippedCount += level.clipped
      }
    }
    for (factor, value) in returns.enumerated() {
      squares[factor] *= decay
      weights[factor] *= decay
      guard !value.isNaN else { continue }
      squares[factor] += value * value
      weights[factor] += 1
      counts[factor] += 1
    }
  }

  /// `B²` of a period; `nil` where no factor has a score.
  private func level(
    of returns: [Double], settings: FactorRegimeSettings, moments: LaggedMoments, periodCount: Int
  ) -> (value: Double, clipped: Int)? {
    var factors = [Int]()
    var scores = [Double]()
    for (factor, value) in returns.enumerated()
    where !value.isNaN && squares[factor] > 0 && counts[factor] >= settings.minimumCount {
      factors.append(factor)
      scores.append(value / volatility(of: factor))
    }
    guard !factors.isEmpty else { return nil }
    var squares = scores.map { $0 * $0 }
    if settings.form == .decorrelated {
      // With fewer periods the smallest eigenvalues are far too small, and the scores far too large.
      guard periodCount >= 2 * factors.count else { return nil }
      guard let eigen = try? SymmetricEigen(consuming: moments.correlation(of: factors)) else { return nil }
      let least = 1e-8 * (eigen.values.last ?? 0)
      let projections = eigen.vectors.view.transposed.multiplied(by: scores)
      squares = eigen.values.indices.compactMap { k in
        eigen.values[k] > least ? projections[k] * projections[k] / eigen.values[k] : nil
      }
    }
    var sum = 0.0
    var clipped = 0
    for square in squares {
      sum += min(square, settings.clip)
      if square > settings.clip { clipped += 1 }
    }
    return (sum / Double(squares.count), clipped)
  }

  func save(to writer: inout StateWriter) {
    writer.write(decay)
    writer.write(squares)
    writer.write(weights)
    writer.write(counts)
    writer.write(levelSum)
    writer.write(levelWeight)
    writer.write(levelCount)
    writer.write(clippedCount)
  }

  init(from reader: inout StateReader) throws(StateError) {
    decay = try reader.readDouble()
    squares = try reader.readDoubles()
    weights = try reader.readDoubles()
    counts = try reader.readInt32s()
    guard weights.count == squares.count, counts.count == squares.count else {
      throw reader.mismatch("a weight and a count for each factor")
    }
    levelSum = try reader.readDouble()
    levelWeight = try reader.readDouble()
    levelCount = try reader.readInt()
    clippedCount = try reader.readInt()
  }
}

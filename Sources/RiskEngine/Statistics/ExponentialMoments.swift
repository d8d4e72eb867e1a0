/// Exponentially weighted means, variances and covariances of two series, updated from one period to the next.
///
/// With the decay `λ`, `W ← λ W + 1`, and deviations from the running means are what is accumulated (West, 1979), so
/// that nothing cancels. Weights age by calendar: a missing period shrinks them and adds nothing.
struct ExponentialMoments: SavedState {
  /// `Σ λ^age` over the observed periods.
  private(set) var weight = 0.0
  /// The weighted mean of the first series.
  private(set) var meanX = 0.0
  /// The weighted mean of the second series.
  private(set) var meanY = 0.0
  /// `Σ λ^age (x − x̄)²`.
  private(set) var squaresX = 0.0
  /// `Σ λ^age (y − ȳ)²`.
  private(set) var squaresY = 0.0
  /// `Σ λ^age (x − x̄)(y − ȳ)`.
  private(set) var products = 0.0
  /// The number of observed periods.
  private(set) var count = 0

  /// Makes moments of no periods.
  init() {}

  /// Takes in a period; NaN in either is a missing one.
  @inline(__always)
  mutating func append(_ x: Double, _ y: Double, decay: Double) {
    let aged = decay * weight
    squaresX *= decay
    squaresY *= decay
    products *= decay
    guard x.isFinite, y.isFinite else {
      weight = aged
      return
    }
    weight = aged + 1
    let dx = x - meanX
    let dy = y - meanY
    let share = aged / weight
    squaresX += share * dx * dx
    squaresY += share * dy * dy
    products += share * dx * dy
    meanX += dx / weight
    meanY += dy / weight
    count += 1
  }

  func save(to writer: inout StateWriter) {
    for value in [weight, meanX, meanY, squaresX, squaresY, products] { writer.write(value) }
    writer.write(count)
  }

  init(from reader: inout StateReader) throws(StateError) {
    weight = try reader.readDouble()
    meanX = try reader.readDouble()
    meanY = try reader.readDouble()
    squaresX = try reader.readDouble()
    squaresY = try reader.readDouble()
    products = try reader.readDouble()
    count = try reader.readInt()
  }
}

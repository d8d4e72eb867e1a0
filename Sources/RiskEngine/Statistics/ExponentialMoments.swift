/// Exponentially weighted means, variances and covariances of two series, as they are saved: one lane of
/// `ExponentialMomentLanes`.
struct ExponentialMoments: Sendable {
  /// `Σ λ^age` over the observed periods.
  var weight = 0.0
  /// The weighted mean of the first series.
  var meanX = 0.0
  /// The weighted mean of the second series.
  var meanY = 0.0
  /// `Σ λ^age (x − x̄)²`.
  var squaresX = 0.0
  /// `Σ λ^age (y − ȳ)²`.
  var squaresY = 0.0
  /// `Σ λ^age (x − x̄)(y − ȳ)`.
  var products = 0.0
  /// The number of observed periods.
  var count = 0
}

extension ExponentialMoments: SavedState {
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

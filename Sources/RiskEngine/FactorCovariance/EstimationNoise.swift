internal import LinAlg

/// The average covariance of what the regressions add to factor returns, in the weights of a half-life.
///
/// Sums over periods are kept, and for each factor the weight of the periods that have it. The average is
/// `Σ ω N_kl / √(W_k W_l)` with missing entries as zeros: right on the diagonal, positive semidefinite, and the plain
/// average where all periods have all factors. Periods whose noise is not known add nothing.
struct EstimationNoise: SavedState {
  /// λ.
  let decay: Double
  private var order = 0
  /// `Σ λ^age N`, column by column.
  private var sums: [Double] = []
  /// For each factor `Σ λ^age` over the periods with its noise.
  private var weights: [Double] = []

  init(_ moment: FactorMoment) {
    decay = ExponentialWeights.decay(halfLife: moment.halfLife)
  }

  /// Whether any noise is known.
  var isKnown: Bool { weights.contains { $0 > 0 } }

  /// Makes room for more factors.
  mutating func grow(to order: Int) {
    guard order > self.order else { return }
    var grown = [Double](repeating: 0, count: order * order)
    for column in 0..<self.order {
      for row in 0..<self.order { grown[row + column * order] = sums[row + column * self.order] }
    }
    sums = grown
    weights += Array(repeating: 0, count: order - self.order)
    self.order = order
  }

  /// Takes in a period; NaN marks the rows and columns of factors without noise.
  mutating func append(_ noise: SymmetricMatrix?) {
    let (decay, order) = (decay, order)
    for factor in weights.indices { weights[factor] *= decay }
    let present = noise.map { noise in weights.indices.filter { !noise[$0, $0].isNaN } } ?? []
    for factor in present { weights[factor] += 1 }
    var entries = sums.mutableSpan
    for i in entries.indices { entries[i] *= decay }
    guard let noise else { return }
    for column in present {
      for row in present where row >= column { entries[row + column * order] += noise.storage[row + column * order] }
    }
  }

  /// The average of some factors.
  ///
  /// - Complexity: O(m²).
  func average(of factors: [Int]) -> SymmetricMatrix {
    let scales = factors.map { weights[$0] > 0 ? 1 / weights[$0].squareRoot() : 0 }
    return SymmetricMatrix(order: factors.count) { row, column in
      let (i, j) = (factors[row], factors[column])
      let sum = sums[max(i, j) + min(i, j) * order]
      return i == j ? (weights[i] > 0 ? sum / weights[i] : 0) : sum * (scales[row] * scales[column])
    }
  }

  func save(to writer: inout StateWriter) {
    writer.write(decay)
    writer.write(sums)
    writer.write(weights)
  }

  init(from reader: inout StateReader) throws(StateError) {
    decay = try reader.readDouble()
    sums = try reader.readDoubles()
    weights = try reader.readDoubles()
    order = weights.count
    guard sums.count == order * order else { throw reader.mismatch("\(order) × \(order) sums") }
  }
}

internal import LinAlg

/// Exponentially weighted products of factor returns with those of the periods before: the states from which a
/// Newey-West estimate is made without a pass over the history.
///
/// `S_l ← λ S_l + f_t f_{t−l}ᵀ` and `W ← λ W + 1`. Since `√(ω_t ω_{t−l}) = λ^{l/2} ω_t`, `Γ_l = λ^{l/2} S_l / W`. A
/// period without any factor return adds nothing and ages the rest.
struct LaggedMoments: SavedState {
  /// λ.
  let decay: Double
  /// The number of lags.
  let lags: Int
  /// The number of factors.
  private(set) var order = 0
  /// For each lag `S_l`, column by column: entry `(i, j)` is of factor `i` now and factor `j` `l` periods before.
  private var products: [[Double]]
  /// `Σ λ^age`.
  private(set) var weight = 0.0
  /// `Σ λ^(2 age)`.
  private(set) var squaredWeight = 0.0

  init(_ moment: FactorMoment) {
    decay = ExponentialWeights.decay(halfLife: moment.halfLife)
    lags = moment.lags
    products = Array(repeating: [], count: moment.lags + 1)
  }

  /// `(Σ ω)² / Σ ω²`.
  var effectiveCount: Double { squaredWeight > 0 ? weight * weight / squaredWeight : 0 }

  /// Makes room for more factors, whose products so far are zero.
  mutating func grow(to order: Int) {
    guard order > self.order else { return }
    for lag in products.indices {
      var grown = [Double](repeating: 0, count: order * order)
      for column in 0..<self.order {
        for row in 0..<self.order { grown[row + column * order] = products[lag][row + column * self.order] }
      }
      products[lag] = grown
    }
    self.order = order
  }

  /// Takes in a period.
  ///
  /// - Parameters:
  ///   - recent: zero-filled returns of this period and of up to `lags` periods before it, the latest first.
  ///   - isEmpty: whether the period has no return at all.
  mutating func append(_ recent: [[Double]], isEmpty: Bool) {
    weight = decay * weight + (isEmpty ? 0 : 1)
    squaredWeight = decay * decay * squaredWeight + (isEmpty ? 0 : 1)
    let order = order
    let decay = decay
    for lag in 0...lags {
      var entries = products[lag].mutableSpan
      guard !isEmpty, lag < recent.count else {
        for i in entries.indices { entries[i] *= decay }
        continue
      }
      let (latest, earlier) = (recent[0], recent[lag])
      let now = latest.span
      let before = earlier.span
      for column in 0..<order {
        let factor = before[column]
        let start = column * order
        for row in 0..<order { entries[start + row] = decay * entries[start + row] + factor * now[row] }
      }
    }
  }

  /// Adds a covariance of some factors to the products of this period with itself.
  mutating func add(_ remainder: SymmetricMatrix, of factors: [Int]) {
    for (i, row) in factors.enumerated() {
      for (j, column) in factors.enumerated() { products[0][row + column * order] += remainder[i, j] }
    }
  }

  /// `W (Γ₀ + Σ k_l (Γ_l + Γ_lᵀ))` of some factors, ascending.
  ///
  /// - Complexity: O(m² L).
  func sums(lagWeights: [Double], of factors: [Int]) -> SymmetricMatrix {
    let order = order
    let count = factors.count
    let root = decay.squareRoot()
    // Σ k_l Γ_l of all factors, as memory has them; what is transposed is added once.
    var lagged = [Double](repeating: 0, count: order * order)
    var power = 1.0
    for (lag, lagWeight) in lagWeights.enumerated() {
      let scale = lagWeight * power
      power *= root
      guard lag > 0 else { continue }
      let ofLag = products[lag]
      let entries = ofLag.span
      var target = lagged.mutableSpan
      for place in target.indices { target[place] += scale * entries[place] }
    }
    let own = lagWeights.first ?? 0
    let ofNow = products[0]
    var sums = [Double](repeating: 0, count: count * count)
    let (now, past, places) = (ofNow.span, lagged.span, factors.span)
    var target = sums.mutableSpan
    for column in 0..<count {
      let (j, start) = (places[column], places[column] * order)
      for row in column..<count {
        let i = places[row]
        target[row + column * count] = own * now[i + start] + (past[i + start] + past[j + i * order])
      }
    }
    return SymmetricMatrix(order: count, lowerTriangleOf: sums)
  }

  /// The correlations of some factors at lag 0; a factor without variance correlates with nothing.
  ///
  /// Returns before a factor's first count as zeros, which keeps the matrix positive semidefinite.
  func correlation(of factors: [Int]) -> SymmetricMatrix {
    let deviations = factors.map { products[0][$0 * (order + 1)].squareRoot() }
    return SymmetricMatrix(order: factors.count) { row, column in
      if row == column { return 1 }
      let scale = deviations[row] * deviations[column]
      return scale > 0 ? products[0][factors[row] + factors[column] * order] / scale : 0
    }
  }

  func save(to writer: inout StateWriter) {
    writer.write(decay)
    writer.write(lags)
    writer.write(order)
    writer.write(weight)
    writer.write(squaredWeight)
    for lag in products { writer.write(lag) }
  }

  init(from reader: inout StateReader) throws(StateError) {
    decay = try reader.readDouble()
    lags = try reader.readInt(in: 0..<1000, "a number of lags")
    order = try reader.readInt(in: 0..<100_000, "a number of factors")
    weight = try reader.readDouble()
    squaredWeight = try reader.readDouble()
    products = []
    for _ in 0...lags {
      let entries = try reader.readDoubles()
      guard entries.count == order * order else { throw reader.mismatch("\(order) × \(order) products") }
      products.append(entries)
    }
  }
}

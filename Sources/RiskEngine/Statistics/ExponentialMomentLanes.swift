/// Exponentially weighted means, variances and covariances of eight pairs of series side by side, updated from one period
/// to the next.
///
/// With the decay `λ`, `W ← λ W + 1`, and deviations from the running means are what is accumulated (West, 1979), so
/// that nothing cancels. Weights age by calendar: a missing period shrinks them and adds nothing.
struct ExponentialMomentLanes: Sendable {
  /// `Σ λ^age` over the observed periods.
  private(set) var weight = Lanes.zero
  /// The weighted mean of the first series.
  private(set) var meanX = Lanes.zero
  /// The weighted mean of the second series.
  private(set) var meanY = Lanes.zero
  /// `Σ λ^age (x − x̄)²`.
  private(set) var squaresX = Lanes.zero
  /// `Σ λ^age (y − ȳ)²`.
  private(set) var squaresY = Lanes.zero
  /// `Σ λ^age (x − x̄)(y − ȳ)`.
  private(set) var products = Lanes.zero
  /// The number of observed periods.
  private(set) var count = Lanes.zero

  /// Makes moments of no periods.
  init() {}

  /// Takes in a period of both series; NaN in either is a missing one.
  @inline(__always)
  mutating func append(_ x: Lanes, _ y: Lanes, decay: Double) {
    let isThere = x.isFinite .& y.isFinite
    let aged = decay * weight
    let whole = aged + 1
    let dx = x - meanX
    let dy = y - meanY
    let share = aged / whole
    squaresX = (decay * squaresX).adding(share * dx * dx, where: isThere)
    squaresY = (decay * squaresY).adding(share * dy * dy, where: isThere)
    products = (decay * products).adding(share * dx * dy, where: isThere)
    meanX = meanX.adding(dx / whole, where: isThere)
    meanY = meanY.adding(dy / whole, where: isThere)
    weight = aged.adding(1, where: isThere)
    count = count.adding(1, where: isThere)
  }

  /// Takes in a period of the first series alone: the moments of the second are then no one's.
  @inline(__always)
  mutating func append(_ x: Lanes, decay: Double) {
    let isThere = x.isFinite
    let aged = decay * weight
    let whole = aged + 1
    let dx = x - meanX
    squaresX = (decay * squaresX).adding(aged / whole * dx * dx, where: isThere)
    meanX = meanX.adding(dx / whole, where: isThere)
    weight = aged.adding(1, where: isThere)
    count = count.adding(1, where: isThere)
  }

  /// Takes others in some lanes.
  mutating func replace(with other: Self, where mask: LaneMask) {
    weight.replace(with: other.weight, where: mask)
    meanX.replace(with: other.meanX, where: mask)
    meanY.replace(with: other.meanY, where: mask)
    squaresX.replace(with: other.squaresX, where: mask)
    squaresY.replace(with: other.squaresY, where: mask)
    products.replace(with: other.products, where: mask)
    count.replace(with: other.count, where: mask)
  }

  /// The moments of one lane, where the second series is another one.
  subscript(lane: Int) -> ExponentialMoments {
    get {
      ExponentialMoments(
        weight: weight[lane], meanX: meanX[lane], meanY: meanY[lane], squaresX: squaresX[lane],
        squaresY: squaresY[lane], products: products[lane], count: Int(count[lane]))
    }
    set {
      weight[lane] = newValue.weight
      meanX[lane] = newValue.meanX
      meanY[lane] = newValue.meanY
      squaresX[lane] = newValue.squaresX
      squaresY[lane] = newValue.squaresY
      products[lane] = newValue.products
      count[lane] = Double(newValue.count)
    }
  }
}

extension SIMD8 where Scalar == Double {
  /// Adds where a mask holds.
  @inline(__always)
  fileprivate func adding(_ other: Lanes, where mask: LaneMask) -> Lanes {
    replacing(with: self + other, where: mask)
  }

  /// Adds a number where a mask holds.
  @inline(__always)
  fileprivate func adding(_ other: Double, where mask: LaneMask) -> Lanes {
    replacing(with: self + other, where: mask)
  }
}

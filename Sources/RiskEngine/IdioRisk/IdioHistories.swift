internal import LinAlg

/// What is remembered of the idio returns of some assets: infinite exponential averages, and the returns of a window.
///
/// With the decay `λ` of a half-life, `N ← λ N + u²` and `D ← λ D + 1` over observed periods give the variance `N / D`:
/// weights age by calendar. The autocovariances `S_l ← λ S_l + u_t u_{t−l}` take a missing return as 0 and are not
/// renormalized, so that their Bartlett sum is not negative (Newey and West, *Econometrica* 55, 1987).
///
/// Arrays are of all assets, four to a vector.
struct IdioHistories: Sendable {
  /// The assets of one value.
  static let assetCount = 64
  private static let laneCount = assetCount / 4

  /// The numbers by which histories are updated.
  struct Rule: Sendable {
    let decay: Double
    let productDecay: Double
    /// `2 (1 − l / (L + 1)) λ^(l / 2)` of lag `l`, from 1; `λ^(l / 2)` makes the weight of a product the geometric mean
    /// of those of its returns.
    let lagWeights: [Double]
    let lags: Int
    /// How far a time series can be relied on; `nil` where nobody asks.
    let reliability: ReliabilityRule?

    init(_ settings: IdioRiskSettings) {
      let lags = settings.neweyWestLags
      decay = ExponentialWeights.decay(halfLife: settings.halfLife)
      productDecay = ExponentialWeights.decay(halfLife: settings.neweyWestHalfLife)
      lagWeights = (0..<lags).map { index in
        let lag = Double(index + 1)
        let bartlett = 1 - lag / Double(lags + 1)
        return 2 * bartlett * ExponentialWeights.decay(halfLife: 2 * settings.neweyWestHalfLife / lag)
      }
      self.lags = lags
      reliability = settings.hasStructuralModel ? settings.reliability : nil
    }
  }

  /// What the histories say at each date of a block: day after day, and of each asset after asset.
  struct Estimates: Sendable {
    /// `s² = N / D`, per period; NaN without an observation.
    var variances: [Double]
    /// `κ = 1 + 2 Σ (1 − l / (L + 1)) ρ_l`, as it is.
    var neweyWestRatios: [Double]
    /// `γ`, 0 of assets that the snapshot lacks.
    ///
    /// Empty where nobody asks.
    var reliability: [Double]
    /// The observations so far.
    var counts: [Int32]
  }

  private var numerators: [SIMD4<Double>]
  private var denominators: [SIMD4<Double>]
  /// `S_0`, `S_1` and so on, each of all assets.
  private var products: [SIMD4<Double>]
  /// `u` of the last `L` periods, 0 where it was missing; that of period `t` has the place `t mod L`.
  private var recent: [SIMD4<Double>]
  private var counts: [Int32]
  private var windows: IdioReturnWindows

  /// Makes histories of nothing.
  init(_ rule: Rule) {
    numerators = Array(repeating: .zero, count: Self.laneCount)
    denominators = numerators
    products = Array(repeating: .zero, count: Self.laneCount * (rule.lags + 1))
    recent = Array(repeating: .zero, count: Self.laneCount * rule.lags)
    counts = Array(repeating: 0, count: Self.assetCount)
    windows = IdioReturnWindows(length: rule.reliability?.window ?? 0)
  }

  /// Takes in a block of dates.
  ///
  /// - Parameter chunk: which assets these are, from `chunk * assetCount` on.
  /// - Complexity: O(assets · dates · (lags + window)); the window is read four numbers at a time.
  mutating func advance(_ block: IdioReturnBlock, chunk: Int, rule: Rule) -> Estimates {
    let entryCount = block.days.count * Self.assetCount
    var estimates = Estimates(
      variances: Array(repeating: .nan, count: entryCount), neweyWestRatios: Array(repeating: 1, count: entryCount),
      reliability: [], counts: Array(repeating: 0, count: entryCount))
    average(block, chunk: chunk, rule: rule, &estimates)
    if let reliability = rule.reliability {
      estimates.reliability = windows.advance(block, chunk: chunk, rule: reliability)
    }
    return estimates
  }

  private mutating func average(
    _ block: IdioReturnBlock, chunk: Int, rule: Rule, _ estimates: inout Estimates
  ) {
    for (index, day) in block.days.enumerated() {
      let first = chunk * Self.laneCount
      let values = day.values.span.extracting(first..<first + Self.laneCount)
      let entries = index * Self.assetCount
      Self.averageVariances(
        values, decay: rule.decay, &numerators, &denominators, &counts, &estimates.variances, &estimates.counts,
        from: entries)
      guard rule.lags > 0 else { continue }
      Self.averageProducts(
        values, rule: rule, period: block.firstPeriod + index, &products, &recent, &estimates.neweyWestRatios,
        from: entries)
    }
  }

  /// Takes a period's returns into the variances.
  private static func averageVariances(
    _ values: Span<SIMD4<Double>>, decay: Double, _ numerators: inout [SIMD4<Double>],
    _ denominators: inout [SIMD4<Double>], _ counts: inout [Int32], _ variances: inout [Double],
    _ observed: inout [Int32], from start: Int
  ) {
    var numerators = numerators.mutableSpan
    var denominators = denominators.mutableSpan
    var counts = counts.mutableSpan
    var variances = variances.mutableSpan
    var observed = observed.mutableSpan
    for lane in 0..<laneCount {
      let u = values[lane]
      let isObserved = u .== u
      let x = SIMD4<Double>.zero.replacing(with: u, where: isObserved)
      let numerator = numerators[lane] * decay + x * x
      let denominator = denominators[lane] * decay + SIMD4<Double>.zero.replacing(with: 1, where: isObserved)
      numerators[lane] = numerator
      denominators[lane] = denominator
      let variance = numerator / denominator
      for offset in 0..<4 {
        let asset = 4 &* lane &+ offset
        variances[start &+ asset] = variance[offset]
        let count = counts[asset] &+ (isObserved[offset] ? 1 : 0)
        counts[asset] = count
        observed[start &+ asset] = count
      }
    }
  }

  /// Takes a period's returns into the autocovariances.
  private static func averageProducts(
    _ values: Span<SIMD4<Double>>, rule: Rule, period: Int, _ products: inout [SIMD4<Double>],
    _ recent: inout [SIMD4<Double>], _ ratios: inout [Double], from start: Int
  ) {
    let lags = rule.lags
    let decay = rule.productDecay
    let lagWeights = rule.lagWeights.span
    var products = products.mutableSpan
    var recent = recent.mutableSpan
    var ratios = ratios.mutableSpan
    let places = (0..<lags).map { (period + lags - 1 - $0) % lags * laneCount }
    for lane in 0..<laneCount {
      let u = values[lane]
      let x = SIMD4<Double>.zero.replacing(with: u, where: u .== u)
      let total = products[lane] * decay + x * x
      products[lane] = total
      var sum = SIMD4<Double>.zero
      for index in 0..<lags {
        let place = (index &+ 1) &* laneCount &+ lane
        let product = products[place] * decay + x * recent[places[index] &+ lane]
        products[place] = product
        sum += lagWeights[index] * product
      }
      // The oldest return has been used.
      recent[period % lags &* laneCount &+ lane] = x
      let ratio = SIMD4<Double>(repeating: 1).replacing(with: 1 + sum / total, where: total .> 0)
      for offset in 0..<4 { ratios[start &+ 4 &* lane &+ offset] = ratio[offset] }
    }
  }
}

extension IdioHistories {
  /// Writes the histories.
  func save(to writer: inout StateWriter) {
    for column in [numerators, denominators, products, recent] { writer.write(column) }
    writer.write(counts)
    windows.save(to: &writer)
  }

  /// Reads what `save(to:)` of histories of the same rule wrote.
  init(from reader: inout StateReader, rule: Rule) throws(StateError) {
    self.init(rule)
    numerators = try Self.vectors(&reader, count: numerators.count)
    denominators = try Self.vectors(&reader, count: denominators.count)
    products = try Self.vectors(&reader, count: products.count)
    recent = try Self.vectors(&reader, count: recent.count)
    counts = try reader.readInt32s()
    guard counts.count == Self.assetCount else { throw reader.mismatch("\(Self.assetCount) counts") }
    windows = try IdioReturnWindows(from: &reader, length: rule.reliability?.window ?? 0)
  }

  private static func vectors(_ reader: inout StateReader, count: Int) throws(StateError) -> [SIMD4<Double>] {
    let numbers = try reader.readDoubles()
    guard numbers.count == 4 * count else { throw reader.mismatch("\(4 * count) numbers") }
    let span = numbers.span
    return (0..<count).map { span.four(at: 4 * $0) }
  }
}

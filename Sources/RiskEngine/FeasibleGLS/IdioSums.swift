/// Sums of squared idio returns over periods, one an asset's code, taken in date order.
struct IdioSums: Sendable {
  private var squares: [Double] = []
  private var divisors: [Double] = []
  /// The number of observations that count.
  private(set) var counts: [Int32] = []
  /// The number, from 0, of the last period estimated in which each asset had an idio return, or -1.
  private(set) var lastPeriods: [Int32] = []
  /// The cap of each asset when it was seen last, 0 where it had none.
  private var lastCaps: [Double] = []
  /// The number of periods that were estimated.
  private(set) var periodCount = 0
  /// The periods that were not.
  private(set) var skippedPeriods: [IdioVarianceEstimate.SkippedPeriod] = []
  /// The number of observations left out for their leverage.
  private(set) var guardedCount = 0

  /// Counts a period without an estimate.
  mutating func skip(_ period: IdioVarianceEstimate.SkippedPeriod) { skippedPeriods.append(period) }

  /// Adds a period.
  mutating func add(_ idio: SquaredIdioReturns, assets: [Int32], caps: [Double]) {
    if let last = assets.max(), Int(last) >= counts.count { grow(to: Int(last) + 1) }
    Self.add(
      idio.squares.span, idio.divisors.span, assets.span, &squares, &divisors, &counts, &lastPeriods,
      period: Int32(periodCount), &guardedCount)
    for row in assets.indices {
      lastCaps[Int(assets[row])] = caps.isEmpty ? 0 : caps[row]
    }
    periodCount += 1
  }

  private mutating func grow(to count: Int) {
    let missing = count - counts.count
    squares += Array(repeating: 0, count: missing)
    divisors += Array(repeating: 0, count: missing)
    counts += Array(repeating: 0, count: missing)
    lastPeriods += Array(repeating: -1, count: missing)
    lastCaps += Array(repeating: 0, count: missing)
  }

  private static func add(
    _ squares: Span<Double>, _ divisors: Span<Double>, _ assets: Span<Int32>, _ squareSums: inout [Double],
    _ divisorSums: inout [Double], _ counts: inout [Int32], _ lastPeriods: inout [Int32], period: Int32,
    _ guardedCount: inout Int
  ) {
    var squareSums = squareSums.mutableSpan
    var divisorSums = divisorSums.mutableSpan
    var counts = counts.mutableSpan
    var lastPeriods = lastPeriods.mutableSpan
    for row in assets.indices where !squares[row].isNaN {
      let asset = Int(assets[row])
      lastPeriods[asset] = period
      guard divisors[row] > 0 else {
        guardedCount += 1
        continue
      }
      squareSums[asset] += squares[row]
      divisorSums[asset] += divisors[row]
      counts[asset] += 1
    }
  }

  /// `Σ e² / Σ d` of each asset with enough observations; the median of its size group for others that were seen.
  func variances(minimumObservations: Int) -> [Double] {
    var own = [Double](repeating: .nan, count: counts.count)
    for asset in own.indices where counts[asset] >= minimumObservations {
      own[asset] = squares[asset] / divisors[asset]
    }
    guard own.indices.contains(where: { own[$0].isNaN && lastPeriods[$0] >= 0 }) else { return own }
    let medians = SizeMedians(variances: own, caps: lastCaps)
    let fallback = pooledVariance
    var all = own
    for asset in own.indices where own[asset].isNaN && lastPeriods[asset] >= 0 {
      all[asset] = medians.median(ofCap: lastCaps[asset]) ?? fallback
    }
    return all
  }

  /// `Σ e² / Σ d` over all assets, summed from the smallest on.
  private var pooledVariance: Double {
    let total = divisors.sorted().reduce(0, +)
    return total > 0 ? squares.sorted().reduce(0, +) / total : .nan
  }

  /// `|ln v' − ln v|` of each asset with enough observations, infinite where it had no variance; `nan` for others.
  func changes(
    from old: [Double], start: Double, to new: [Double], minimumObservations: Int
  ) -> [Double] {
    new.indices.map { asset in
      guard counts[asset] >= minimumObservations else { return .nan }
      let before = asset < old.count ? old[asset] : start
      guard before > 0, new[asset] > 0 else { return before == new[asset] ? 0 : .infinity }
      return abs(PortableMath.log(new[asset]) - PortableMath.log(before))
    }
  }
}

/// Sums of squared idio returns over a pass, one an asset's code: parts added up in the order of their dates.
public struct IdioSums: Sendable {
  private var squares: [Double] = []
  private var divisors: [Double] = []
  /// The number of observations that count.
  public private(set) var counts: [Int32] = []
  /// The number, from 0, of the last period estimated in which each asset had an idio return, or -1.
  public private(set) var lastPeriods: [Int32] = []
  /// The cap of each asset when it was seen last, 0 where it had none.
  private var lastCaps: [Double] = []
  /// The number of periods that were estimated.
  public private(set) var periodCount = 0
  /// The periods that were not.
  public private(set) var skippedPeriods: [IdioVarianceEstimate.SkippedPeriod] = []
  /// The number of observations left out for their leverage.
  public private(set) var guardedCount = 0

  /// Makes sums of no periods.
  public init() {}

  /// Adds the periods of a part, which come after those added before.
  ///
  /// - Complexity: O(N) for N assets.
  public mutating func add(_ part: IdioSumsPart) {
    grow(to: part.counts.count)
    for asset in part.counts.indices {
      squares[asset] += part.squares[asset]
      divisors[asset] += part.divisors[asset]
      counts[asset] += part.counts[asset]
      if part.lastPeriods[asset] >= 0 { lastPeriods[asset] = Int32(periodCount) + part.lastPeriods[asset] }
      if !part.lastCaps[asset].isNaN { lastCaps[asset] = part.lastCaps[asset] }
    }
    periodCount += part.periodCount
    skippedPeriods += part.skippedPeriods
    guardedCount += part.guardedCount
  }

  private mutating func grow(to count: Int) {
    let missing = count - counts.count
    guard missing > 0 else { return }
    squares += Array(repeating: 0, count: missing)
    divisors += Array(repeating: 0, count: missing)
    counts += Array(repeating: 0, count: missing)
    lastPeriods += Array(repeating: -1, count: missing)
    lastCaps += Array(repeating: 0, count: missing)
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

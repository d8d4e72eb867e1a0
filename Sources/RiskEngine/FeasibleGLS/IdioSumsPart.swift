/// Sums of squared idio returns over a few consecutive periods, one an asset's code.
///
/// A pass of `IteratedEstimation` gives its periods in parts of `length`, counted from its first period on, and adds the
/// parts up in the order of their dates. So the parts may be made in different places, and their sum has the same bits.
public struct IdioSumsPart: Hashable, Sendable {
  /// The number of periods in a part, those without an estimate included; the last part of a pass may be shorter.
  public static let length = 32

  /// `Σ e²` of each asset's code, as a fraction squared.
  public internal(set) var squares: [Double] = []
  /// What they are divided by.
  public internal(set) var divisors: [Double] = []
  /// The number of observations that count.
  public internal(set) var counts: [Int32] = []
  /// The number, from 0 in the part, of the last period estimated in which each asset had an idio return, or -1.
  public internal(set) var lastPeriods: [Int32] = []
  /// The cap of each asset when it was seen last, 0 where it had none; `nan` where it was not seen.
  public internal(set) var lastCaps: [Double] = []
  /// The number of periods that were estimated.
  public internal(set) var periodCount = 0
  /// The periods that were not.
  public internal(set) var skippedPeriods: [IdioVarianceEstimate.SkippedPeriod] = []
  /// The number of observations left out for their leverage.
  public internal(set) var guardedCount = 0

  /// Makes a part without periods.
  init() {}

  /// Makes a part whose sums were kept elsewhere.
  ///
  /// - Parameters:
  ///   - squares: `Σ e²` of each asset's code; the arrays after it are as long.
  ///   - divisors: what they are divided by.
  ///   - counts: the numbers of observations.
  ///   - lastPeriods: the last period, from 0 in the part, in which each asset had an idio return, or -1.
  ///   - lastCaps: the cap of each asset when it was seen last; `nan` where it was not seen.
  ///   - periodCount: the number of periods estimated.
  ///   - skippedPeriods: the periods that were not.
  ///   - guardedCount: the number of observations left out for their leverage.
  /// - Precondition: the arrays are equally long.
  public init(
    squares: [Double], divisors: [Double], counts: [Int32], lastPeriods: [Int32], lastCaps: [Double],
    periodCount: Int, skippedPeriods: [IdioVarianceEstimate.SkippedPeriod], guardedCount: Int
  ) {
    precondition(
      [divisors.count, counts.count, lastPeriods.count, lastCaps.count].allSatisfy { $0 == squares.count },
      "sums of different numbers of assets")
    self.squares = squares
    self.divisors = divisors
    self.counts = counts
    self.lastPeriods = lastPeriods
    self.lastCaps = lastCaps
    self.periodCount = periodCount
    self.skippedPeriods = skippedPeriods
    self.guardedCount = guardedCount
  }

  /// The number of periods, those without an estimate included.
  public var length: Int { periodCount + skippedPeriods.count }

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
    lastCaps += Array(repeating: .nan, count: missing)
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
}

/// The idio variance of each asset as far as a walk has come.
///
/// Periods are counted where they have an estimate.
public struct IdioVarianceState: SavedState, Hashable {
  /// `v` of each asset's code, as a fraction squared per period; `nan` where it is not known.
  public internal(set) var variances: [Double] = []
  /// The number, from 0, of the last period in which each asset had an idio return, or -1.
  public internal(set) var lastPeriods: [Int32] = []
  /// The number of observations that went into each variance.
  public internal(set) var observationCounts: [Int32] = []
  /// The number of periods so far.
  public internal(set) var periodCount = 0

  /// Knows nothing.
  public init() {}

  /// Knows variances that were kept elsewhere.
  ///
  /// - Parameters:
  ///   - variances: `v` of each asset's code; `nan` where it is not known.
  ///   - lastPeriods: the last period in which each asset had an idio return, or -1.
  ///   - observationCounts: the number of observations that went into each variance.
  ///   - periodCount: the number of periods so far.
  /// - Precondition: the arrays are equally long.
  public init(variances: [Double], lastPeriods: [Int32], observationCounts: [Int32], periodCount: Int) {
    precondition(
      lastPeriods.count == variances.count && observationCounts.count == variances.count,
      "a state of different numbers of assets")
    self.variances = variances
    self.lastPeriods = lastPeriods
    self.observationCounts = observationCounts
    self.periodCount = periodCount
  }

  /// Goes on from variances that were estimated over a first span of periods.
  public init(_ estimate: IdioVarianceEstimate) {
    variances = estimate.variances
    lastPeriods = estimate.lastPeriods
    observationCounts = estimate.observationCounts
    periodCount = estimate.periodCount
  }

  /// Makes room for codes below a count.
  mutating func grow(to count: Int) {
    let missing = count - variances.count
    guard missing > 0 else { return }
    variances += Array(repeating: .nan, count: missing)
    lastPeriods += Array(repeating: -1, count: missing)
    observationCounts += Array(repeating: 0, count: missing)
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(variances)
    writer.write(lastPeriods)
    writer.write(observationCounts)
    writer.write(periodCount)
  }

  /// Reads a state.
  public init(from reader: inout StateReader) throws(StateError) {
    variances = try reader.readDoubles()
    lastPeriods = try reader.readInt32s()
    observationCounts = try reader.readInt32s()
    guard lastPeriods.count == variances.count, observationCounts.count == variances.count else {
      throw reader.mismatch("as many numbers of periods and observations as variances")
    }
    periodCount = try reader.readInt(in: 0..<Int(Int32.max), "a number of periods")
  }

  /// Whether two states are the same bit for bit.
  public static func == (left: IdioVarianceState, right: IdioVarianceState) -> Bool {
    left.variances.map(\.bitPattern) == right.variances.map(\.bitPattern) && left.lastPeriods == right.lastPeriods
      && left.observationCounts == right.observationCounts && left.periodCount == right.periodCount
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(variances.map(\.bitPattern))
    hasher.combine(lastPeriods)
    hasher.combine(observationCounts)
    hasher.combine(periodCount)
  }
}

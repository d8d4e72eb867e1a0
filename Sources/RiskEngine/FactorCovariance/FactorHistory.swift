/// The factor returns of all periods so far, and the shares of the constrained labels.
///
/// What goes through the whole history needs them: 20 years of 73 daily factors are 6 MB with the shares. A row is as
/// long as there were factors at its time.
struct FactorHistory: SavedState {
  /// For each period the factor returns, NaN where there is none.
  private(set) var returns: [[Double]] = []
  /// For each period the shares; empty where none were given.
  private(set) var shares: [[Double]] = []
  /// For each period whether it has any factor return.
  private(set) var isPresent: [Bool] = []
  /// For each factor the number of its returns.
  private(set) var counts: [Int] = []
  /// The number of periods with any factor return.
  private(set) var presentCount = 0

  init() {}

  /// The number of periods.
  var count: Int { returns.count }

  /// Takes in a period.
  mutating func append(_ values: [Double], shares: [Double]) {
    counts += Array(repeating: 0, count: values.count - counts.count)
    var isPresent = false
    for (factor, value) in values.enumerated() where !value.isNaN {
      counts[factor] += 1
      isPresent = true
    }
    returns.append(values)
    self.shares.append(shares)
    self.isPresent.append(isPresent)
    if isPresent { presentCount += 1 }
  }

  /// The factors with a return.
  var factors: [Int] { counts.indices.filter { counts[$0] > 0 } }

  /// Whether every period with any return has all of these.
  func isComplete(_ factors: [Int]) -> Bool { factors.allSatisfy { counts[$0] == presentCount } }

  /// A factor's return in a period; NaN where there is none.
  func value(_ period: Int, _ factor: Int) -> Double {
    factor < returns[period].count ? returns[period][factor] : .nan
  }

  /// A factor's share in a period; 0 where there is none.
  func share(_ period: Int, _ factor: Int) -> Double {
    guard factor < shares[period].count, shares[period][factor] > 0 else { return 0 }
    return shares[period][factor]
  }

  /// The weights of a half-life, scaled to sum 1; 0 for periods without returns.
  func weights(_ moment: FactorMoment) -> [Double] {
    var weights = ExponentialWeights.window(count: count, halfLife: moment.halfLife)
    var total = 0.0
    for period in weights.indices {
      if isPresent[period] { total += weights[period] } else { weights[period] = 0 }
    }
    return total > 0 ? weights.map { $0 / total } : weights
  }

  func save(to writer: inout StateWriter) {
    writer.write(returns.count)
    for period in returns.indices {
      writer.write(returns[period])
      writer.write(shares[period])
    }
  }

  init(from reader: inout StateReader) throws(StateError) {
    for _ in 0..<(try reader.readInt(in: 0..<10_000_000, "a number of periods")) {
      let values = try reader.readDoubles()
      let shares = try reader.readDoubles()
      guard values.count >= counts.count, shares.isEmpty || shares.count == values.count else {
        throw reader.mismatch("a return and a share for each factor")
      }
      append(values, shares: shares)
    }
  }
}

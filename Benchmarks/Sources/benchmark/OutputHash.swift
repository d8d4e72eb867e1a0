import RiskEngine

/// A hash of numbers, bit by bit, that tells whether two runs gave the same: FNV-1a, of words instead of bytes.
struct OutputHash: Hashable {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Starts a hash of nothing.
  init() {}

  /// A hash of everything that the regressions of a panel give.
  init(of periods: [PeriodRegression]) {
    for period in periods {
      for values in [
        period.factorReturns, period.standardErrors, period.varianceInflation, period.idioReturns,
        [period.rSquared, period.centeredRSquared, period.idioVolatility, period.condition],
      ] {
        for value in values { add(value.bitPattern) }
      }
    }
  }

  /// Adds a word.
  mutating func add(_ word: UInt64) { state = (state ^ word) &* 0x100_0000_01b3 }

  /// 16 hexadecimal digits at most.
  var hexadecimal: String { String(state, radix: 16) }
}

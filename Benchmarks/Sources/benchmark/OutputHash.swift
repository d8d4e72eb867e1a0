import Crypto
import RiskEngine

/// The SHA-256 of everything that the regressions of a panel give, bit by bit.
enum OutputHash {
  /// The first 16 hexadecimal digits.
  static func of(_ periods: [PeriodRegression]) -> String {
    var hash = SHA256()
    for period in periods {
      for values in [
        period.factorReturns, period.standardErrors, period.varianceInflation, period.idioReturns,
        [period.rSquared, period.centeredRSquared, period.idioVolatility, period.condition],
      ] {
        unsafe values.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
      }
    }
    return hash.finalize().prefix(8).map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }
}

/// Why nothing came of a market.
public enum MarketError: Error, Hashable, Sendable {
  /// Checks found what stops a run.
  case fatalFindings(first: String, count: Int)
  /// There is no trading day.
  case noTradingDays
  /// No style can be made of the data.
  case noStyles(missing: String)

  /// The status that a program stopped by this error exits with, after the convention of `sysexits.h`.
  public var exitCode: Int32 { 65 }
}

extension MarketError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .fatalFindings(let first, let count):
      "\(first)\(count > 1 ? "; and \(count - 1) more fatal findings" : "") (`riskengine check` lists all of them; "
        + "`checks` in the configuration changes what they do)"
    case .noTradingDays: "the sources have no trading day; expected rows with dates"
    case .noStyles(let missing): "no style can be made of the sources' fields: \(missing)"
    }
  }
}

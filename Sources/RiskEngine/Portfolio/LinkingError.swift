/// Why effects of several periods cannot be linked.
public enum LinkingError: Error, Hashable, Sendable {
  /// Whose return it is.
  public enum Party: String, Hashable, Sendable {
    /// The portfolio's.
    case portfolio
    /// The benchmark's.
    case benchmark
  }

  /// A return or an effect is infinite or not a number; periods count from 0.
  case notFinite(period: Int)
  /// A return loses everything, or more.
  case lossOfEverything(Party, period: Int, found: Double)
  /// The effects of a period do not sum to the return that they are to explain.
  case effectsDoNotAddUp(period: Int, found: Double, expected: Double)
}

extension LinkingError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .notFinite(let period):
      "period \(period + 1) has an infinite or missing return or effect; expected finite numbers"
    case .lossOfEverything(let party, let period, let found):
      "the return of the \(party.rawValue) in period \(period + 1) is \(found); expected one above -1"
    case .effectsDoNotAddUp(let period, let found, let expected):
      "the effects of period \(period + 1) sum to \(found); expected \(expected)"
    }
  }
}

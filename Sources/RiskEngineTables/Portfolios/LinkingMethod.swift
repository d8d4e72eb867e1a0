internal import RiskEngine

/// How effects of several periods are brought together.
public enum LinkingMethod: String, Hashable, Sendable, CaseIterable {
  /// Each effect grows with the portfolio until the end; exact. Against a benchmark, the portfolio's less the benchmark's.
  case compounding
  /// Logarithmic weights (Cariño, 1999).
  case carino
  /// Optimized weights (Menchero, 2000).
  case menchero

  var ofActiveReturns: AttributionLinking? {
    switch self {
    case .compounding: nil
    case .carino: .carino
    case .menchero: .menchero
    }
  }
}

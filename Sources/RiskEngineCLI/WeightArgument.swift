import ArgumentParser
import RiskEngine

/// A weight scheme as an argument: `sqrt-cap`, `equal`, `cap` or `column:NAME`.
enum WeightArgument: ExpressibleByArgument, Equatable {
  case squareRootOfCap
  case equal
  case cap
  case column(String)

  init?(argument: String) {
    switch argument {
    case "sqrt-cap": self = .squareRootOfCap
    case "equal": self = .equal
    case "cap": self = .cap
    default:
      guard argument.hasPrefix("column:"), argument.count > "column:".count else { return nil }
      self = .column(String(argument.dropFirst("column:".count)))
    }
  }

  /// The argument again.
  var text: String {
    switch self {
    case .squareRootOfCap: "sqrt-cap"
    case .equal: "equal"
    case .cap: "cap"
    case .column(let name): "column:\(name)"
    }
  }

  /// The column named.
  var column: String? { if case .column(let name) = self { name } else { nil } }

  /// The regression weights.
  var scheme: WeightScheme {
    switch self {
    case .squareRootOfCap: .squareRootOfCap
    case .equal: .equal
    case .cap: .cap
    case .column: .column
    }
  }

  /// The weights of the constraints; `sqrt-cap` is none.
  var constraintScheme: ConstraintWeightScheme {
    switch self {
    case .squareRootOfCap, .cap: .cap
    case .equal: .equal
    case .column: .column
    }
  }
}

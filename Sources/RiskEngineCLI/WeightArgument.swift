import ArgumentParser
import RiskEngine

/// A weight scheme as an argument: `sqrt-cap`, `equal`, `cap`, `column:NAME`, `iterated` or `walk-forward`.
enum WeightArgument: ExpressibleByArgument, Equatable {
  case squareRootOfCap
  case equal
  case cap
  case column(String)
  /// Inverse idio variances, iterated over all periods.
  case iterated
  /// Inverse idio variances known before each period.
  case walkForward

  init?(argument: String) {
    switch argument {
    case "sqrt-cap": self = .squareRootOfCap
    case "equal": self = .equal
    case "cap": self = .cap
    case "iterated": self = .iterated
    case "walk-forward": self = .walkForward
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
    case .iterated: "iterated"
    case .walkForward: "walk-forward"
    }
  }

  /// The column named.
  var column: String? { if case .column(let name) = self { name } else { nil } }

  /// Whether the weights come out of idio returns.
  var isIdio: Bool { self == .iterated || self == .walkForward }

  /// The regression weights; `nil` for those out of idio returns.
  var scheme: WeightScheme? {
    switch self {
    case .squareRootOfCap: .squareRootOfCap
    case .equal: .equal
    case .cap: .cap
    case .column: .column
    case .iterated, .walkForward: nil
    }
  }

  /// The weights of the constraints; `nil` for what constraints cannot have.
  var constraintScheme: ConstraintWeightScheme? {
    switch self {
    case .cap: .cap
    case .equal: .equal
    case .column: .column
    case .squareRootOfCap, .iterated, .walkForward: nil
    }
  }
}

internal import RiskEngine

/// A weight scheme by its name: `sqrt-cap`, `equal`, `cap`, `column:NAME`, `iterated` or `walk-forward`.
struct WeightName {
  var text: String
  var scheme: WeightScheme
  var column: String?

  init(_ text: String, option: String, cap: String?) throws(RequestError) {
    self.text = text
    switch text {
    case "sqrt-cap": scheme = .squareRootOfCap
    case "equal": scheme = .equal
    case "cap": scheme = .cap
    // What the constraints and the rows that count come from, as without a name.
    case "iterated", "walk-forward": scheme = cap == nil ? .equal : .squareRootOfCap
    default:
      let name = text.dropFirst("column:".count)
      guard text.hasPrefix("column:"), !name.isEmpty else {
        throw RequestError(
          "\(option) is '\(text)'; expected sqrt-cap, equal, cap, column:NAME, iterated or walk-forward")
      }
      scheme = .column
      column = String(name)
    }
    if cap == nil, text == "cap" || text == "sqrt-cap" { throw RequestError("\(option) by cap need cap") }
  }

  /// Whether the weights come out of idio returns.
  var isIdio: Bool { text == "iterated" || text == "walk-forward" }

  /// The weights of the zero-sum constraints.
  var constraintScheme: ConstraintWeightScheme {
    switch scheme {
    case .equal: .equal
    case .column: .column
    default: .cap
    }
  }
}

internal import RiskEngine
internal import RiskEngineTables

/// Reads the section `regression`.
enum RegressionReader {
  /// What a section says.
  struct Result {
    /// The regression.
    var regression = CrossSectionalRegression()
    /// The column of weights, where they are one.
    var weightColumn: String?
    /// The column of constraint weights, where they are one.
    var constraintColumn: String?
    /// By group the file of its fractional memberships.
    var memberships: [String: String] = [:]
    /// The share of cap without a return beyond which a period is not estimated.
    var missingCapLimit: Double? = 0.2
    /// Whether the turnover of the factor-mimicking portfolios is measured.
    var measuresTurnover = false
  }

  static func read(_ section: Section?, folder: String, hasCaps: Bool) throws(ConfigurationError) -> Result {
    var result = Result()
    result.regression.weights = hasCaps ? .squareRootOfCap : .equal
    result.regression.computesVarianceInflation = true
    guard let section else { return result }
    if let word = try section.text("weights") {
      switch word {
      case "sqrt-cap": result.regression.weights = .squareRootOfCap
      case "cap": result.regression.weights = .cap
      case "equal": result.regression.weights = .equal
      default:
        result.weightColumn = try column(word, "weights", section, others: ["sqrt-cap", "equal", "cap"])
        result.regression.weights = .column
      }
      if ["sqrt-cap", "cap"].contains(word), !hasCaps {
        throw section.error("weights", "is \(word), and no column of caps is named; expected equal or column:NAME")
      }
    }
    if let word = try section.text("constraint_weights") {
      switch word {
      case "cap": result.regression.constraintWeights = .cap
      case "equal": result.regression.constraintWeights = .equal
      default:
        result.constraintColumn = try column(word, "constraint_weights", section, others: ["cap", "equal"])
        result.regression.constraintWeights = .column
      }
      if word == "cap", !hasCaps {
        throw section.error("constraint_weights", "is cap, and no column of caps is named; expected equal")
      }
    }
    if try section.word("clip_weights") == nil { result.regression.weightClipping = try section.number("clip_weights") }
    switch try section.text("robust") ?? "none" {
    case "huber": result.regression.loss = .huber(k: try section.number("robust_k") ?? 1.345)
    case "bisquare": result.regression.loss = .bisquare(k: try section.number("robust_k") ?? 4.685)
    default:
      if section.has("robust_k") { throw section.error("robust_k", "goes with robust huber or bisquare") }
    }
    result.regression.hasMarket = try section.flag("market") ?? true
    if try section.word("thin_industries") == nil, let count = try section.number("thin_industries") {
      guard result.regression.hasMarket, result.regression.loss == .squares else {
        throw section.error("thin_industries", "goes with a market and with robust none")
      }
      result.regression.thinGroupMinimum = count
    }
    result.regression.minimumAssets = try section.integer("min_assets")
    if let files = try section.section("membership") {
      for group in files.keys {
        let path = try files.requiredText(group)
        result.memberships[group] = path.hasPrefix("/") ? path : folder + "/" + path
      }
    }
    if try section.word("missing_cap_limit") == "off" {
      result.missingCapLimit = nil
    } else if let limit = try section.number("missing_cap_limit") {
      result.missingCapLimit = limit
    }
    result.measuresTurnover = try section.flag("portfolio_turnover") ?? false
    if result.measuresTurnover, result.regression.loss != .squares {
      throw section.error("portfolio_turnover", "goes with robust none: other losses have no fixed portfolios")
    }
    return result
  }

  private static func column(
    _ word: String, _ key: String, _ section: Section, others: [String]
  ) throws(ConfigurationError) -> String {
    guard word.hasPrefix("column:"), word.count > 7 else {
      let hint = NearestName.find(word, among: others).map { " (did you mean '\($0)'?)" } ?? ""
      throw section.error(key, "is '\(word)'\(hint); expected \(others.joined(separator: ", ")) or column:NAME")
    }
    return String(word.dropFirst(7))
  }
}

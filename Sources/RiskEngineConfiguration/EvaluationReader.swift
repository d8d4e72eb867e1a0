public import RiskEngine

/// How a model's forecasts are judged.
public struct EvaluationPlan: Hashable, Sendable {
  /// The dates before the first forecast that is judged; `nil` for 504, but at most half of them.
  public var warmup: Int?
  /// The test portfolios and their tests.
  public var settings = EvaluationSettings()
}

/// Reads the section `evaluation`.
enum EvaluationReader {
  /// The families by the names of the configuration.
  private static let families: [String: Set<TestFamily>] = [
    "factors": [.factorReturns, .factorPortfolios], "assets": [.assets], "indices": [.index, .labels],
    "random": [.randomLong, .randomNeutral], "eigen": [.factorEigen, .assetEigen],
    "minimum_variance": [.minimumVariance], "optimized": [.optimized],
  ]

  static func read(_ section: Section?) throws(ConfigurationError) -> EvaluationPlan {
    var plan = EvaluationPlan()
    guard let section else { return plan }
    plan.warmup = try section.integer("warmup") ?? plan.warmup
    if let horizon = try section.integer("horizon") { plan.settings.horizon = horizon }
    if let seed = try section.integer("seed") { plan.settings.seed = UInt64(seed) }
    guard let names = try section.texts("portfolios") else { return plan }
    plan.settings.families = []
    for name in names {
      guard let family = families[name] else {
        let known = families.keys.sorted()
        let hint = NearestName.find(name, among: known).map { " (did you mean '\($0)'?)" } ?? ""
        throw section.error("portfolios", "names '\(name)'\(hint); expected some of \(known.joined(separator: ", "))")
      }
      plan.settings.families.formUnion(family)
    }
    return plan
  }
}

public import ModelStore
public import RiskEngineTables

extension Configuration {
  /// The configuration that a model keeps.
  ///
  /// - Throws: `StoreError`, `ConfigurationError`, or `ModelError.missing`.
  public init(of stored: StoredModel) throws {
    guard let bytes = try stored.document("config.yaml"), let text = String(validating: bytes, as: UTF8.self) else {
      throw ModelError.missing(path: stored.path, what: "config.yaml")
    }
    try self.init(
      path: stored.path + "/config.yaml", text: text,
      folder: stored.manifest.metadata["configuration_folder"]?.text ?? ".")
  }

  /// What becomes of the sources.
  public var marketPlan: MarketPlan {
    MarketPlan(
      sources: sources, calendar: calendar, currency: currency, checks: checks, universe: universe, loadings: loadings,
      periodsPerYear: frequency.periodsPerYear, validLabels: validLabels)
  }

  /// What a model is estimated from, and how.
  public var estimationPlan: EstimationPlan {
    EstimationPlan(
      input: panel.map { .panel($0) } ?? .market(marketPlan), settings: model, memberships: memberships,
      periodsPerYear: frequency.periodsPerYear, configuration: text, folder: folder)
  }
}

public import RiskEngine

/// What a model is estimated from, and how.
public struct EstimationPlan: Sendable {
  /// Where the loadings come from.
  public enum Input: Sendable {
    /// Vendors' tables.
    case market(MarketPlan)
    /// Loadings that are made already.
    case panel(PanelInput)
  }

  /// Where the loadings come from.
  public var input: Input
  /// How the model is estimated.
  public var settings: RiskModelSettings
  /// By group the file of its fractional memberships.
  public var memberships: [String: String]
  /// 252, 52 or 12.
  public var periodsPerYear: Int
  /// The text of the configuration, which the model keeps.
  public var configuration: String
  /// The folder that the configuration's paths are relative to.
  public var folder: String

  /// Makes a plan.
  public init(
    input: Input, settings: RiskModelSettings, memberships: [String: String] = [:], periodsPerYear: Int = 252,
    configuration: String = "", folder: String = "."
  ) {
    self.input = input
    self.settings = settings
    self.memberships = memberships
    self.periodsPerYear = periodsPerYear
    self.configuration = configuration
    self.folder = folder
  }
}

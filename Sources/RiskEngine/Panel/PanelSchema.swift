/// What the columns of a panel are, beside date, asset and return.
public struct PanelSchema: Hashable, Sendable {
  /// The categorical groups, in the order in which their factors are identified.
  public var groups: [String]
  /// The styles.
  public var styles: [String]
  /// Whether rows carry a market capitalization.
  public var hasCaps: Bool
  /// Whether rows say if the asset is in the estimation universe.
  public var hasUniverse: Bool
  /// Whether rows carry a regression weight of their own.
  public var hasWeights: Bool
  /// Whether rows carry a weight of their own for the zero-sum constraints.
  public var hasConstraintWeights: Bool

  /// Makes a schema.
  public init(
    groups: [String] = [], styles: [String] = [], hasCaps: Bool = false, hasUniverse: Bool = false,
    hasWeights: Bool = false, hasConstraintWeights: Bool = false
  ) {
    self.groups = groups
    self.styles = styles
    self.hasCaps = hasCaps
    self.hasUniverse = hasUniverse
    self.hasWeights = hasWeights
    self.hasConstraintWeights = hasConstraintWeights
  }
}

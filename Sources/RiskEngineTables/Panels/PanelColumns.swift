public import RiskEngine

/// The names of the columns of a panel file.
public struct PanelColumns: Hashable, Sendable, Codable {
  /// The date.
  public var date: String
  /// The asset.
  public var asset: String
  /// The return over the period that ends at the date, as a fraction.
  public var `return`: String
  /// The market capitalization, or `nil`.
  public var cap: String?
  /// The flag of the estimation universe, or `nil`.
  public var universe: String?
  /// The regression weight, or `nil`.
  public var weight: String?
  /// The weight in the zero-sum constraints, or `nil`.
  public var constraintWeight: String?
  /// The issuer, or `nil`.
  public var issuer: String?
  /// The categorical groups.
  public var groups: [String]
  /// The styles.
  public var styles: [String]
  /// The groups whose labels are not in the panel but in a file of fractional memberships.
  public var memberships: [String: String]

  /// Names the columns.
  public init(
    date: String = "date", asset: String = "asset", return: String = "ret", cap: String? = nil,
    universe: String? = nil, weight: String? = nil, constraintWeight: String? = nil, issuer: String? = nil,
    groups: [String] = [],
    styles: [String] = [], memberships: [String: String] = [:]
  ) {
    self.date = date
    self.asset = asset
    self.return = `return`
    self.cap = cap
    self.universe = universe
    self.weight = weight
    self.constraintWeight = constraintWeight
    self.issuer = issuer
    self.groups = groups
    self.styles = styles
    self.memberships = memberships
  }

  /// The panel's columns as the engine knows them.
  public var schema: PanelSchema {
    PanelSchema(
      groups: groups, styles: styles, hasCaps: cap != nil, hasUniverse: universe != nil, hasWeights: weight != nil,
      hasConstraintWeights: constraintWeight != nil)
  }

  /// What is read from the file.
  var requests: [ColumnRequest] {
    var requests = [ColumnRequest(date, .date), ColumnRequest(asset, .identifier), ColumnRequest(`return`, .number)]
    for name in [cap, weight, constraintWeight].compactMap(\.self) { requests.append(ColumnRequest(name, .number)) }
    if let universe { requests.append(ColumnRequest(universe, .boolean)) }
    if let issuer { requests.append(ColumnRequest(issuer, .identifier)) }
    for group in groups where memberships[group] == nil { requests.append(ColumnRequest(group, .identifier)) }
    for style in styles { requests.append(ColumnRequest(style, .number)) }
    return requests
  }
}

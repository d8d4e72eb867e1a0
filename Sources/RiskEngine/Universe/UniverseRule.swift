/// A rule that can keep an asset out of the estimation universe.
///
/// The cases are in the order in which a row is put to them; the first that it fails is the one that removes it.
public enum UniverseRule: String, Hashable, Sendable, CaseIterable {
  /// The asset has a positive market capitalization; else it is not covered either.
  case positiveCap = "market_cap"
  /// The type of the security is one of the eligible ones; else it is not covered either.
  case securityTypes = "security_types"
  /// The column of members says so.
  case column
  /// The country is one of the eligible ones.
  case countries
  /// The asset is its issuer's primary share line.
  case primaryLine = "primary_line"
  /// The asset is among the largest by float cap.
  case capCoverage = "cap_coverage"
  /// Enough of the shares are in free float.
  case freeFloat = "free_float"
  /// The price is not too low.
  case minimumPrice = "minimum_price"
  /// Enough is traded, for its size.
  case liquidity
  /// The asset has been listed for long enough.
  case listingAge = "listing_age"
  /// Enough of its returns are known.
  case observedReturns = "observed_returns"

  /// The rule's place among all.
  var position: Int {
    switch self {
    case .positiveCap: 0
    case .securityTypes: 1
    case .column: 2
    case .countries: 3
    case .primaryLine: 4
    case .capCoverage: 5
    case .freeFloat: 6
    case .minimumPrice: 7
    case .liquidity: 8
    case .listingAge: 9
    case .observedReturns: 10
    }
  }
}

/// A rule that is on but that the market lacks fields for.
public struct SkippedUniverseRule: Hashable, Sendable {
  /// The rule.
  public var rule: UniverseRule
  /// The fields that are missing.
  public var missingFields: [FieldName]

  /// Names a rule and what it lacks.
  public init(rule: UniverseRule, missingFields: [FieldName]) {
    self.rule = rule
    self.missingFields = missingFields
  }
}

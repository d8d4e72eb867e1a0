/// What each key of the universe's rules means: the source of the documentation's table.
public enum UniverseRuleCatalog {
  /// One key.
  public struct Entry: Hashable, Sendable {
    /// The key of the configuration.
    public var key: String
    /// The rule that it sets, or `nil` for one that is about all of them.
    public var rule: UniverseRule?
    /// What it means, with its unit.
    public var meaning: String
    /// What lets an asset in by default, or the default of a key without thresholds.
    public var enterDefault: String
    /// What puts a member out by default; empty where there is no such threshold.
    public var leaveDefault: String
    /// The fields that are needed; without them the rule is skipped and reported.
    public var fields: String
    /// Where the default comes from.
    public var source: String
  }

  private static let choice = "choice of this engine"

  /// All keys: those of rules in the order in which a row is put to them, then those about all of them.
  public static let entries: [Entry] = ruleEntries + timingEntries

  private static let ruleEntries: [Entry] = [
    Entry(
      key: "security_types", rule: .securityTypes,
      meaning: "labels of security_type that can be members; other types are not covered either. An asset whose type "
        + "is missing is covered but does not come in",
      enterDefault: "[common]", leaveDefault: "any other type, at once", fields: "security_type", source: choice),
    Entry(
      key: "column", rule: .column,
      meaning: "a column that says who is a member, taken as it is: 1 or 0, or labels such as true and false. Missing "
        + "or anything else counts as outside, and is counted. No other key but absence_days decides then, and rows "
        + "without a positive market cap are not members",
      enterDefault: "off", leaveDefault: "", fields: "the column; without it the configuration is refused",
      source: choice),
    Entry(
      key: "countries", rule: .countries, meaning: "labels of country that can be members",
      enterDefault: "off", leaveDefault: "off", fields: "country", source: choice),
    Entry(
      key: "primary_line", rule: .primaryLine,
      meaning: "which of an issuer's eligible share lines can be a member: largest_cap, or most_liquid by median "
        + "traded value over window_days. An asset without an issuer stands for itself",
      enterDefault: "largest_cap", leaveDefault: "another line is",
      fields: "issuer, market_cap or close and shares; for most_liquid issuer, close, volume", source: choice),
    Entry(
      key: "cap_coverage", rule: .capCoverage,
      meaning: "the float cap of an asset and all larger ones, as a fraction of that of all assets that the rules "
        + "before leave; the whole cap where the free float is not known",
      enterDefault: "at most 0.985", leaveDefault: "more than 0.995", fields: "market_cap, or close and shares",
      source: choice),
    Entry(
      key: "minimum_names", rule: .capCoverage,
      meaning: "number of largest assets that satisfy cap_coverage whatever their share; days with fewer members are "
        + "marked",
      enterDefault: "300", leaveDefault: "", fields: "as cap_coverage", source: choice),
    Entry(
      key: "free_float", rule: .freeFloat, meaning: "shares in free float as a fraction of shares outstanding",
      enterDefault: "at least 0.15", leaveDefault: "less than 0.1", fields: "float_shares, shares", source: choice),
    Entry(
      key: "minimum_price", rule: .minimumPrice, meaning: "price of a share, in the price currency",
      enterDefault: "at least 1.0", leaveDefault: "less than 0.5", fields: "price_field", source: choice),
    Entry(
      key: "price_field", rule: .minimumPrice,
      meaning: "field of the price that minimum_price is about. A price adjusted for later splits knows the future: "
        + "where close is adjusted so, name a column of raw prices",
      enterDefault: "close", leaveDefault: "", fields: "the field itself", source: choice),
    Entry(
      key: "liquidity", rule: .liquidity,
      meaning: "median of close times volume over window_days, as a fraction of the float cap a day. Not known where "
        + "it is missing on more than half of the days since the asset's first row",
      enterDefault: "at least 0.0005", leaveDefault: "less than 0.00025",
      fields: "close, volume, market_cap or shares", source: choice),
    Entry(
      key: "listing_age", rule: .listingAge,
      meaning: "trading days since the asset's first row; members are not tested again",
      enterDefault: "at least 126", leaveDefault: "", fields: "none", source: choice),
    Entry(
      key: "observed_returns", rule: .observedReturns,
      meaning: "returns that are not missing, as a fraction of the last window_days",
      enterDefault: "at least 0.9", leaveDefault: "less than 0.75", fields: "none", source: choice),
    Entry(
      key: "window_days", rule: nil, meaning: "trading days that liquidity and observed_returns look back on",
      enterDefault: "63", leaveDefault: "", fields: "none", source: choice),
  ]

  private static let timingEntries: [Entry] = [
    Entry(
      key: "pending_days", rule: nil,
      meaning: "trading dates in a row on which an asset has to satisfy every enter threshold; a date without a row "
        + "starts the count anew",
      enterDefault: "21", leaveDefault: "", fields: "none", source: choice),
    Entry(
      key: "grace_days", rule: nil,
      meaning: "trading dates in a row on which a member has to satisfy some leave threshold; a date without a row "
        + "does not count",
      enterDefault: "", leaveDefault: "21", fields: "none", source: choice),
    Entry(
      key: "absence_days", rule: nil,
      meaning: "trading days without a row after which an asset is gone: a member leaves at once, and a later row is "
        + "a new listing",
      enterDefault: "", leaveDefault: "20", fields: "none", source: choice),
    Entry(
      key: "change", rule: nil,
      meaning: "when members come and go: month_ends, which takes effect on the first trading date after a month's "
        + "end, or daily. Leaving at once happens on any date",
      enterDefault: "month_ends", leaveDefault: "month_ends", fields: "none", source: choice),
    Entry(
      key: "warm_start", rule: nil,
      meaning: "whether the first date admits at once what satisfies the rules as far as there are data: liquidity "
        + "and observed_returns use the days that have passed, and listing_age does not hold back an asset with a row "
        + "on the first date. Otherwise the universe is empty until histories are long enough",
      enterDefault: "true", leaveDefault: "", fields: "none", source: choice),
  ]
}

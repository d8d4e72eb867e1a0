internal import RiskEngine

/// Reads the section `universe`.
enum UniverseReader {
  /// The rules of a section, the defaults of the data's frequency where there is none.
  static func read(_ section: Section?, _ periodsPerYear: Int) throws(ConfigurationError) -> UniverseRules {
    var rules = UniverseRules.defaults(periodsPerYear: periodsPerYear)
    guard let section else { return rules }
    if let column = try section.text("column") {
      if let other = section.keys.first(where: { $0 != "column" }) {
        throw section.error(other, "goes with rules; `column` takes membership as it is")
      }
      return UniverseRules(column: FieldName(rawValue: column))
    }
    rules.capCoverage = try thresholds(section, "cap_coverage", rules.capCoverage)
    rules.liquidity = try thresholds(section, "liquidity", rules.liquidity)
    rules.minimumPrice = try thresholds(section, "minimum_price", rules.minimumPrice)
    rules.observedReturns = try thresholds(section, "observed_returns", rules.observedReturns)
    rules.freeFloat = try thresholds(section, "free_float", rules.freeFloat)
    if let names = try section.integer("minimum_names") { rules.minimumNames = names }
    if try section.word("listing_age") == "off" {
      rules.listingAge = nil
    } else if let age = try section.number("listing_age") {
      guard age == age.rounded() else { throw section.error("listing_age", "is \(age); expected a whole number") }
      rules.listingAge = Int(age)
    }
    if let types = try section.texts("security_types") { rules.securityTypes = types == ["any"] ? nil : types }
    if let countries = try section.texts("countries") { rules.countries = countries }
    if let line = try section.text("primary_line") {
      rules.primaryLine = line == "off" ? nil : UniverseRules.PrimaryLine(rawValue: line)
    }
    if let field = try section.text("price_field") { rules.priceField = FieldName(rawValue: field) }
    if let days = try section.integer("window_days") { rules.windowDays = days }
    if let days = try section.integer("pending_days") { rules.pendingDays = days }
    if let days = try section.integer("grace_days") { rules.graceDays = days }
    if let change = try section.choice("change", UniverseRules.Change.self) { rules.change = change }
    if let isWarm = try section.flag("warm_start") { rules.warmStart = isWarm }
    do throws(UniverseRulesError) {
      return try rules.validated()
    } catch {
      throw section.error(error.description)
    }
  }

  private static func thresholds(
    _ section: Section, _ key: String, _ usual: UniverseRules.Thresholds?
  ) throws(ConfigurationError) -> UniverseRules.Thresholds? {
    if try section.word(key) == "off" { return nil }
    guard let part = try section.section(key) else { return usual }
    var both = usual ?? UniverseRules.Thresholds(enter: 0, leave: 0)
    if let enter = try part.number("enter") { both.enter = enter }
    if let leave = try part.number("leave") { both.leave = leave }
    return both
  }
}

/// Who is in the universe, date after date.
///
/// A fold: `advance(_:identifiers:)` takes in one date and gives that date's universe, which depends on nothing later.
/// It is sequential and does the same whatever the number of threads. `memory` is all that it carries from date to
/// date; a selection that resumes with it goes on bit for bit as if it had never stopped.
///
/// An asset goes `out → pending → in → grace → out`. It is pending while it satisfies every `enter` threshold; once it
/// has on `pendingDays` trading dates in a row it comes in on the next date of change. A member is in grace while it
/// satisfies some `leave` threshold; once it has on `graceDays` trading dates in a row it leaves on the next date of
/// change. A day without a row ends a pending period and leaves a grace period as it is. A member leaves at once that
/// has no row for more than `absenceDays` trading dates, whose history begins anew, or that is not covered any more.
///
/// The coverage universe is every row with a positive capitalization whose type of security is not known to be
/// ineligible.
public struct UniverseSelection: Sendable {
  /// The rules.
  public let rules: UniverseRules
  /// The fields of the market's days.
  public let schema: MarketSchema
  /// The rules that are on but that the market lacks fields for, in the order of the rules.
  public let skippedRules: [SkippedUniverseRule]
  /// What is carried from date to date.
  public internal(set) var memory: UniverseMemory

  let fields: UniverseFields
  /// For each rule, by its position, whether it is applied.
  let isApplied: [Bool]
  var typeVerdicts: LabelVerdicts?
  var countryVerdicts: LabelVerdicts?
  var flagVerdicts: LabelVerdicts?
  var flagNumbers: Int?
  var primaryLines = PrimaryLines()
  var ranking = CapRanking()
  var rows = UniverseRows()

  /// Makes a selection that goes on from a memory, or starts with a market's first date.
  ///
  /// The rules may be others than those that made the memory, but for `windowDays`: members stay until they satisfy
  /// a `leave` threshold of the new ones.
  ///
  /// - Parameters:
  ///   - rules: who belongs to the estimation universe.
  ///   - schema: the fields of the market's days.
  ///   - memory: what an earlier selection carried, with the same table of identifiers.
  /// - Throws: what is wrong with the rules, or how the memory contradicts them.
  public init(
    rules: UniverseRules, schema: MarketSchema, resuming memory: UniverseMemory? = nil
  ) throws(UniverseRulesError) {
    let rules = try rules.validated()
    let fields = UniverseFields(rules, schema)
    if let column = rules.column {
      if let place = schema.number(column) {
        flagNumbers = place
      } else if let place = schema.label(column) {
        flagVerdicts = LabelVerdicts(wordsOf: column, place: place)
      } else {
        throw .unknownField(key: "column", found: column, expected: schema.numbers + schema.labels)
      }
    }
    if let memory, memory.windowDays != rules.windowDays {
      throw .resumedWithOther(key: "window_days", found: rules.windowDays, expected: memory.windowDays)
    }
    if let memory, memory.hasVolumes != fields.hasVolumes {
      throw .resumedWithOtherFields(key: "liquidity", found: fields.hasVolumes, expected: memory.hasVolumes)
    }
    var skipped = [SkippedUniverseRule]()
    var isApplied = [Bool]()
    for rule in UniverseRule.allCases {
      let missing = rules.isOn(rule) ? fields.missing(for: rule, rules) : []
      if !missing.isEmpty { skipped.append(SkippedUniverseRule(rule: rule, missingFields: missing)) }
      isApplied.append(rules.isOn(rule) && missing.isEmpty)
    }
    if isApplied[UniverseRule.securityTypes.position], let types = rules.securityTypes,
      let place = fields.securityType
    {
      typeVerdicts = LabelVerdicts(field: .securityType, place: place, oneOf: types)
    }
    if isApplied[UniverseRule.countries.position], let countries = rules.countries, let place = fields.country {
      countryVerdicts = LabelVerdicts(field: .country, place: place, oneOf: countries)
    }
    self.rules = rules
    self.schema = schema
    self.fields = fields
    self.isApplied = isApplied
    skippedRules = skipped
    self.memory = memory ?? UniverseMemory(windowDays: rules.windowDays, hasVolumes: fields.hasVolumes)
  }

  /// Whether a rule is on and the market has its fields.
  func applies(_ rule: UniverseRule) -> Bool { isApplied[rule.position] }
}

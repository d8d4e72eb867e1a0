public import RiskEngine

/// What becomes of vendors' tables: the parts of a configuration that `check` and `loadings` need.
public struct MarketPlan: Sendable {
  /// The vendors' tables.
  public var sources: [SourceDescription]
  /// The file of trading days, or `nil` to infer them.
  public var calendar: String?
  /// The currency of all money, or `nil` where nothing is converted.
  public var currency: String?
  /// The thresholds of the checks.
  public var checks: CheckSettings
  /// The rules of the estimation universe.
  public var universe: UniverseRules
  /// How loadings are made.
  public var loadings: LoadingSettings
  /// 252, 52 or 12.
  public var periodsPerYear: Int
  /// The valid labels of some fields.
  public var validLabels: [FieldName: Set<String>]

  /// Makes a plan.
  public init(
    sources: [SourceDescription], calendar: String? = nil, currency: String? = nil,
    checks: CheckSettings = CheckSettings(), universe: UniverseRules = UniverseRules(),
    loadings: LoadingSettings = LoadingSettings(), periodsPerYear: Int = 252,
    validLabels: [FieldName: Set<String>] = [:]
  ) {
    self.sources = sources
    self.calendar = calendar
    self.currency = currency
    self.checks = checks
    self.universe = universe
    self.loadings = loadings
    self.periodsPerYear = periodsPerYear
    self.validLabels = validLabels
  }

  /// The stage that takes in the rows of a reader of the sources.
  ///
  /// - Throws: `TableError` for the calendar, `IngestionError`.
  func ingestion(_ reader: MarketReader) throws -> Ingestion {
    let days = try calendar.map { try CalendarFile.read($0) }
    let custom = loadings.styles.flatMap { style -> [FieldName] in
      guard case .descriptors(let parts) = style.content else { return [] }
      return parts.compactMap(\.request.parameters.field)
    }
    let items = FieldName.fundamentals + custom.filter { !FieldName.fundamentals.contains($0) }
    return try Ingestion(
      sources: reader.readers.map(\.profile), items: publishedItems(items, reader), groups: loadings.groups,
      validLabels: validLabels, settings: checks, currency: currency, calendar: days)
  }

  /// Of some items those that descriptors ask for, so that no column stays empty for want of its item.
  private func publishedItems(_ items: [FieldName], _ reader: MarketReader) -> [FieldName] {
    guard reader.readers.contains(where: { $0.source.kind == .fundamentals }) else { return [] }
    let (requests, _) = StyleDefinition.resolve(loadings.styles)
    var wanted: [FieldName] = []
    for request in requests {
      for field in (try? request.fields()) ?? [] where items.contains(field) && !wanted.contains(field) {
        wanted.append(field)
      }
    }
    return wanted
  }
}

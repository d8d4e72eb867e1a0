/// What ingestion has to know of a source, beside its rows.
public struct SourceProfile: Hashable, Sendable {
  /// The name, unique among the sources.
  public var name: String
  /// What its rows are.
  public var kind: SourceKind
  /// Whose values count more: the smallest number first.
  public var priority: Int
  /// The columns.
  public var schema: SourceSchema
  /// Whether prices and shares are adjusted for splits and dividends, so that actions are not applied to them.
  public var hasAdjustedPrices: Bool
  /// The currency of money where no column tells; `nil` for the market's own.
  public var currency: String?
  /// How near values have to be to agree, by field.
  public var tolerances: [FieldName: Tolerance]

  /// Describes a source.
  public init(
    name: String, kind: SourceKind, priority: Int = 1, schema: SourceSchema, hasAdjustedPrices: Bool = true,
    currency: String? = nil, tolerances: [FieldName: Tolerance] = [:]
  ) {
    self.name = name
    self.kind = kind
    self.priority = priority
    self.schema = schema
    self.hasAdjustedPrices = hasAdjustedPrices
    self.currency = currency
    self.tolerances = tolerances
  }
}

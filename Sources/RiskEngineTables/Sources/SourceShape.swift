internal import RiskEngine

/// Which columns a kind of source has.
struct SourceShape {
  /// The kind.
  let kind: SourceKind
  /// The field by whose dates rows are ordered, and the name of its column where none is given.
  var ordering: (field: FieldName, column: String)
  /// Whether rows without an ordering date get one from another.
  var isOrderingDerived = false
  /// Whether rows belong to assets.
  var hasAssets = true
  /// The fields that have to be there.
  var required: [FieldName] = []
  /// The fields that can be there, `nil` for any.
  var optional: [FieldName]? = []
  /// Those fields that are labels only in this kind.
  var labels: Set<FieldName> = []
  /// Those that are dates.
  var dates: Set<FieldName> = []

  /// Describes a kind.
  init(_ kind: SourceKind) {
    self.kind = kind
    ordering = (.date, "date")
    switch kind {
    case .daily:
      optional = nil
      dates = [.knowledgeDate]
    case .prices:
      required = [.close]
      optional = [.open, .high, .low, .volume, .currency, .knowledgeDate]
      dates = [.knowledgeDate]
    case .shares:
      required = [.shares]
      optional = [.floatShares, .knowledgeDate]
      dates = [.knowledgeDate]
    case .returns:
      required = [.return]
      optional = [.currency, .knowledgeDate]
      dates = [.knowledgeDate]
    case .actions:
      ordering = ("ex_date", "ex_date")
      required = ["type"]
      optional = ["ratio", "cash", .currency]
      labels = ["type"]
    case .fundamentals:
      ordering = (.knowledgeDate, "knowledge_date")
      isOrderingDerived = true
      required = ["item", "fiscal_end", "value"]
      optional = [.currency, "period"]
      labels = ["item", "period"]
      dates = ["fiscal_end"]
    case .classification:
      ordering = ("from", "from")
      required = ["scheme", "code"]
      optional = ["to"]
      labels = ["scheme", "code"]
      dates = ["to"]
    case .riskFree:
      hasAssets = false
      required = ["rate"]
      optional = [.currency]
    case .fx:
      hasAssets = false
      required = ["pair", "rate"]
      labels = ["pair"]
    case .identifiers:
      ordering = ("from", "from")
      required = ["source_id"]
      optional = ["to"]
      labels = ["source_id"]
      dates = ["to"]
    }
  }

  /// The fields that the engine knows and that a table of this kind can have, beside the ordering date and the asset.
  var knownFields: [FieldName] {
    optional.map { required + $0 } ?? FieldName.knownNumbers + FieldName.knownLabels + [.knowledgeDate]
  }
}

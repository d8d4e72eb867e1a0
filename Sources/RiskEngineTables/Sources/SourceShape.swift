internal import RiskEngine

/// Which columns a kind of source has.
struct SourceShape {
  /// The field by whose dates rows are ordered, and the name of its column where none is given.
  var ordering: (field: FieldName, column: String)
  /// Whether rows without an ordering date get one from another.
  var isOrderingDerived = false
  var hasAssets = true
  /// The fields that have to be there.
  var required: [FieldName] = []
  /// The fields that can be there, `nil` for any.
  var optional: [FieldName]? = []
  var labels: Set<FieldName> = []
  var dates: Set<FieldName> = []

  init(_ kind: SourceKind) {
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
}

/// The columns of a source's files, resolved.
struct SourceColumns {
  let orderingColumn: String
  let isOrderingDerived: Bool
  let assetColumn: String?
  let schema: SourceSchema
  let numberColumns: [String]
  let labelColumns: [String]
  let dateColumns: [String]

  /// Resolves a description.
  init(_ source: SourceDescription) throws(SourceError) {
    let shape = SourceShape(source.kind)
    var names = source.columns
    orderingColumn = names.removeValue(forKey: shape.ordering.field) ?? names.removeValue(forKey: .date)
      ?? shape.ordering.column
    assetColumn = shape.hasAssets ? names.removeValue(forKey: .asset) ?? "asset" : nil
    isOrderingDerived = shape.isOrderingDerived
    if source.kind != .daily {
      // The long tables have the shape that the engine knows: a field's own name is its usual column.
      for field in shape.required where names[field] == nil { names[field] = field.rawValue }
    }
    if let known = shape.optional.map({ shape.required + $0 }) {
      let extra = names.keys.filter { !known.contains($0) }.map(\.rawValue).sorted().first
      if let extra {
        throw .fieldNotOfKind(
          source: source.name, kind: source.kind, field: FieldName(rawValue: extra),
          known: [shape.ordering.field] + (shape.hasAssets ? [.asset] : []) + known)
      }
    }
    if source.kind == .daily, names.isEmpty {
      throw .missingField(source: source.name, kind: source.kind, field: .return, mapped: [.date, .asset])
    }
    // The order of fields must not depend on that of a dictionary.
    let fields = names.keys.sorted { IdentifierTable.precedes($0.rawValue, $1.rawValue) }
    func isLabel(_ field: FieldName) -> Bool {
      shape.labels.contains(field) || FieldName.knownLabels.contains(field) || source.labelFields.contains(field)
    }
    let dates = fields.filter { shape.dates.contains($0) }
    let labels = fields.filter { !shape.dates.contains($0) && isLabel($0) }
    let numbers = fields.filter { !shape.dates.contains($0) && !isLabel($0) }
    schema = SourceSchema(hasAssets: shape.hasAssets, numbers: numbers, labels: labels, dates: dates)
    numberColumns = numbers.map { names[$0] ?? $0.rawValue }
    labelColumns = labels.map { names[$0] ?? $0.rawValue }
    dateColumns = dates.map { names[$0] ?? $0.rawValue }
  }
}

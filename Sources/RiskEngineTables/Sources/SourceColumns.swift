internal import RiskEngine

/// The columns of a source's files, resolved.
struct SourceColumns {
  /// What the kind has.
  let shape: SourceShape
  /// The column of the dates that order rows.
  let orderingColumn: String
  /// Whether a file without that column is an error.
  let isOrderingRequired: Bool
  /// The column of the assets, or `nil` where rows belong to none.
  let assetColumn: String?
  /// The fields.
  let schema: SourceSchema
  /// The column of each field of numbers.
  let numberColumns: [String]
  /// The column of each field of labels.
  let labelColumns: [String]
  /// The column of each field of dates.
  let dateColumns: [String]

  /// Resolves a description.
  ///
  /// - Throws: `SourceError.missingField`, `fieldNotOfKind` or `columnTwice`.
  init(_ source: SourceDescription) throws(SourceError) {
    let shape = SourceShape(source.kind)
    self.shape = shape
    var names = source.columns
    let namedOrdering = names.removeValue(forKey: shape.ordering.field) ?? names.removeValue(forKey: .date)
    orderingColumn = namedOrdering ?? shape.ordering.column
    // Dates are made up only where nobody says that there are some.
    isOrderingRequired = namedOrdering != nil || !shape.isOrderingDerived
    assetColumn = shape.hasAssets ? names.removeValue(forKey: .asset) ?? "asset" : nil
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
    var used = [(field: shape.ordering.field, column: orderingColumn)]
    for field in (shape.hasAssets ? [.asset] : []) + fields {
      let column = field == .asset ? assetColumn ?? "" : names[field] ?? field.rawValue
      if let other = used.first(where: { $0.column == column }) {
        throw .columnTwice(source: source.name, column: column, fields: [other.field, field])
      }
      used.append((field, column))
    }
  }

  /// The columns of the source in the order of its fields: the ordering dates, the assets, all others.
  var all: [String] { [orderingColumn] + [assetColumn].compactMap(\.self) + numberColumns + labelColumns + dateColumns }

  /// The fields that are read, beside the ordering date and the asset.
  var fields: [FieldName] { schema.numbers + schema.labels + schema.dates }

  /// The place of the field that tells yearly from quarterly numbers, or `nil`.
  var period: Int? { schema.labels.firstIndex(of: "period") }

  /// The place of the day that ends what a number is about, from which its ordering date can be made up, or `nil`.
  var fiscalEnd: Int? { shape.isOrderingDerived ? schema.dates.firstIndex(of: "fiscal_end") : nil }
}

/// The factors of a model in the order in which they came, which never changes: the market, the styles, and labels from
/// the first period that has a member of theirs on.
///
/// So the numbering of a date's factors depends on what was known by then alone.
public struct FactorRegistry: Sendable {
  /// A factor.
  public struct Factor: Hashable, Sendable {
    /// What it is.
    public var kind: FactorAxis.Kind
    /// Its name, none twice.
    public var name: String
    /// The date of the first period with a member of it.
    public var firstDate: CalendarDate
  }

  /// The factors.
  public private(set) var factors: [Factor] = []
  private let schema: PanelSchema
  private let hasMarket: Bool
  private var taken: Set<String>
  /// For each group, for each label's text, the position.
  private var positionsOfLabels: [[String: Int]]

  /// Makes a registry without factors.
  public init(schema: PanelSchema, hasMarket: Bool) {
    self.schema = schema
    self.hasMarket = hasMarket
    taken = Set(["date", "market"] + schema.styles)
    positionsOfLabels = schema.groups.map { _ in [:] }
  }

  /// The number of factors.
  public var count: Int { factors.count }

  /// The positions of a layout's factors in its own order; `nil` for labels that never came.
  public func positions(of layout: FactorLayout, labels: [IdentifierTable]) -> [Int?] {
    let styles = hasMarket ? 1 : 0
    var positions: [Int?] = hasMarket ? [factors.isEmpty ? nil : 0] : []
    for (group, codes) in layout.labels.enumerated() {
      for code in codes { positions.append(positionsOfLabels[group][labels[group][code]]) }
    }
    return positions + schema.styles.indices.map { factors.isEmpty ? nil : styles + $0 }
  }

  /// The position of a label; `nil` where it never came.
  public func position(ofLabel label: String, group: Int) -> Int? { positionsOfLabels[group][label] }

  /// Takes in the factors of a period.
  ///
  /// - Parameters:
  ///   - layout: its labels ascending by bytes, so that new ones are numbered in an order of their own.
  ///   - labels: for each group the texts of its labels.
  ///   - date: the date of the period.
  /// - Returns: the blocks of the factors that are new, in their order.
  public mutating func update(_ layout: FactorLayout, labels: [IdentifierTable], date: CalendarDate) -> [FactorBlock] {
    var added: [FactorBlock] = []
    if factors.isEmpty {
      if hasMarket {
        factors.append(Factor(kind: .market, name: "market", firstDate: date))
        added.append(.market)
      }
      for style in schema.styles {
        factors.append(Factor(kind: .style(style), name: style, firstDate: date))
        added.append(.style)
      }
    }
    for (group, codes) in layout.labels.enumerated() {
      for code in codes {
        let label = labels[group][code]
        guard positionsOfLabels[group][label] == nil else { continue }
        positionsOfLabels[group][label] = factors.count
        var name = label
        while !taken.insert(name).inserted { name = "\(schema.groups[group]):\(name)" }
        factors.append(Factor(kind: .label(group: schema.groups[group], label: label), name: name, firstDate: date))
        added.append(.group(group))
      }
    }
    return added
  }

  /// The positions in the order in which factors are shown: market, each group's labels by their bytes, styles.
  public var shownOrder: [Int] {
    let styles = hasMarket ? 1 : 0
    let first = styles + schema.styles.count
    guard !factors.isEmpty else { return [] }
    var order = hasMarket ? [0] : []
    for group in schema.groups {
      order += (first..<count).filter { if case .label(group, _) = factors[$0].kind { true } else { false } }
        .sorted { IdentifierTable.precedes(label($0), label($1)) }
    }
    return order + Array(styles..<first)
  }

  private func label(_ position: Int) -> String {
    guard case .label(_, let label) = factors[position].kind else { return "" }
    return label
  }

  // MARK: Saved state

  /// Writes the labels in the order in which they came.
  public func save(to writer: inout StateWriter) {
    writer.write(schema.groups)
    writer.write(schema.styles)
    writer.write(hasMarket)
    writer.write(factors.map(\.name))
    writer.write(factors.map { Int32($0.firstDate.daysSinceEpoch) })
    writer.write(
      factors.map { factor -> Int32 in
        guard case .label(let group, _) = factor.kind else { return -1 }
        return Int32(schema.groups.firstIndex(of: group) ?? -1)
      })
    writer.write(factors.indices.map(label))
  }

  /// Takes up what `save(to:)` wrote.
  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    var restored = FactorRegistry(schema: schema, hasMarket: hasMarket)
    guard try reader.readStrings() == schema.groups, try reader.readStrings() == schema.styles,
      try reader.readBool() == hasMarket
    else { throw reader.mismatch("the factors of a panel with the same groups and styles") }
    let names = try reader.readStrings()
    let dates = try reader.readInt32s()
    let groups = try reader.readInt32s()
    let labels = try reader.readStrings()
    guard dates.count == names.count, groups.count == names.count, labels.count == names.count else {
      throw reader.mismatch("a date, a group and a label for each factor")
    }
    let styles = hasMarket ? 1 : 0
    for (position, name) in names.enumerated() {
      let kind: FactorAxis.Kind
      if groups[position] >= 0, Int(groups[position]) < schema.groups.count {
        let group = Int(groups[position])
        kind = .label(group: schema.groups[group], label: labels[position])
        restored.positionsOfLabels[group][labels[position]] = position
      } else if hasMarket, position == 0 {
        kind = .market
      } else if position - styles < schema.styles.count {
        kind = .style(schema.styles[position - styles])
      } else {
        throw reader.mismatch("a label")
      }
      restored.taken.insert(name)
      restored.factors.append(
        Factor(kind: kind, name: name, firstDate: CalendarDate(daysSinceEpoch: dates[position])))
    }
    self = restored
  }
}

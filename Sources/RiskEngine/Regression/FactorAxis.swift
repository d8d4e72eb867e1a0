/// The factors of a panel, the same for every period: market, each group's labels by their bytes, styles.
public struct FactorAxis: Hashable, Sendable {
  /// What a factor is.
  public enum Kind: Hashable, Sendable {
    /// The market: the loading of every asset is 1.
    case market
    /// A label of a group.
    case label(group: String, label: String)
    /// A style.
    case style(String)
  }

  /// The factors.
  public let kinds: [Kind]
  /// A name for each factor, none twice and none equal to `date`.
  ///
  /// A factor is named by its label or its style; a label that is `date`, `market`, a style, or the name
  /// of a factor before it is written `<group>:<label>`.
  public let names: [String]
  private let hasMarket: Bool
  /// For each group, for each code of its labels, the position among the factors.
  private let positions: [[Int]]
  private let styleOffset: Int

  /// Makes the axis of a panel's labels and styles.
  public init(hasMarket: Bool, schema: PanelSchema, labels: [IdentifierTable]) {
    var kinds: [Kind] = hasMarket ? [.market] : []
    var names: [String] = hasMarket ? ["market"] : []
    var taken = Set(["date", "market"] + schema.styles)
    var positions = [[Int]]()
    for (group, table) in zip(schema.groups, labels) {
      var ofGroup = [Int](repeating: 0, count: table.count)
      for code in table.codesSortedByBytes() {
        let label = table[code]
        ofGroup[Int(code)] = kinds.count
        kinds.append(.label(group: group, label: label))
        var name = label
        while !taken.insert(name).inserted { name = "\(group):\(name)" }
        names.append(name)
      }
      positions.append(ofGroup)
    }
    styleOffset = kinds.count
    kinds += schema.styles.map { .style($0) }
    names += schema.styles
    self.kinds = kinds
    self.names = names
    self.hasMarket = hasMarket
    self.positions = positions
  }

  /// The number of factors.
  public var count: Int { kinds.count }

  /// The number of groups.
  public var groupCount: Int { positions.count }

  /// The number of labels of a group: their codes are below it.
  public func labelCount(ofGroup group: Int) -> Int { positions[group].count }

  /// The position of a label of a group, by its code.
  public func position(ofLabel code: Int32, group: Int) -> Int { positions[group][Int(code)] }

  /// The number of styles.
  public var styleCount: Int { count - styleOffset }

  /// Whether the first factor is the market.
  public var startsWithMarket: Bool { hasMarket }

  /// The position of each factor of a layout, in the layout's own order.
  public func positions(of layout: FactorLayout) -> [Int] {
    var found: [Int] = hasMarket ? [0] : []
    for (group, labels) in layout.labels.enumerated() { found += labels.map { positions[group][Int($0)] } }
    return found + (styleOffset..<count)
  }

  /// Values of a period's factors in the order of this axis; `nan` for factors that the period lacks.
  public func aligned(_ values: [Double], of period: PeriodRegression) -> [Double] {
    var aligned = [Double](repeating: .nan, count: count)
    guard !values.isEmpty else { return aligned }
    let layout = FactorLayout(hasMarket: hasMarket, labels: period.labels, styleCount: count - styleOffset)
    for (position, value) in zip(positions(of: layout), values) { aligned[position] = value }
    return aligned
  }
}

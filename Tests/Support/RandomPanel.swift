public import RiskEngine

/// A seeded generator of small panels: uniform loadings, labels, caps over three decades, holes where asked for.
///
/// Every label has a member on every date unless holes remove it: asset `i` carries label `i` of each group
/// while there are so many labels, then random ones.
public struct RandomPanel: Sendable {
  /// The number of assets.
  public var assetCount = 40
  /// The number of dates.
  public var dateCount = 4
  /// For each group its number of labels.
  public var labelCounts: [Int] = []
  /// The groups whose assets belong to one to three labels by fractions.
  public var fractionalGroups: Set<Int> = []
  /// The number of styles.
  public var styleCount = 3
  /// The share of rows without a return, of loadings and of labels that are missing.
  public var missingShare = 0.0
  /// The share of caps that are zero.
  public var zeroCapShare = 0.0
  /// The share of rows outside the universe.
  public var outsideShare = 0.0
  /// The share of rows that are left out.
  public var absentShare = 0.0
  /// The seed.
  public var seed: UInt64 = 1

  /// Makes a generator.
  public init(
    assetCount: Int = 40, dateCount: Int = 4, labelCounts: [Int] = [], fractionalGroups: Set<Int> = [],
    styleCount: Int = 3, missingShare: Double = 0, zeroCapShare: Double = 0, outsideShare: Double = 0,
    absentShare: Double = 0, seed: UInt64 = 1
  ) {
    self.assetCount = assetCount
    self.dateCount = dateCount
    self.labelCounts = labelCounts
    self.fractionalGroups = fractionalGroups
    self.styleCount = styleCount
    self.missingShare = missingShare
    self.zeroCapShare = zeroCapShare
    self.outsideShare = outsideShare
    self.absentShare = absentShare
    self.seed = seed
  }

  /// The date with a number; weekends are left out.
  public static func date(_ index: Int) -> CalendarDate {
    // 2020-01-06 was a Monday.
    CalendarDate(daysSinceEpoch: 18_267 + Int32(index / 5 * 7 + index % 5))
  }

  /// The id of the asset with a number: not in the order of the numbers.
  public static func asset(_ index: Int) -> String { "a\(index % 3)\(index)" }

  /// The label with a number of a group.
  public static func label(_ index: Int, group: Int) -> String { "\(["g", "H", "k"][group % 3])\(index)" }

  /// Draws the panel.
  public func table() -> PanelTable {
    var random = TestRandom(seed: seed)
    var table = PanelTable(
      schema: PanelSchema(
        groups: labelCounts.indices.map { "group\($0)" }, styles: (0..<styleCount).map { "style\($0)" },
        hasCaps: true, hasUniverse: true, hasWeights: true, hasConstraintWeights: true))
    for date in 0..<dateCount {
      for asset in 0..<assetCount {
        var row = PanelTable.Row(
          date: Self.date(date), asset: Self.asset(asset), return: 0.01 * random.normal(),
          cap: 1e6 * Self.power(random.uniform()), weight: 0.1 + random.uniform(),
          constraintWeight: 0.1 + random.uniform())
        for (group, count) in labelCounts.enumerated() {
          // The next label of each group repeats later, so that groups are connected.
          let label = asset < count ? asset : random.integer(below: count)
          row.labels.append(fractionalGroups.contains(group) ? "" : Self.label(label, group: group))
          row.return += 0.002 * Double(label % 3)
        }
        for _ in 0..<styleCount {
          row.styles.append(2 * random.uniform() - 1)
          row.return += 0.003 * row.styles[row.styles.count - 1]
        }
        punch(&row, &random)
        if random.uniform() >= absentShare { table.rows.append(row) }
      }
    }
    for group in fractionalGroups {
      table.memberships["group\(group)"] = memberships(group: group, &random)
    }
    return table
  }

  /// Takes values out of a row.
  private func punch(_ row: inout PanelTable.Row, _ random: inout TestRandom) {
    if random.uniform() < missingShare { row.return = .nan }
    for style in row.styles.indices where random.uniform() < missingShare { row.styles[style] = .nan }
    for group in row.labels.indices where random.uniform() < missingShare { row.labels[group] = "" }
    if random.uniform() < zeroCapShare { row.cap = 0 }
    if random.uniform() < outsideShare { row.inUniverse = false }
  }

  /// One to three labels for each asset.
  private func memberships(group: Int, _ random: inout TestRandom) -> [PanelTable.Membership] {
    var found = [PanelTable.Membership]()
    for asset in 0..<assetCount {
      let count = 1 + random.integer(below: min(3, labelCounts[group]))
      let first = asset < labelCounts[group] ? asset : random.integer(below: labelCounts[group])
      var fractions = (0..<count).map { _ in 0.1 + random.uniform() }
      let sum = fractions.reduce(0, +)
      for index in fractions.indices { fractions[index] /= sum }
      for (index, fraction) in fractions.enumerated() {
        let label = (first + index) % labelCounts[group]
        found.append(
          .init(asset: Self.asset(asset), label: Self.label(label, group: group), fraction: fraction))
      }
    }
    return found
  }

  /// `10^(3x)` for `x` in 0..<1, by multiplication alone, so that it is the same on every platform.
  private static func power(_ x: Double) -> Double {
    var result = 1.0
    var rest = 3 * x
    while rest >= 1 {
      result *= 10
      rest -= 1
    }
    return result * (1 + 9 * rest)
  }
}

public import RiskEngine

/// A panel as a test writes it: one value a row, texts for assets and labels.
public struct PanelTable: Sendable {
  /// One asset on one date.
  public struct Row: Sendable {
    /// The date.
    public var date: CalendarDate
    /// The asset id.
    public var asset: String
    /// The return over the period that ends at the date.
    public var `return`: Double
    /// The market capitalization.
    public var cap: Double
    /// Whether the asset is in the estimation universe.
    public var inUniverse: Bool
    /// The caller's regression weight.
    public var weight: Double
    /// The caller's weight in the constraints.
    public var constraintWeight: Double
    /// A label for each group, "" where it is missing.
    public var labels: [String]
    /// A loading for each style.
    public var styles: [Double]

    /// Makes a row.
    public init(
      date: CalendarDate, asset: String, return: Double, cap: Double = 1, inUniverse: Bool = true,
      weight: Double = 1, constraintWeight: Double = 1, labels: [String] = [], styles: [Double] = []
    ) {
      self.date = date
      self.asset = asset
      self.return = `return`
      self.cap = cap
      self.inUniverse = inUniverse
      self.weight = weight
      self.constraintWeight = constraintWeight
      self.labels = labels
      self.styles = styles
    }
  }

  /// The share of an asset in a label, known from a date on.
  public struct Membership: Sendable {
    /// The date, or `nil` for always.
    public var date: CalendarDate?
    /// The asset id.
    public var asset: String
    /// The label.
    public var label: String
    /// The fraction.
    public var fraction: Double

    /// Makes a membership.
    public init(date: CalendarDate? = nil, asset: String, label: String, fraction: Double) {
      self.date = date
      self.asset = asset
      self.label = label
      self.fraction = fraction
    }
  }

  /// The columns.
  public var schema: PanelSchema
  /// The rows, in any order.
  public var rows: [Row]
  /// By group name, the groups with fractional memberships.
  public var memberships: [String: [Membership]]

  /// Makes a table.
  public init(schema: PanelSchema, rows: [Row] = [], memberships: [String: [Membership]] = [:]) {
    self.schema = schema
    self.rows = rows
    self.memberships = memberships
  }

  /// The dates that occur, ascending.
  public var dates: [CalendarDate] { Set(rows.map(\.date)).sorted() }

  /// The panel; codes are given in the order of the rows.
  public func panel(lag: Int = 1, precision: LoadingColumns.Precision = .float64) throws -> Panel {
    var assets = IdentifierTable()
    var labels = schema.groups.map { _ in IdentifierTable() }
    for row in rows {
      _ = assets.code(for: row.asset)
      for (group, label) in row.labels.enumerated() where !label.isEmpty { _ = labels[group].code(for: label) }
    }
    var tables = [String: MembershipTable]()
    for (group, name) in schema.groups.enumerated() {
      guard let entries = memberships[name] else { continue }
      let coded = entries.map { entry in
        MembershipTable.Entry(
          date: entry.date, asset: assets.code(for: entry.asset), label: labels[group].code(for: entry.label),
          fraction: entry.fraction)
      }
      tables[name] = try MembershipTable(entries: coded, group: name, assets: assets, labels: labels[group])
    }
    var assembler = PanelAssembler(schema: schema, lag: lag, precision: precision, memberships: tables)
    var sections = [CrossSection]()
    for date in dates {
      var day = PanelRows(schema: schema)
      for row in rows where row.date == date { append(row, to: &day, assets: assets, labels: labels) }
      if let section = try assembler.append(day, assets: assets, labels: labels) { sections.append(section) }
    }
    return Panel(schema: schema, lag: lag, assets: assets, labels: labels, crossSections: sections)
  }

  func append(_ row: Row, to day: inout PanelRows, assets: IdentifierTable, labels: [IdentifierTable]) {
    day.dates.append(row.date)
    day.assets.append(assets.existingCode(of: row.asset) ?? -1)
    day.returns.append(row.return)
    if schema.hasCaps { day.caps.append(row.cap) }
    if schema.hasUniverse { day.inUniverse.append(row.inUniverse) }
    if schema.hasWeights { day.weights.append(row.weight) }
    if schema.hasConstraintWeights { day.constraintWeights.append(row.constraintWeight) }
    for (group, label) in row.labels.enumerated() {
      day.labels[group].append(labels[group].existingCode(of: label) ?? PanelRows.missingLabel)
    }
    for (style, loading) in row.styles.enumerated() { day.styles[style].append(loading) }
  }
}

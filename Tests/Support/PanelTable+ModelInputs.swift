public import RiskEngine

/// A date on its way into a risk model, with the tables behind its codes as they are then.
public struct ModelInput: Sendable {
  /// The date's cross-sections.
  public var input: RiskModelInput
  /// The assets met so far.
  public var assets: IdentifierTable
  /// The labels met so far.
  public var labels: [IdentifierTable]
}

extension PanelTable {
  /// The dates as inputs of a risk model.
  ///
  /// - Parameter isKnownBefore: whether all assets and labels have codes from the first date on, in another order than
  ///   that in which they come.
  public func modelInputs(lag: Int = 1, isKnownBefore: Bool = false) throws -> [ModelInput] {
    var assets = IdentifierTable()
    var labels = schema.groups.map { _ in IdentifierTable() }
    if isKnownBefore {
      for row in rows.reversed() {
        _ = assets.code(for: row.asset)
        for (group, label) in row.labels.enumerated() where !label.isEmpty { _ = labels[group].code(for: label) }
      }
    }
    var assembler = PanelAssembler(schema: schema, lag: lag)
    var inputs: [ModelInput] = []
    for date in dates {
      let ofDate = rows.filter { $0.date == date }
      for row in ofDate {
        _ = assets.code(for: row.asset)
        for (group, label) in row.labels.enumerated() where !label.isEmpty { _ = labels[group].code(for: label) }
      }
      var day = PanelRows(schema: schema)
      for row in ofDate { append(row, to: &day, assets: assets, labels: labels) }
      let section = try assembler.append(day, assets: assets, labels: labels)
      guard let snapshot = assembler.snapshot() else { preconditionFailure("no snapshot of a date") }
      inputs.append(
        ModelInput(input: RiskModelInput(section: section, snapshot: snapshot), assets: assets, labels: labels))
    }
    return inputs
  }
}

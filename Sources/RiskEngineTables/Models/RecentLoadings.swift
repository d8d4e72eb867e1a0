internal import ModelStore
internal import RiskEngine

/// The table `recent_loadings`: the rows of the last `lag` dates of the loadings, which explain the first returns of the
/// next update, so that no segment of the history has to be read for them.
enum RecentLoadings {
  static let name = "recent_loadings"

  /// Writes the table anew.
  ///
  /// - Parameters:
  ///   - paths: files that have the rows of those dates, the later dates in the later files.
  static func write(
    _ paths: [String], columns: PanelColumns, assetStorage: IdentifierStorage, lag: Int, sink: TransactionSink,
    threads: Int?
  ) throws {
    guard lag > 0, !paths.isEmpty else { return }
    let file = try PanelFile(
      paths: paths, columns: columns, lag: 0, options: PanelFile.Options(threads: threads))
    var recent: [DayRows<PanelRows>] = []
    while let day = try file.nextRowsOfDate() {
      recent.append(day)
      if recent.count > lag { recent.removeFirst() }
    }
    sink.transaction.removeAllRows(of: name)
    let table = SegmentedTable(
      name, PanelRowTable.outputColumns(columns, assetStorage: assetStorage), sink: sink, datesPerSegment: .max,
      isWrittenEmpty: false)
    let texts = PanelTexts(assets: file.assets, labels: file.labels, issuers: file.issuers)
    var order = OutputOrder(storage: assetStorage)
    for day in recent {
      try table.append(
        PanelRowTable.values(day, columns: columns, texts: texts, order: &order),
        date: day.rows.dates[day.range.lowerBound])
    }
    try table.close()
  }
}

internal import LinAlg

internal import RiskEngine

/// The panel of loadings and what goes with it, written as it is made.
final class LoadingTables {
  static let names = [
    "panel", "universe", "universe_changes", "market", "style_statistics", "style_correlations", "clipped", "imputed",
  ]

  /// Few enough that the buffers of the tables are full early, and memory does not grow with the history.
  private static let panelRowsPerGroup = 131_072
  private static let rowsPerGroup = 8192

  private let panel: SegmentedTable
  private let universe: SegmentedTable
  private let changes: SegmentedTable
  private let market: SegmentedTable
  private let statistics: SegmentedTable
  private let correlations: SegmentedTable
  private let clipped: SegmentedTable
  private let imputed: SegmentedTable
  private let styles: IdentifierTable
  private let columns: IdentifierTable
  private let rules = IdentifierTable(texts: UniverseRule.allCases.map(\.rawValue))
  private var reasons = IdentifierTable()
  private let groups: [(field: FieldName, column: Int)]
  private let cap: Int?
  private let issuer: Int?
  private(set) var panelRowCount = 0
  private(set) var memberRowCount = 0

  /// Prepares to write.
  ///
  /// - Parameters:
  ///   - panelName: the name of the panel among the tables.
  ///   - issuers: whether the panel has a column of issuers, where the data tell them.
  init(
    sink: any SegmentSink, pipeline: LoadingPipeline, assetStorage: IdentifierStorage, panelName: String = "panel",
    datesPerSegment: Int = .max, issuers: Bool = false, isWrittenEmpty: Bool = true
  ) {
    func writer(_ name: String, _ columns: [OutputColumn]) -> SegmentedTable {
      SegmentedTable(
        name, columns, sink: sink, datesPerSegment: datesPerSegment,
        rowsPerGroup: name == panelName ? Self.panelRowsPerGroup : Self.rowsPerGroup, isWrittenEmpty: isWrittenEmpty)
    }
    let schema = pipeline.ingestion.schema
    groups = pipeline.groups.compactMap { field in schema.label(field).map { (field, $0) } }
    cap = schema.number(.marketCap)
    styles = IdentifierTable(texts: pipeline.styles)
    let requests = pipeline.descriptors.requests
    // Several descriptors may be of one kind, with other parameters.
    var names: [String] = []
    for request in requests {
      var name = request.parameters.field.map { "\(request.name).\($0)" } ?? request.name
      var count = 1
      while names.contains(name) {
        count += 1
        name = "\(request.name).\(count)"
      }
      names.append(name)
    }
    for style in pipeline.styles { names.append(names.contains(style) ? "style \(style)" : style) }
    columns = IdentifierTable(texts: names)
    let date = OutputColumn("date", .date)
    issuer = issuers ? schema.label(.issuer) : nil
    panel = writer(
      panelName,
      [
        date, OutputColumn("asset", .identifier(assetStorage)), OutputColumn("ret", .number),
        OutputColumn("market_cap", .number),
      ] + (issuer == nil ? [] : [.text("issuer")]) + groups.map { .text($0.field.rawValue) } + [
        OutputColumn("in_estimation_universe", .boolean)
      ]
        + pipeline.styles.map { OutputColumn($0, .number) })
    universe = writer(
      "universe", [date, .text("rule"), OutputColumn("removed", .int64), OutputColumn("left", .int64)])
    changes = writer("universe_changes", [date, .text("asset"), .text("change"), .text("reason")])
    market = writer(
      "market",
      [
        date, OutputColumn("market_return", .number), OutputColumn("risk_free", .number),
        OutputColumn("row_count", .int64), OutputColumn("coverage_count", .int64),
        OutputColumn("member_count", .int64), OutputColumn("regressable_count", .int64),
      ])
    let numbers = [
      "coverage", "imputed", "mean", "std", "skewness", "kurtosis", "min", "q01", "q05", "median", "q95", "q99", "max",
      "stability", "vif", "turnover",
    ]
    statistics = writer("style_statistics", [date, .text("style")] + numbers.map { OutputColumn($0, .number) })
    correlations = writer(
      "style_correlations", [date, .text("style_1"), .text("style_2"), OutputColumn("correlation", .number)])
    clipped = writer(
      "clipped",
      [date, .text("asset"), .text("column"), OutputColumn("before", .number), OutputColumn("after", .number)])
    imputed = writer("imputed", [date, .text("asset"), .text("style"), OutputColumn("loading", .number)])
  }

  /// The columns of the panel.
  var panelColumns: PanelColumns {
    PanelColumns(
      cap: "market_cap", universe: "in_estimation_universe", issuer: issuer == nil ? nil : "issuer",
      groups: groups.map(\.field.rawValue), styles: styles.texts)
  }

  /// Writes a date.
  func append(
    _ day: LoadingPipeline.Day, diagnostics: LoadingDiagnostics.Day, identifiers: MarketIdentifiers
  ) throws {
    guard let market = day.ingested.market, let universe = day.universe, let loadings = day.loadings else { return }
    try appendPanel(market, universe, loadings, identifiers)
    try appendUniverse(universe, identifiers.assets)
    try self.market.append(
      [
        .dates([market.date]), .numbers([day.marketReturn]), .numbers([market.riskFreeReturn]),
        .int64([Int64(market.count)]), .int64([Int64(universe.funnel.coverageCount)]),
        .int64([Int64(universe.funnel.memberCount)]),
        .int64([Int64(market.assets.indices.count { universe.inEstimation[$0] && loadings.isRegressable[$0] })]),
      ], date: market.date)
    try appendStatistics(diagnostics)
    let changes = loadings.clipped
    try clipped.append(
      [
        .dates(Array(repeating: market.date, count: changes.count)),
        .identifiers(changes.map { market.assets[$0.row] }, of: identifiers.assets),
        .identifiers(changes.map { Int32($0.column) }, of: columns), .numbers(changes.map(\.before)),
        .numbers(changes.map(\.after)),
      ], date: market.date)
    for (style, rows) in loadings.imputedRows.enumerated() where !rows.isEmpty {
      try imputed.append(
        [
          .dates(Array(repeating: market.date, count: rows.count)),
          .identifiers(rows.map { market.assets[Int($0)] }, of: identifiers.assets),
          .identifiers(Array(repeating: Int32(style), count: rows.count), of: styles),
          .numbers(rows.map { loadings.styles[style][Int($0)] }),
        ], date: market.date)
    }
  }

  private func appendPanel(
    _ market: MarketDay, _ universe: UniverseDay, _ loadings: LoadingCrossSection, _ identifiers: MarketIdentifiers
  ) throws {
    // A return over more than two trading days is nobody's return of one.
    let returns = market.totalReturns.indices.map { row in
      market.returnSpans[row] > 2 ? .nan : market.totalReturns[row] - market.riskFreeReturn
    }
    let members = market.assets.indices.map { universe.inEstimation[$0] && loadings.isRegressable[$0] }
    var values: [OutputValues] = [
      .dates(Array(repeating: market.date, count: market.count)),
      .identifiers(market.assets, of: identifiers.assets), .numbers(returns),
      .numbers(cap.map { market.numbers[$0] } ?? Array(repeating: .nan, count: market.count)),
    ]
    if let issuer {
      values.append(.identifiers(market.labels[issuer], of: identifiers.labels[.issuer] ?? IdentifierTable()))
    }
    for group in groups {
      values.append(
        .identifiers(market.labels[group.column], of: identifiers.labels[group.field] ?? IdentifierTable()))
    }
    values.append(.booleans(members))
    for style in loadings.styles { values.append(.numbers(style)) }
    try panel.append(values, date: market.date)
    panelRowCount += market.count
    memberRowCount += members.count { $0 }
  }

  private func appendUniverse(_ day: UniverseDay, _ assets: IdentifierTable) throws {
    var left = day.funnel.rowCount
    var removed: [Int64] = []
    var rest: [Int64] = []
    for rule in UniverseRule.allCases {
      left -= day.funnel[rule]
      removed.append(Int64(day.funnel[rule]))
      rest.append(Int64(left))
    }
    try universe.append(
      [
        .dates(Array(repeating: day.date, count: removed.count)),
        .identifiers(Array(0..<Int32(removed.count)), of: rules), .int64(removed), .int64(rest),
      ], date: day.date)
    let codes = day.adds + day.drops.map(\.asset)
    guard !codes.isEmpty else { return }
    let kinds = day.adds.map { _ in "added" } + day.drops.map { _ in "dropped" }
    let why = day.adds.map { _ in "" } + day.drops.map { "\($0.reason)" }
    try changes.append(
      [
        .dates(Array(repeating: day.date, count: codes.count)), .identifiers(codes, of: assets), texts(kinds),
        texts(why),
      ], date: day.date)
  }

  private func texts(_ values: [String]) -> OutputValues {
    .identifiers(values.map { $0.isEmpty ? -1 : reasons.code(for: $0) }, of: reasons)
  }

  private func appendStatistics(_ day: LoadingDiagnostics.Day) throws {
    let all = day.styles
    func column(_ value: (LoadingDiagnostics.Style) -> Double) -> OutputValues {
      .numbers(all.map(value).map { $0.isFinite ? $0 : .nan })
    }
    try statistics.append(
      [
        .dates(Array(repeating: day.date, count: all.count)), .identifiers(Array(0..<Int32(all.count)), of: styles),
        column(\.coverage), column(\.imputed), column(\.mean), column(\.deviation), column(\.skewness),
        column(\.kurtosis),
      ] + (0..<7).map { place in column { $0.quantiles[place] } } + [
        column(\.stability), column(\.varianceInflation), column(\.turnover),
      ], date: day.date)
    var (first, second, values) = ([Int32](), [Int32](), [Double]())
    for row in 0..<all.count {
      for other in 0..<row {
        first.append(Int32(other))
        second.append(Int32(row))
        values.append(day.correlations[row, other])
      }
    }
    try correlations.append(
      [
        .dates(Array(repeating: day.date, count: values.count)), .identifiers(first, of: styles),
        .identifiers(second, of: styles), .numbers(values),
      ], date: day.date)
  }

  func close() throws {
    for writer in [panel, universe, changes, market, statistics, correlations, clipped, imputed] { try writer.close() }
  }
}

internal import RiskEngine

/// The part of a report on the data: how many assets, what the checks found, what is missing, what is left out.
struct UniverseSection {
  let source: ReportSource
  /// The checks that have a colour of their own; the others are added up.
  private static let shownChecks = 7

  /// The part.
  var section: ReportSection {
    var blocks: [ReportSection.Block] = [.chart(assets)]
    if source.qualityCounts.rowCount > 0 {
      blocks += [.chart(findings), .table(checks)]
    } else if source.market.rowCount == 0 {
      blocks.append(
        .paragraph(
          "The model was made from a panel of loadings, so that the engine's checks of vendors' tables did not run; "
            + "what its regressions left out is shown below."))
    }
    if let gaps { blocks.append(.chart(gaps)) }
    if let exclusions { blocks.append(.chart(exclusions)) }
    return ReportSection(id: "data", title: "Data and universe", word: "Data", blocks: blocks)
  }

  private var assets: Chart {
    let dates = source.forecasts.rowCount > 0 ? source.forecasts.dates : source.periods.dates
    let shown = ShownDates(dates)
    func line(_ name: String, _ table: ReportTable, _ column: String) -> LineChart.Series? {
      let values = Dictionary(zip(table.dates, table[column]), uniquingKeysWith: { first, _ in first })
      let series = shown.dates.map { date in values[date].flatMap { $0 > 0 ? $0 : nil } ?? .nan }
      return series.contains { $0.isFinite } ? LineChart.Series(name: name, group: "", values: series) : nil
    }
    let series = [
      line("with data", source.market, "row_count"), line("estimation universe", source.market, "member_count"),
      line("regressed", source.periods, "asset_count"),
      line("with a forecast of idio risk", source.forecasts, "asset_count"),
    ]
    return LineChart(
      dates: shown.dates, series: series.compactMap { $0 }, valueTitle: "assets", axisFormat: ",d", format: ",d",
      seriesTitle: "which"
    ).chart(
      id: "assets", title: "Assets over time",
      caption: "Number of assets, \(source.firstDate) to \(source.lastDate).\(shown.remark) Tables: market, periods, "
        + "forecasts.")
  }

  /// Counts by check, the most frequent first; info is what is merely counted.
  private var countsByCheck: [(check: String, severity: String, count: Int, first: CalendarDate, last: CalendarDate)] {
    struct Key: Hashable {
      var check: String
      var severity: String
    }
    let table = source.qualityCounts
    let (checks, severities, counts) = (table.texts("check"), table.texts("severity"), table["count"])
    var sums: [Key: (count: Int, first: CalendarDate, last: CalendarDate)] = [:]
    for row in 0..<table.rowCount {
      let key = Key(check: checks[row], severity: severities[row])
      let date = table.dates[row]
      let known = sums[key] ?? (0, date, date)
      sums[key] = (known.count + Int(counts[row]), min(known.first, date), max(known.last, date))
    }
    return sums.map { ($0.key.check, $0.key.severity, $0.value.count, $0.value.first, $0.value.last) }
      .sorted { ($1.count, $0.check, $0.severity) < ($0.count, $1.check, $1.severity) }
  }

  /// The number of findings that dropped a value or stopped a run, that warned, and that merely count.
  var findingCounts: (errors: Int, warnings: Int, infos: Int) {
    var counts = (errors: 0, warnings: 0, infos: 0)
    for entry in countsByCheck {
      switch Severity(rawValue: entry.severity) {
      case .error, .fatal: counts.errors += entry.count
      case .warn: counts.warnings += entry.count
      case .info, nil: counts.infos += entry.count
      }
    }
    return counts
  }

  /// The check that found most of what is more than merely counted.
  var commonestFinding: (check: String, count: Int)? {
    countsByCheck.first { $0.severity != Severity.info.rawValue }.map { ($0.check, $0.count) }
  }

  private var findings: Chart {
    let table = source.qualityCounts
    let kept = countsByCheck.filter { $0.severity != Severity.info.rawValue }
    var names: [String] = []
    for entry in kept where names.count < Self.shownChecks && !names.contains(entry.check) { names.append(entry.check) }
    let rest = kept.contains { !names.contains($0.check) } ? "all others" : nil
    let shown = names + (rest.map { [$0] } ?? [])
    var months: [Int: [String: Int]] = [:]
    let (checks, severities, counts) = (table.texts("check"), table.texts("severity"), table["count"])
    for row in 0..<table.rowCount where severities[row] != Severity.info.rawValue {
      let name = names.contains(checks[row]) ? checks[row] : rest ?? ""
      months[Self.month(of: table.dates[row]), default: [:]][name, default: 0] += Int(counts[row])
    }
    var rows: [JSONValue] = []
    for (month, ofMonth) in months.sorted(by: { $0.key < $1.key }) {
      for name in shown {
        guard let count = ofMonth[name] else { continue }
        rows.append(Self.monthRow(month).adding(["s": .text(name), "v": .number(Double(count))]))
      }
    }
    let specification = Chart.frame(height: 240).adding([
      "params": [["name": "picked", "value": .texts(shown)]],
      "data": ["values": .list(rows)],
      "transform": [["filter": "indexof(picked, datum.s) >= 0"]],
      "layer": [
        [
          "params": [LineChart.zoom],
          "mark": ["type": "bar", "clip": true],
          "encoding": [
            "x": Chart.timeEncoding.adding(["timeUnit": "utcyearmonth"]),
            "y": [
              "field": "v", "type": "quantitative", "aggregate": "sum",
              "axis": Chart.topAxis("findings a month", format: ",d"),
            ],
            "color": ["field": "s", "type": "nominal", "legend": nil, "scale": ["domain": .texts(shown)]],
            "tooltip": [
              ["field": "s", "type": "nominal", "title": "check"], ["field": "t", "type": "nominal", "title": "month"],
              ["field": "v", "type": "quantitative", "aggregate": "sum", "title": "findings", "format": ",d"],
            ],
          ],
        ]
      ],
    ])
    return Chart(
      id: "findings", title: "What the checks found",
      caption:
        "Findings a month that warn or drop a value, by check, \(source.firstDate) to \(source.lastDate); what is "
        + "merely counted is in the table below. Table: quality_counts.",
      specification: specification,
      legend: [
        Chart.LegendGroup(
          title: "",
          entries: shown.enumerated().map { Chart.LegendEntry(name: $1, place: $0, isPicked: true) })
      ], canZoom: true)
  }

  private var checks: DataTable {
    let rules = Dictionary(
      CheckCatalog.entries.map { ($0.check.rawValue, $0) }, uniquingKeysWith: { first, _ in first })
    return DataTable(
      caption: "Every check that found something, over all dates; severity error: the value was dropped, warn: it was "
        + "kept, info: counted only. Table: quality_counts; single findings with values before and after: quality.",
      columns: [
        DataTable.Column(title: "check", isNumeric: false), DataTable.Column(title: "severity", isNumeric: false),
        DataTable.Column(title: "count"), DataTable.Column(title: "first", isNumeric: false),
        DataTable.Column(title: "last", isNumeric: false),
        DataTable.Column(title: "what it looks for", isNumeric: false, isLong: true),
      ],
      rows: countsByCheck.map { entry in
        [
          .text(entry.check),
          .text(entry.severity, mark: entry.severity == "error" || entry.severity == "fatal" ? "bad" : ""),
          .count(entry.count), .text(entry.first.description), .text(entry.last.description),
          .text(rules[entry.check]?.rule ?? ""),
        ]
      })
  }

  private var gaps: Chart? {
    let table = source.missing
    let (fields, fractions) = (table.texts("field"), table["fraction"])
    var sums: [String: [Int: (sum: Double, count: Int)]] = [:]
    var names: [String] = []
    for row in 0..<table.rowCount where fractions[row].isFinite {
      if sums[fields[row]] == nil { names.append(fields[row]) }
      let month = Self.month(of: table.dates[row])
      let known = sums[fields[row]]?[month] ?? (0, 0)
      sums[fields[row], default: [:]][month] = (known.sum + fractions[row], known.count + 1)
    }
    let shown = names.filter { name in sums[name]?.values.contains { $0.sum > 0 } ?? false }
    guard !shown.isEmpty else { return nil }
    let months = Set(sums.values.flatMap(\.keys)).sorted()
    let rows: [JSONValue] = shown.map { name in
      let means = months.map { month in sums[name]?[month].map { $0.sum / Double($0.count) } ?? .nan }
      return ["s": .text(name), "v": .numbers(means, digits: 3)]
    }
    let dates = months.enumerated().map { place, month in
      Self.monthRow(month).adding(["i": .number(Double(place + 1))])
    }
    let specification = Chart.frame(height: 40 + 15 * shown.count).adding([
      "datasets": ["dates": .list(dates)],
      "data": ["values": .list(rows)],
      "transform": .list(Chart.unfolding(["v"], by: ["s"])),
      "mark": ["type": "rect"],
      "encoding": [
        "x": Chart.timeEncoding.adding(["timeUnit": "utcyearmonth"]),
        "y": [
          "field": "s", "type": "nominal", "title": nil, "scale": ["domain": .texts(shown)],
          "axis": ["labelFontSize": 10],
        ],
        "color": [
          "field": "v", "type": "quantitative", "scale": ["scheme": "viridis", "domainMin": 0],
          "legend": ["format": "~%", "title": "missing", "orient": "top", "gradientLength": 160],
        ],
        "tooltip": [
          ["field": "s", "type": "nominal", "title": "field"], ["field": "t", "type": "nominal", "title": "month"],
          ["field": "v", "type": "quantitative", "title": "missing", "format": ".1%"],
        ],
      ],
    ])
    let whole = names.count - shown.count
    return Chart(
      id: "missing", title: "Missing values by field",
      caption: "Mean share of assets without a value, by field and month."
        + (whole > 0 ? " \(Shown.count(whole, "other field")) never lack one." : "") + " Table: missing.",
      specification: specification)
  }

  private var exclusions: Chart? {
    let table = source.periods
    let shown = ShownDates(table.dates)
    let series = ExclusionReasons.all.compactMap { column, name -> LineChart.Series? in
      let values = table[column]
      guard values.contains(where: { $0 > 0 }) else { return nil }
      let means = shown.gathered(values) { $0.reduce(0, +) / Double($0.count) }
      return LineChart.Series(name: name, group: "", values: means)
    }
    guard !series.isEmpty else { return nil }
    return LineChart(
      dates: shown.dates, series: series, valueTitle: "assets left out", axisFormat: ",d", format: ",.1f", height: 220,
      seriesTitle: "reason"
    ).chart(
      id: "exclusions", title: "Assets left out of the regressions",
      caption: "Number of assets by reason, \(source.firstDate) to \(source.lastDate).\(shown.remark("the mean")) "
        + "Table: periods.")
  }

  /// The months since the year 0.
  private static func month(of date: CalendarDate) -> Int {
    let components = date.components
    return components.year * 12 + components.month - 1
  }

  /// A month as data: the time of its first day, and its text.
  private static func monthRow(_ month: Int) -> JSONValue {
    guard let date = CalendarDate(year: month / 12, month: month % 12 + 1, day: 1) else { return [:] }
    return [
      "d": .number(Double(date.daysSinceEpoch) * 86_400_000), "t": .text(String(date.description.dropLast(3))),
    ]
  }
}

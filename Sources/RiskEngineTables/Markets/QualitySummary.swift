internal import RiskEngine

/// What the checks found in a market.
public struct QualitySummary: Sendable, Codable {
  /// How often a check found something in a source.
  public struct Count: Sendable, Codable, Hashable {
    /// The check.
    public var check: String
    /// Its number.
    public var code: String
    /// What it did.
    public var severity: String
    /// The source, or `nil`.
    public var source: String?
    /// How often.
    public var count: Int
  }

  /// A field's values over all dates.
  public struct Field: Sendable, Codable, Hashable {
    /// The field.
    public var field: String
    /// The fraction of missing values.
    public var missing: Double
    /// Quantiles of the relative gap between vendors, where there are several: 50, 90, 99 % and the largest.
    public var vendorGaps: [Double]?
  }

  /// How a source was read.
  public struct Source: Sendable, Codable, Hashable {
    /// The source.
    public var name: String
    /// What its rows are.
    public var kind: String
    /// The number of files.
    public var fileCount: Int
    /// The number of rows.
    public var rowCount: Int
    /// How the rows lay in the files.
    public var rowOrder: String
    /// The known fields among its columns that no source's rows of this kind carry, so that nothing reads them here.
    public var unreadFields: [String]
  }

  /// The sources.
  public var sources: [Source] = []
  /// The number of trading days.
  public var dateCount = 0
  /// The first trading day.
  public var firstDate = ""
  /// The last trading day.
  public var lastDate = ""
  /// The number of assets ever there.
  public var assetCount = 0
  /// The number of rows that came out, carried ones included.
  public var rowCount = 0
  /// The findings by check, severity and source.
  public var findings: [Count] = []
  /// The fields.
  public var fields: [Field] = []
  /// The first findings that stop a run, in words.
  public var fatal: [String] = []
  /// The number of findings that stop a run.
  public var fatalCount = 0
}

/// Gathers a `QualitySummary`.
struct QualityTally {
  private struct Key: Hashable {
    var check: Check
    var severity: Severity
    var source: Int32
  }

  private static let shownFatal = 10

  private var counts: [Key: Int] = [:]
  private var missing: [Double] = []
  private var rows = 0.0
  private var gaps: [GapHistogram] = []
  private(set) var fatal: [String] = []
  private(set) var fatalCount = 0
  private var dates: [CalendarDate] = []
  private var dateCount = 0
  private var rowCount = 0

  /// Takes in a date.
  mutating func add(_ day: IngestedDay, assets: IdentifierTable, sources: [String]) {
    for count in day.counts {
      counts[Key(check: count.check, severity: count.severity, source: count.source ?? -1), default: 0] += count.count
    }
    for finding in day.fatal {
      fatalCount += 1
      if fatal.count < Self.shownFatal { fatal.append(Self.text(finding, assets: assets, sources: sources)) }
    }
    guard let market = day.market else { return }
    dateCount += 1
    if dates.isEmpty { dates = [day.date, day.date] }
    dates[1] = day.date
    rowCount += market.count
    if missing.isEmpty {
      missing = Array(repeating: 0, count: day.missingFractions.count)
      gaps = Array(repeating: GapHistogram(), count: day.missingFractions.count)
    }
    rows += Double(market.count)
    for (field, fraction) in day.missingFractions.enumerated() { missing[field] += fraction * Double(market.count) }
    for (field, values) in day.vendorGaps.enumerated() {
      for value in values { gaps[field].add(value) }
    }
  }

  /// A finding as a line.
  static func text(_ finding: Finding, assets: IdentifierTable, sources: [String]) -> String {
    var text = "\(CheckCatalog.code(of: finding.check)) \(finding.check.rawValue) on \(finding.date)"
    if let source = finding.source { text += ", source '\(sources[Int(source)])'" }
    if let asset = finding.asset { text += ", asset '\(assets[asset])'" }
    if let field = finding.field { text += ", \(field)" }
    if finding.before.isFinite { text += ": \(finding.before)" }
    if finding.after.isFinite { text += " -> \(finding.after)" }
    return finding.note.isEmpty ? text : "\(text); \(finding.note)"
  }

  /// The summary.
  func summary(_ reader: MarketReader, fields: [FieldName]) -> QualitySummary {
    var summary = QualitySummary()
    summary.sources = reader.readers.map { reader in
      QualitySummary.Source(
        name: reader.source.name, kind: reader.source.kind.rawValue, fileCount: reader.paths.count,
        rowCount: reader.rowCount, rowOrder: reader.order.rawValue,
        unreadFields: reader.unmappedFields.map(\.rawValue))
    }
    summary.dateCount = dateCount
    summary.firstDate = dates.first.map(\.description) ?? ""
    summary.lastDate = dates.last.map(\.description) ?? ""
    summary.assetCount = reader.identifiers.tables.assets.count
    summary.rowCount = rowCount
    let order = Dictionary(uniqueKeysWithValues: Check.allCases.enumerated().map { ($1, $0) })
    summary.findings = counts.sorted { left, right in
      (order[left.key.check] ?? 0, right.key.severity, left.key.source)
        < (order[right.key.check] ?? 0, left.key.severity, right.key.source)
    }.map { key, count in
      QualitySummary.Count(
        check: key.check.rawValue, code: CheckCatalog.code(of: key.check), severity: key.severity.rawValue,
        source: key.source < 0 ? nil : reader.readers[Int(key.source)].source.name, count: count)
    }
    summary.fields = fields.enumerated().map { index, field in
      QualitySummary.Field(
        field: field.rawValue, missing: rows > 0 && index < missing.count ? missing[index] / rows : 1,
        vendorGaps: index < gaps.count ? gaps[index].quantiles : nil)
    }
    summary.fatal = fatal
    summary.fatalCount = fatalCount
    return summary
  }
}

/// How large relative gaps are, in bins of a twentieth of a decade, so that memory does not grow with their number.
private struct GapHistogram {
  private static let binsPerDecade = 20
  private static let decades = 18

  private var bins: [Int] = []
  private var zeros = 0
  private var largest = 0.0

  mutating func add(_ gap: Double) {
    largest = max(largest, gap)
    guard gap > 1e-16 else {
      zeros += 1
      return
    }
    if bins.isEmpty { bins = Array(repeating: 0, count: Self.binsPerDecade * Self.decades) }
    let place = (PortableMath.log(gap) / 2.302_585_092_994_046 + 16) * Double(Self.binsPerDecade)
    bins[min(max(Int(place), 0), bins.count - 1)] += 1
  }

  /// The 50, 90 and 99 % quantiles, to a bin's upper end, and the largest; `nil` of none.
  var quantiles: [Double]? {
    let total = zeros + bins.reduce(0, +)
    guard total > 0 else { return nil }
    return [0.5, 0.9, 0.99].map { quantile($0, total) } + [largest]
  }

  private func quantile(_ probability: Double, _ total: Int) -> Double {
    var seen = zeros
    let wanted = Int((probability * Double(total)).rounded(.up))
    if seen >= wanted { return 0 }
    for (bin, count) in bins.enumerated() {
      seen += count
      if seen >= wanted {
        let power = Double(bin + 1) / Double(Self.binsPerDecade) - 16
        return min(largest, PortableMath.exp(power * 2.302_585_092_994_046))
      }
    }
    return largest
  }
}

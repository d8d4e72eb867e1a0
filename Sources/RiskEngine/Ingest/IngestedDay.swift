/// What ingestion made of one date.
public struct IngestedDay: Sendable {
  /// The date.
  public var date: CalendarDate
  /// The market as known at its close, or `nil` where the date is no trading day.
  public var market: MarketDay?
  /// What the checks found, counts apart.
  public var findings: [Finding] = []
  /// How often each check found something, by severity and source, the counted only included.
  public var counts: [FindingCount] = []
  /// For each field of numbers of the schema the fraction of assets without a value.
  public var missingFractions: [Double] = []
  /// For each field of numbers the relative gaps between vendors, where there are several.
  public var vendorGaps: [[Double]] = []

  /// The findings that stop the run.
  public var fatal: [Finding] { findings.filter { $0.severity == .fatal } }
}

/// How often a check found something.
public struct FindingCount: Hashable, Sendable {
  /// The check.
  public var check: Check
  /// What it did.
  public var severity: Severity
  /// The source, a position, or `nil`.
  public var source: Int32?
  /// How often.
  public var count: Int
}

/// Findings of one date as they come, and their counts.
struct FindingLog {
  let settings: CheckSettings
  private(set) var findings: [Finding] = []
  private var counts: [FindingCount] = []

  init(settings: CheckSettings) { self.settings = settings }

  /// Takes in a finding; those of severity `info` are counted only.
  mutating func add(_ finding: Finding) {
    guard settings.makes(finding.check) else { return }
    count(finding.check, finding.severity, source: finding.source)
    if finding.severity > .info { findings.append(finding) }
  }

  /// Counts something.
  mutating func count(_ check: Check, _ severity: Severity, source: Int32?, times: Int = 1) {
    guard times > 0, settings.makes(check) else { return }
    if let place = counts.firstIndex(where: { $0.check == check && $0.severity == severity && $0.source == source }) {
      counts[place].count += times
    } else {
      counts.append(FindingCount(check: check, severity: severity, source: source, count: times))
    }
  }

  /// The findings in an order that the order of rows and of codes has no part in.
  ///
  /// - Parameter ranks: the order of asset codes by their ids.
  func sortedFindings(_ ranks: [Int32]) -> [Finding] {
    guard findings.count > 1 else { return findings }
    let places = Dictionary(uniqueKeysWithValues: Check.allCases.enumerated().map { ($1, $0) })
    func rank(_ finding: Finding) -> Int32 { finding.asset.map { ranks[Int($0)] } ?? -1 }
    return findings.sorted { a, b in
      let left = (rank(a), places[a.check, default: 0], a.source ?? -1, a.date)
      let right = (rank(b), places[b.check, default: 0], b.source ?? -1, b.date)
      if left != right { return left < right }
      if a.field != b.field { return IdentifierTable.precedes(a.field?.rawValue ?? "", b.field?.rawValue ?? "") }
      if a.severity != b.severity { return a.severity < b.severity }
      let (bits, others) = (a.before.bitPattern, b.before.bitPattern)
      return bits == others ? IdentifierTable.precedes(a.note, b.note) : bits < others
    }
  }

  /// The counts, in the order of checks, severities and sources.
  var sortedCounts: [FindingCount] {
    let order = Dictionary(uniqueKeysWithValues: Check.allCases.enumerated().map { ($1, $0) })
    return counts.sorted {
      (order[$0.check, default: 0], $0.severity, $0.source ?? -1) < (
        order[$1.check, default: 0], $1.severity, $1.source ?? -1
      )
    }
  }
}

/// Something that a check found in the data, with what was done about it.
public struct Finding: Hashable, Sendable {
  /// The check.
  public var check: Check
  /// What it means for the value or the run.
  public var severity: Severity
  /// The source, a position among the configured ones, or `nil` for what comes of all of them.
  public var source: Int32?
  /// The date that the finding is about.
  public var date: CalendarDate
  /// The date at whose close it was known.
  public var knownDate: CalendarDate
  /// The asset's code, or `nil` for a finding about a whole date.
  public var asset: Int32?
  /// The field, or `nil` for a whole row.
  public var field: FieldName?
  /// The value found; NaN for none.
  public var before: Double
  /// The value used instead; NaN for missing.
  public var after: Double
  /// What was done.
  public var action: Action
  /// More in words, or empty: what was expected, the other vendor's value, a proposed ratio.
  public var note: String

  /// What was done about a finding.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    /// The value is used as it is.
    case kept
    /// The value is missing from here on.
    case dropped
    /// Another value is used.
    case replaced
    /// An earlier value is used on.
    case carried
    /// Nothing: a proposal for people.
    case proposed
    /// The run stops.
    case stopped
  }

  /// Makes a finding.
  public init(
    _ check: Check, _ severity: Severity, source: Int32? = nil, date: CalendarDate, knownDate: CalendarDate? = nil,
    asset: Int32? = nil, field: FieldName? = nil, before: Double = .nan, after: Double = .nan, action: Action,
    note: String = ""
  ) {
    self.check = check
    self.severity = severity
    self.source = source
    self.date = date
    self.knownDate = knownDate ?? date
    self.asset = asset
    self.field = field
    self.before = before
    self.after = after
    self.action = action
    self.note = note
  }

  /// Whether the findings say the same, NaN being equal to itself.
  public static func == (left: Finding, right: Finding) -> Bool {
    left.check == right.check && left.severity == right.severity && left.source == right.source
      && left.date == right.date && left.knownDate == right.knownDate && left.asset == right.asset
      && left.field == right.field && left.before.bitPattern == right.before.bitPattern
      && left.after.bitPattern == right.after.bitPattern && left.action == right.action && left.note == right.note
  }

  /// Hashes what tells findings apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(check)
    hasher.combine(source)
    hasher.combine(date)
    hasher.combine(asset)
    hasher.combine(field)
    hasher.combine(before.bitPattern)
  }
}

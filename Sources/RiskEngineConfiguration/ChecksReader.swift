internal import RiskEngine

/// Reads the section `checks`.
enum ChecksReader {
  /// The settings of a section, the defaults of the data's frequency where there is none.
  static func read(_ section: Section?, _ periodsPerYear: Int) throws(ConfigurationError) -> CheckSettings {
    var settings = CheckSettings.defaults(periodsPerYear: periodsPerYear)
    guard let section else { return settings }
    for check in Check.allCases {
      guard let part = try section.section(check.rawValue) else { continue }
      if let severity = try part.text("severity") {
        if severity == "off" { settings.disabled.insert(check) }
        settings.severities[check] = Severity(rawValue: severity)
      }
      for threshold in CheckThreshold.all where threshold.check == check { try threshold.read(part, &settings) }
    }
    try requireOrder(section, settings)
    return settings
  }

  /// The valid labels of some fields.
  static func validLabels(_ section: Section?) throws(ConfigurationError) -> [FieldName: Set<String>] {
    guard let labels = try section?.section(Check.classification.rawValue)?.section("labels") else { return [:] }
    var valid: [FieldName: Set<String>] = [:]
    for key in labels.keys { valid[FieldName(rawValue: key)] = Set(try labels.texts(key) ?? []) }
    return valid
  }

  /// Thresholds of which the milder has to come first.
  private static func requireOrder(_ section: Section, _ settings: CheckSettings) throws(ConfigurationError) {
    let pairs: [(Check, String, Double, String, Double)] = [
      (.stalePrice, "days", Double(settings.staleDays), "days_dropped", Double(settings.staleDaysDropped)),
      (.returnMismatch, "absolute", settings.returnTolerance, "dropped", settings.returnDropped),
      (.capMismatch, "tolerance", settings.capTolerance, "dropped", settings.capDropped),
      (.gap, "warned", Double(settings.gapWarned), "exit", Double(settings.gapExit)),
      (.universeDrift, "warned", settings.driftWarned, "fatal", settings.driftFatal),
      (.spike, "revert", settings.spikeRevertLogReturn, "log_return", settings.spikeLogReturn),
    ]
    for (check, milder, low, stricter, high) in pairs where low > high {
      guard let part = try section.section(check.rawValue) else { continue }
      throw part.error(
        part.has(stricter) ? stricter : milder,
        "\(milder) is \(low) and \(stricter) \(high); expected \(milder) <= \(stricter)")
    }
  }
}

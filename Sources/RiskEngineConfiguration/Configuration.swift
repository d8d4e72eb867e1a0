internal import Foundation
public import RiskEngine
public import RiskEngineTables

/// A configuration file, validated whole.
public struct Configuration: Sendable {
  /// How often the data have a period.
  public enum Frequency: String, Hashable, Sendable, CaseIterable {
    /// Every trading day.
    case daily
    /// Every week.
    case weekly
    /// Every month.
    case monthly

    /// The periods of a year.
    public var periodsPerYear: Int {
      switch self {
      case .daily: 252
      case .weekly: 52
      case .monthly: 12
      }
    }
  }

  /// The file.
  public var path: String
  /// Its text.
  public var text: String
  /// The folder that its paths are relative to, as a path from the root.
  public var folder: String
  /// How often the data have a period.
  public var frequency: Frequency
  /// The currency of all money, or `nil` where nothing is converted.
  public var currency: String?
  /// The file of trading days, or `nil` to infer them.
  public var calendar: String?
  /// The vendors' tables; none where there is a panel.
  public var sources: [SourceDescription]
  /// Loadings that are made already, in place of vendors' tables.
  public var panel: PanelInput?
  /// The thresholds of the checks.
  public var checks: CheckSettings
  /// The valid labels of some fields.
  public var validLabels: [FieldName: Set<String>]
  /// The rules of the estimation universe.
  public var universe: UniverseRules
  /// How style loadings are made.
  public var loadings: LoadingSettings
  /// How a risk model is estimated; its `lag` is by how many dates loadings are older than the returns they explain.
  public var model: RiskModelSettings
  /// By group the file of its fractional memberships.
  public var memberships: [String: String]
  /// How the model's forecasts are judged.
  public var evaluation: EvaluationPlan
  /// The format of tables.
  public var format: TableFormat

  /// Reads and validates a file.
  ///
  /// - Throws: `ConfigurationError`, which names the line and the key.
  public init(path: String) throws(ConfigurationError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError(
        file: path, line: 0, key: "",
        message: "there is no such file; expected a configuration (riskengine init writes one)", isMissingFile: true)
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ConfigurationError(file: path, line: 0, key: "", message: "is not UTF-8; expected a text")
    }
    try self.init(path: path, text: text)
  }

  /// Validates the text of a file.
  ///
  /// - Parameter folder: what relative paths start from; `nil` for the folder of `path`.
  public init(path: String, text: String, folder: String? = nil) throws(ConfigurationError) {
    self.path = path
    self.text = text
    let folder = folder ?? URL(filePath: path).deletingLastPathComponent().relativePath
    self.folder = URL(filePath: folder.isEmpty ? "." : folder).standardizedFileURL.path
    let root = try Section(file: path, text: text)
    guard try root.integer("version") != nil else { throw root.error("version", "is missing; expected 1") }
    guard let frequency = try root.choice("frequency", Frequency.self) else {
      throw root.error("frequency", "is missing; expected daily, weekly or monthly")
    }
    self.frequency = frequency
    currency = try root.text("currency")
    let calendar = try root.text("calendar") ?? "infer"
    self.calendar = calendar == "infer" ? nil : calendar.hasPrefix("/") ? calendar : folder + "/" + calendar
    checks = try ChecksReader.read(try root.section("checks"), frequency.periodsPerYear)
    validLabels = try ChecksReader.validLabels(try root.section("checks"))
    universe = try UniverseReader.read(try root.section("universe"), frequency.periodsPerYear)
    // Who counts as gone is one thing for checks and universe.
    universe.absenceDays = checks.gapExit
    loadings = try LoadingsReader.read(
      try root.section("loadings"), periodsPerYear: frequency.periodsPerYear)
    let lag = try root.integer("lag") ?? 1
    format = try root.section("output")?.text("format").flatMap { TableFormat(rawValue: $0) } ?? .parquet
    guard let data = try root.section("data") else {
      throw root.error("data", "is missing; expected data.sources, a list of vendors' tables")
    }
    let base = folder.isEmpty ? "." : folder
    if let section = try data.section("panel") {
      if data.has("sources") { throw data.error("panel", "is there beside sources; expected one of them") }
      for key in ["checks", "universe", "loadings"] where root.has(key) {
        throw root.error(key, "goes with data.sources; the loadings of data.panel are made already")
      }
      if root.has("calendar") {
        throw root.error("calendar", "goes with data.sources; the dates of data.panel are those of its rows")
      }
      panel = try PanelReader.read(section, folder: base)
      sources = []
    } else {
      panel = nil
      sources = try DataReader.read(data, folder: base, labelFields: Set(loadings.groups))
    }
    var settings = RiskModelSettings()
    let hasCaps = panel.map { $0.columns.cap != nil } ?? true
    let regression = try RegressionReader.read(try root.section("regression"), folder: base, hasCaps: hasCaps)
    settings.regression = regression.regression
    settings.missingCapLimit = regression.missingCapLimit
    settings.measuresTurnover = regression.measuresTurnover
    if let column = regression.weightColumn { panel?.columns.weight = column }
    if let column = regression.constraintColumn { panel?.columns.constraintWeight = column }
    memberships = regression.memberships
    if panel == nil, let column = regression.weightColumn ?? regression.constraintColumn {
      throw root.error("regression", "names column '\(column)'; columns of weights go with data.panel")
    }
    try RiskModelReader.read(
      idio: try root.section("idio"), factorCovariance: try root.section("factor_covariance"), frequency: frequency,
      into: &settings)
    if settings.estimation != .off, settings.regression.loss != .squares {
      throw try root.error(
        in: "regression", "robust", "goes with idio.estimation off: idio variances are the weights else")
    }
    if !hasCaps { try Self.requireNoUseOfCaps(settings.idioRisk, root) }
    settings.lag = lag
    model = settings
    evaluation = try EvaluationReader.read(try root.section("evaluation"))
    let groups = panel?.columns.groups ?? loadings.groups.map(\.rawValue)
    for group in memberships.keys.sorted() where !groups.contains(group) {
      throw try root.error(
        in: "regression", "membership", "names '\(group)'; expected a group: \(groups.joined(separator: ", "))")
    }
    panel?.columns.memberships = memberships
    if panel == nil { try requireUsedFields(root) }
  }

  /// Checks that nothing in the forecast of idio risk needs the caps that a panel lacks.
  private static func requireNoUseOfCaps(_ settings: IdioRiskSettings, _ root: Section) throws(ConfigurationError) {
    let uses = [
      ("structural", settings.hasStructuralModel, "false"),
      ("bayesian_shrinkage", settings.bayesianShrinkage > 0, "off"),
      ("regime_half_life", settings.regimeHalfLife != nil, "off"),
    ]
    for (key, isUsed, off) in uses where isUsed {
      throw try root.error(in: "idio", key, "needs caps, and no column of caps is named; expected \(off)")
    }
  }

  /// Checks that fields which sections name are columns of some source.
  private func requireUsedFields(_ root: Section) throws(ConfigurationError) {
    let mapped = Set(sources.flatMap { Array($0.columns.keys) })
    let hasLongTables = sources.contains { ![.daily].contains($0.kind) }
    guard !hasLongTables else { return }
    let names = mapped.map(\.rawValue).sorted()
    for group in loadings.groups where !mapped.contains(group) {
      let hint = NearestName.find(group.rawValue, among: names).map { " (did you mean '\($0)'?)" } ?? ""
      throw root.error(
        "loadings.groups",
        "names '\(group)'\(hint), which no source has a column for; expected one of "
          + names.joined(separator: ", "))
    }
    if let column = universe.column, !mapped.contains(column) {
      throw root.error("universe.column", "is '\(column)', which no source has a column for")
    }
  }
}

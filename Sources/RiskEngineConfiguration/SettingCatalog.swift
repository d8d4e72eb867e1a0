internal import RiskEngine

/// All keys of the configuration.
public enum SettingCatalog {
  /// The settings, in the order of their documentation.
  public static let settings: [Setting] = general + data + checks + universe + loadings + later

  /// The setting with keys, or `nil`.
  static func setting(_ path: [String]) -> Setting? { byPath[path.joined(separator: ".")] }

  /// The keys below some, in the order of their documentation.
  static func keys(below path: [String]) -> [String] {
    settings.filter { $0.path.count == path.count + 1 && Array($0.path.dropLast()) == path }
      .compactMap(\.path.last)
  }

  private static let byPath: [String: Setting] = {
    var table: [String: Setting] = [:]
    for setting in settings { table[setting.path.joined(separator: ".")] = setting }
    return table
  }()

  private static let general: [Setting] = [
    Setting("version", .integer(1...1), "1", "The version of this format."),
    Setting(
      "frequency", .choice(["daily", "weekly", "monthly"]), nil,
      "The periods of the data; required, for annualization and for half-lives, which count periods."),
    Setting("currency", .text, nil, "The currency of all money; what is in another is converted."),
    Setting(
      "calendar", .text, "infer",
      "The trading days: infer, from the numbers of rows, or a file with a column `date`."),
  ]

  private static let data: [Setting] = [
    Setting("data", .section, nil, "Where the data come from."),
    Setting("data.sources", .sections, nil, "The vendors' tables."),
    Setting("data.sources.[].name", .text, nil, "A name, unique among the sources."),
    Setting(
      "data.sources.[].kind", .choice(SourceKind.allCases.map(\.rawValue)), nil,
      "What the rows are: daily (one wide row a date and asset) or one of the long tables."),
    Setting(
      "data.sources.[].path", .texts, nil,
      "Files, patterns with * and **, or folders (Hive partitions included), relative to this file."),
    Setting("data.sources.[].priority", .integer(1...1000), "1", "Whose values count more: the smallest first."),
    Setting("data.sources.[].columns", .map, nil, "The file's column of each field: the engine's name: the column."),
    Setting("data.sources.[].columns.*", .text, nil, "The file's column of a field."),
    Setting("data.sources.[].tolerance", .map, nil, "How near another vendor's value has to be, by field."),
    Setting(
      "data.sources.[].tolerance.*", .number(0...1), nil, "The relative difference within which vendors agree."),
    Setting(
      "data.sources.[].prices", .choice(["adjusted", "raw"]), "adjusted",
      "Whether prices and shares are adjusted for actions, or raw, so that actions are applied to them."),
    Setting("data.sources.[].currency", .text, nil, "The currency of the source's money, where no column tells."),
    Setting("data.sources.[].delimiter", .text, "','", "What separates the fields of CSV files."),
  ]

  private static let checks: [Setting] = {
    var settings = [Setting("checks", .section, nil, "The checks of the data: what they do, and from where on.")]
    for check in Check.allCases {
      let rule = CheckCatalog.entries.first { $0.check == check }?.rule ?? ""
      settings.append(Setting("checks.\(check.rawValue)", .section, nil, "\(rule)."))
      settings.append(
        Setting(
          "checks.\(check.rawValue).severity", .choice(Severity.allCases.map(\.rawValue) + ["off"]), nil,
          "What a finding does in place of the usual: info counts, warn keeps, error drops, fatal stops."))
      if check == .classification {
        settings += [
          Setting("checks.classification.labels", .map, nil, "The valid labels of a field, by its name."),
          Setting("checks.classification.labels.*", .texts, nil, "The labels that the field can have."),
        ]
      }
      for threshold in CheckThreshold.all where threshold.check == check { settings.append(threshold.setting) }
    }
    return settings
  }()

  private static let universe: [Setting] = [
    Setting("universe", .section, nil, "Which assets determine factor returns: the estimation universe."),
    Setting("universe.column", .text, nil, "A field that says who is in, in place of all rules."),
    Setting(
      "universe.cap_coverage", .sectionOrWord(["off"]), nil,
      "The share of free-float cap, largest first, that members cover."),
    Setting("universe.cap_coverage.enter", .number(0...1), "0.985", "The share up to which an asset enters."),
    Setting("universe.cap_coverage.leave", .number(0...1), "0.995", "The share beyond which a member leaves."),
    Setting("universe.minimum_names", .integer(0...100_000), "300", "So many names enter whatever the coverage."),
    Setting(
      "universe.liquidity", .sectionOrWord(["off"]), nil,
      "The median daily traded value over 63 days, as a share of the cap."),
    Setting("universe.liquidity.enter", .number(0...1), "0.0005", "The share from which an asset enters."),
    Setting("universe.liquidity.leave", .number(0...1), "0.00025", "The share below which a member leaves."),
    Setting("universe.minimum_price", .sectionOrWord(["off"]), nil, "The close, in the configuration's currency."),
    Setting("universe.minimum_price.enter", .number(0...1e9), "1", "The close from which an asset enters."),
    Setting("universe.minimum_price.leave", .number(0...1e9), "0.5", "The close below which a member leaves."),
    Setting(
      "universe.listing_age", .numberOrWord(0...10_000, ["off"]), "126",
      "The periods since an asset's first row, to enter."),
    Setting(
      "universe.observed_returns", .sectionOrWord(["off"]), nil, "The share of the last 63 periods with a return."),
    Setting("universe.observed_returns.enter", .number(0...1), "0.9", "The share from which an asset enters."),
    Setting("universe.observed_returns.leave", .number(0...1), "0.75", "The share below which a member leaves."),
    Setting("universe.free_float", .sectionOrWord(["off"]), nil, "The share of shares in free float."),
    Setting("universe.free_float.enter", .number(0...1), "0.15", "The share from which an asset enters."),
    Setting("universe.free_float.leave", .number(0...1), "0.1", "The share below which a member leaves."),
    Setting(
      "universe.security_types", .texts, "[common]", "The types of securities that can be members, or any."),
    Setting("universe.countries", .texts, nil, "The countries that members are of."),
    Setting(
      "universe.primary_line", .choice(["largest_cap", "most_liquid", "off"]), "largest_cap",
      "Which share line of an issuer can be a member."),
    Setting("universe.price_field", .text, "close", "The field that the price rule is about."),
    Setting("universe.window_days", .integer(1...2520), "63", "The periods that liquidity and returns look back on."),
    Setting(
      "universe.pending_days", .integer(0...1000), "21", "The periods in a row for which an asset has to qualify."),
    Setting("universe.grace_days", .integer(0...1000), "21", "The periods in a row after which a member leaves."),
    Setting(
      "universe.change", .choice(UniverseRules.Change.allCases.map(\.rawValue)), "month_ends",
      "When members come and go; exits are at once."),
    Setting("universe.warm_start", .flag, "true", "Whether those that qualify on the first date are members at once."),
  ]

  private static let loadings: [Setting] = [
    Setting("loadings", .section, nil, "How style loadings are made."),
    Setting("loadings.profile", .text, nil, "A named set of styles, in place of `styles`."),
    Setting("loadings.groups", .texts, "[industry]", "The fields of labels that become factors."),
    Setting("loadings.winsorize", .section, nil, "How outliers are brought back."),
    Setting(
      "loadings.winsorize.method", .choice(["none", "three_group", "quantile", "mad", "smooth"]), "three_group",
      "Clip at standard deviations after outliers are set apart, at quantiles, at multiples of the median "
        + "deviation, or smoothly."),
    Setting("loadings.winsorize.tail", .number(0...0.25), "0.01", "The probability of each tail, for quantile."),
    Setting("loadings.winsorize.clip", .number(0.5...100), "3", "The standard deviations or multiples to clip at."),
    Setting("loadings.winsorize.outlier", .number(1...1000), "10", "The robust score that sets a value apart."),
    Setting("loadings.winsorize.remove", .flag, "false", "Whether a value set apart is missing instead of clipped."),
    Setting("loadings.winsorize.limit", .number(0.5...100), "3.5", "What a smooth clip never passes."),
    Setting("loadings.standardize", .section, nil, "How loadings are centred and scaled."),
    Setting("loadings.standardize.within", .text, "universe", "universe, or a group within whose labels it is done."),
    Setting("loadings.standardize.mean", .choice(["cap", "equal"]), "cap", "The weights of the mean that becomes 0."),
    Setting(
      "loadings.standardize.scale", .choice(["equal"]), "equal", "The weights of the deviation that becomes 1."),
    Setting("loadings.gaussianize", .flag, "false", "Whether ranks replace values before they are standardized."),
    Setting("loadings.clip_before_orthogonalization", .flag, "false", "Whether exact orthogonality is kept."),
    Setting("loadings.variance_match", .flag, "false", "Whether composites of few descriptors are scaled back."),
    Setting("loadings.impute", .section, nil, "How missing styles are filled: by regression, flagged."),
    Setting("loadings.impute.enabled", .flag, "true", "Whether they are."),
    Setting("loadings.impute.group", .text, nil, "The group of the regression; the first by default."),
    Setting("loadings.impute.size", .text, "size", "The style of the regression."),
    Setting(
      "loadings.impute.limit", .number(0...1), "0.3333333333333333",
      "The share of imputed styles up to which an asset is regressed."),
    Setting("loadings.styles", .map, nil, "The styles, in the order of their columns."),
    Setting("loadings.styles.*", .section, nil, "A style: descriptors, or a power of an earlier style."),
    Setting("loadings.styles.*.descriptors", .map, nil, "Its descriptors with their parameters."),
    Setting("loadings.styles.*.descriptors.*", .section, nil, "A descriptor."),
    Setting("loadings.styles.*.descriptors.*.weight", .number(1e-9...1e9), "1", "Its weight in the style."),
    Setting("loadings.styles.*.descriptors.*.half_life", .number(0.1...1e6), nil, "In periods."),
    Setting("loadings.styles.*.descriptors.*.window", .count(1...100_000), nil, "In periods, or unlimited."),
    Setting("loadings.styles.*.descriptors.*.skip", .integer(0...10_000), nil, "The latest periods left out."),
    Setting(
      "loadings.styles.*.descriptors.*.minimum_observations", .number(0...100_000), nil,
      "Below 1 a share of the window, else a number of periods."),
    Setting("loadings.styles.*.descriptors.*.shrink", .flag, nil, "Whether a short history is pulled to the usual."),
    Setting("loadings.styles.*.descriptors.*.field", .text, nil, "The field that `column` passes through."),
    Setting("loadings.styles.*.power", .section, nil, "A power of an earlier style."),
    Setting("loadings.styles.*.power.of", .text, nil, "The earlier style."),
    Setting("loadings.styles.*.power.exponent", .number(1...9), "3", "The exponent."),
    Setting("loadings.styles.*.orthogonal_to", .texts, nil, "Earlier styles that it is made orthogonal to."),
    Setting(
      "loadings.styles.*.orthogonal_weights", .choice(["sqrt-cap", "cap", "equal"]), "sqrt-cap",
      "The weights in which it is orthogonal."),
    Setting(
      "lag", .integer(0...1000), "1", "By how many dates loadings are older than the returns that they explain."),
  ]

  private static let later: [Setting] = [
    Setting("output", .section, nil, "How tables are written."),
    Setting("output.format", .choice(["parquet", "csv", "feather"]), "parquet", "The format of tables."),
  ]
}

internal import RiskEngine

/// All keys of the configuration.
public enum SettingCatalog {
  /// The settings, in the order of their documentation.
  public static let settings: [Setting] =
    general + data + checks + universe + loadings + regression + idio + factorCovariance + later

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

  private static let data: [Setting] =
    [
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
    ] + panel

  private static let panel: [Setting] = [
    Setting("data.panel", .section, nil, "Loadings that are made already, in place of vendors' tables."),
    Setting("data.panel.path", .text, nil, "The panel: one file, relative to this one."),
    Setting("data.panel.columns", .map, nil, "Its columns: date, asset, return, cap, issuer, and those of weights."),
    Setting("data.panel.columns.*", .text, nil, "The file's column."),
    Setting("data.panel.groups", .texts, nil, "The columns of labels, each label of which is a factor."),
    Setting("data.panel.styles", .texts, nil, "The columns of style loadings."),
    Setting("data.panel.universe", .text, nil, "The column that says who is in the estimation universe."),
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

  private static let regression: [Setting] = [
    Setting("regression", .section, nil, "The cross-sectional regressions."),
    Setting(
      "regression.weights", .text, "sqrt-cap",
      "The weights where idio.estimation is off: sqrt-cap, equal, cap or column:NAME; else inverse idio variances."),
    Setting(
      "regression.clip_weights", .numberOrWord(0...0.49, ["off"]), "off",
      "The tail whose weights are brought back to its quantile, where idio.estimation is off."),
    Setting(
      "regression.robust", .choice(["none", "huber", "bisquare"]), "none",
      "The loss of the regressions, where idio.estimation is off."),
    Setting(
      "regression.robust_k", .number(0.1...100), nil, "The loss's constant: 1.345 for huber, 4.685 for bisquare."),
    Setting(
      "regression.constraint_weights", .text, "cap",
      "The weights of each group's zero sum: cap, equal or column:NAME."),
    Setting(
      "regression.thin_industries", .numberOrWord(1...1000, ["off"]), "off",
      "The effective number of names below which a label of the first group is pulled to the market."),
    Setting("regression.min_assets", .integer(1...1_000_000), nil, "The fewest assets; by default what can be solved."),
    Setting("regression.market", .flag, "true", "Whether there is a market factor."),
    Setting("regression.membership", .map, nil, "Files of fractional membership, by group."),
    Setting("regression.membership.*", .text, nil, "A table of asset, label and fraction, with or without dates."),
    Setting(
      "regression.missing_cap_limit", .numberOrWord(0...1, ["off"]), "0.2",
      "The share of the universe's cap without a return beyond which a period is not estimated."),
    Setting(
      "regression.portfolio_turnover", .flag, "false",
      "Whether the turnover of the factor-mimicking portfolios is measured, at about the cost of the regressions."),
  ]

  private static let idio: [Setting] = [
    Setting("idio", .section, nil, "The idio covariance: that of the regressions, and the forecast of risk."),
    Setting(
      "idio.estimation", .choice(["walk-forward", "iterated", "off"]), "walk-forward",
      "How the idio variances that weight the regressions are estimated; iterated uses the whole sample."),
    Setting(
      "idio.initial", .text, "half",
      "The last date of the iterated part of walk-forward: half of the sample, or a date."),
    Setting(
      "idio.mode", .choice(["aue", "naive", "two-stage", "em_random"]), "aue",
      "The iterated estimate: almost unbiased, maximum likelihood, two passes, or random effects."),
    Setting(
      "idio.half_life", .number(1...1e6), nil, "The half-life of walk-forward variances; by default the profile's."),
    Setting("idio.floor", .number(0...1), "0.01", "The least variance of a weight, in medians."),
    Setting(
      "idio.weight_shrinkage", .number(0...1), "0.1", "How far the variances of weights are pulled to their mean."),
    Setting("idio.max_iterations", .integer(1...10_000), "200", "The most passes of the iterated estimate."),
    Setting(
      "idio.sweeps", .sectionOrWord(["off"]), "off",
      "Walk-forward by parallel sweeps in time, which agree to 1e-9 and not to the bit."),
    Setting("idio.sweeps.window", .integer(2...10_000), "128", "The periods of a window of sweeps."),
    Setting(
      "idio.profile", .choice(["short", "long", "weekly", "monthly"]), nil,
      "Half-lives and lags of the forecast; by default those of factor_covariance.profile."),
    Setting("idio.variance", .section, nil, "The variance over time."),
    Setting("idio.variance.half_life", .number(1...1e6), nil, "In periods; by default the profile's."),
    Setting("idio.variance.newey_west_lags", .integer(0...100), nil, "By default the profile's."),
    Setting("idio.variance.newey_west_half_life", .number(1...1e6), nil, "By default the profile's."),
    Setting("idio.structural", .flag, "true", "Whether short histories are blended with a structural model."),
    Setting(
      "idio.bayesian_shrinkage", .numberOrWord(0...1e6, ["off"]), nil,
      "How far risks are pulled to the mean of their size group; by default the profile's, 0.1."),
    Setting(
      "idio.regime_half_life", .numberOrWord(1...1e6, ["off"]), nil,
      "The half-life of the volatility regime adjustment; by default the profile's."),
    Setting(
      "idio.correlations", .choice(["off", "linked", "thresholded"]), "linked",
      "Idio correlations: none, between share lines of an issuer, or also others that are large."),
    Setting("idio.correlation_half_life", .number(1...1e6), "252", "Of the correlations, in periods."),
    Setting("idio.correlation_window", .integer(20...10_000), "504", "The periods that correlations look back on."),
    Setting("idio.correlation_observations", .integer(2...10_000), "126", "The fewest common periods of a pair."),
    Setting("idio.correlation_threshold", .number(0...100), "2", "The multiple of the adaptive threshold."),
    Setting("idio.correlation_rule", .choice(["hard", "soft"]), "hard", "What the threshold does."),
    Setting(
      "idio.correlate_regressions", .flag, "false",
      "Whether the regressions, too, take the correlations into account; no noise is taken out then."),
    Setting("idio.correlation_every", .integer(1...10_000), "21", "The periods between recomputations."),
  ]

  private static let factorCovariance: [Setting] = [
    Setting("factor_covariance", .section, nil, "The factor covariance."),
    Setting(
      "factor_covariance.profile", .choice(["short", "long", "weekly", "monthly"]), nil,
      "Half-lives and lags; short for daily data, else that of the frequency."),
    Setting("factor_covariance.volatility", .section, nil, "The volatilities."),
    Setting("factor_covariance.volatility.half_life", .number(1...1e6), nil, "By default the profile's."),
    Setting("factor_covariance.volatility.newey_west_lags", .integer(0...100), nil, "By default the profile's."),
    Setting("factor_covariance.correlation", .section, nil, "The correlations."),
    Setting("factor_covariance.correlation.half_life", .number(1...1e6), nil, "By default the profile's."),
    Setting("factor_covariance.correlation.newey_west_lags", .integer(0...100), nil, "By default the profile's."),
    Setting("factor_covariance.denoise", .flag, "true", "Whether the regressions' estimation noise is taken out."),
    Setting(
      "factor_covariance.eigenfactor", .sectionOrWord(["off"]), nil, "The Monte Carlo adjustment of eigenfactors."),
    Setting("factor_covariance.eigenfactor.simulations", .integer(10...1_000_000), "1000", "How many histories."),
    Setting("factor_covariance.eigenfactor.seed", .integer(0...Int.max), "1", "Of the random numbers."),
    Setting(
      "factor_covariance.eigenfactor.mode", .choice(["simulated", "scaled"]), "simulated",
      "Whether the simulated biases are taken, or a parabola through them, scaled."),
    Setting("factor_covariance.eigenfactor.scale", .number(0...10), "1.4", "The factor of mode scaled."),
    Setting(
      "factor_covariance.eigenfactor.draws", .choice(["full", "wishart"]), "full",
      "Whole histories, or a Wishart distribution of matching moments."),
    Setting("factor_covariance.eigenfactor.every", .integer(1...10_000), "21", "The periods between recomputations."),
    Setting(
      "factor_covariance.regime_half_life", .numberOrWord(1...1e6, ["off"]), nil,
      "The half-life of the volatility regime adjustment; by default the profile's."),
    Setting(
      "factor_covariance.regime", .choice(["bias", "decorrelated"]), "bias",
      "The cross-sectional statistic of the adjustment: of single factors, or of decorrelated ones."),
    Setting(
      "factor_covariance.shrinkage", .choice(["off", "identity", "constant-correlation", "nonlinear"]), "off",
      "In place of the average over time with lags: a shrunk covariance."),
    Setting(
      "factor_covariance.missing", .choice(["em", "em-batch", "available"]), "em",
      "How missing factor returns are met: by expectation maximization as they arrive, by the same over the whole history "
        + "anew for each date, which takes about a hundred times as long, or pair by pair."),
    Setting(
      "factor_covariance.repair", .choice(["clip", "higham"]), "clip", "How an indefinite correlation is repaired."),
    Setting("factor_covariance.every", .integer(1...10_000), "1", "The periods between stored covariances."),
  ]

  private static let later: [Setting] = [
    Setting("evaluation", .section, nil, "The out-of-sample tests."),
    Setting(
      "evaluation.warmup", .integer(1...100_000), nil,
      "The dates before the first forecast that is judged; by default 504, but at most half of them."),
    Setting(
      "evaluation.portfolios", .texts, nil,
      "The families of test portfolios: factors, assets, indices, random, eigen, minimum_variance, optimized."),
    Setting(
      "evaluation.horizon", .integer(1...1000), "1",
      "The dates over which the returns of a forecast are added, in windows that do not overlap."),
    Setting("evaluation.seed", .integer(0...Int.max), "1", "Of the random portfolios."),
    Setting("output", .section, nil, "How tables are written."),
    Setting(
      "output.format", .choice(["parquet", "csv", "feather"]), "parquet",
      "The format of the tables of check and loadings; those of a model are Parquet."),
  ]
}

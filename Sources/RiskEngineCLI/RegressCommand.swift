import ArgumentParser
import Foundation
import ModelStore
import RiskEngine
import RiskEngineTables

/// `riskengine regress`: the cross-sectional regressions of a panel file.
struct RegressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regress",
    abstract: "Regresses every period's returns on loadings known before it.",
    discussion: """
      A row of the panel dated t holds what was known at t's close; its return covers the period that ends at t. The \
      regression of t joins the returns of t with the loadings, caps, groups and universe of the date before \
      (--lag 1). Rows may come in any order.

      Writes factor_returns, factor_statistics, idio_returns and periods, and manifest.json, under --out.

      --weights iterated makes generalized least squares of it: idio variances are estimated from the idio returns, \
      beginning with equal weights, and become the weights of the next pass, until they stay. They know the whole \
      sample; --weights walk-forward iterates over its first half alone, and then weighs each period by what was known \
      before it. Both also write idio_variances and convergence, the latter last_idio_variances, too.

      Example:
        riskengine regress --panel panel.parquet --out out \\
          --cap market_cap --groups industry --styles beta,size
      """)

  @Option(help: ArgumentHelp("The panel: .parquet, .csv or .feather.", valueName: "file"))
  var panel: String
  @Option(help: ArgumentHelp("The folder to write; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String
  @Option(help: ArgumentHelp("The column of dates.", valueName: "column"))
  var date = "date"
  @Option(help: ArgumentHelp("The column of asset ids.", valueName: "column"))
  var asset = "asset"
  @Option(name: .customLong("return"), help: ArgumentHelp("The column of returns, as fractions.", valueName: "column"))
  var returnColumn = "ret"
  @Option(help: ArgumentHelp("The column of market capitalizations.", valueName: "column"))
  var cap: String?
  @Option(help: ArgumentHelp("The columns of categorical groups.", valueName: "a,b"))
  var groups = NameList([])
  @Option(help: ArgumentHelp("The columns of style loadings.", valueName: "a,b"))
  var styles = NameList([])
  @Option(
    help: ArgumentHelp(
      "A group whose labels are fractional, and the file of its asset, label and fraction.", valueName: "group=file"))
  var membership: [String] = []
  @Flag(help: "Leave out the market factor.")
  var noMarket = false
  @Option(help: ArgumentHelp("The column that says who is in the estimation universe.", valueName: "column"))
  var universe: String?
  @Option(help: ArgumentHelp("By how many dates loadings are older than returns.", valueName: "k"))
  var lag = 1
  @Option(
    help: ArgumentHelp(
      "Regression weights: sqrt-cap, equal, cap, column:NAME, or inverse idio variances: iterated or walk-forward. (default: sqrt-cap with --cap, else equal)",
      valueName: "weights"))
  var weights: WeightArgument?
  @OptionGroup var idio: IdioOptions
  @Option(help: ArgumentHelp("Bring weights back to their p and 1-p quantiles: off or p.", valueName: "p"))
  var clipWeights = OptionalNumber.off
  @Option(help: ArgumentHelp("The loss: none, huber or bisquare.", valueName: "loss"))
  var robust = RobustArgument.none
  @Option(
    help: ArgumentHelp("The loss's tuning constant. (default: 1.345 for huber, 4.685 for bisquare)", valueName: "k"))
  var robustK: Double?
  @Option(
    help: ArgumentHelp(
      "Weights of the zero-sum constraints: cap, equal or column:NAME. (default: cap with --cap, else equal)",
      valueName: "weights"))
  var constraintWeights: WeightArgument?
  @Option(
    help: ArgumentHelp(
      "Pull labels of the first group with fewer than N effective names to the market: off or N.", valueName: "N"))
  var thinIndustries = OptionalNumber.off
  @Option(
    help: ArgumentHelp("The fewest assets of a period. (default: factors - constraints + 1)", valueName: "N"))
  var minAssets: Int?
  @Option(help: ArgumentHelp("Dates whose factor portfolios to write.", valueName: "date,..."))
  var factorPortfolios = NameList([])
  @Option(help: ArgumentHelp("The precision in which loadings are kept: float64 or float32.", valueName: "precision"))
  var storage: LoadingColumns.Precision = .float64
  @Option(
    help: ArgumentHelp(
      "Memory to sort rows in that come in no date order, such as 64MB; beyond it files in --temp are used.",
      valueName: "size"))
  var sortMemory = ByteCountArgument(megabytes: 512)
  @OptionGroup var options: RunOptions

  /// The least memory to sort in.
  private static let leastSortMemory = 1_000_000

  mutating func validate() throws {
    try validateColumns()
    try idio.validate(weights: weights)
    if let weights, weights.isIdio {
      if clipWeights != .off { throw ValidationError("--clip-weights goes with weights that are given") }
      if robust != .none { throw ValidationError("--weights \(weights.text) goes with --robust none") }
    }
    if sortMemory.bytes < Self.leastSortMemory {
      throw ValidationError("--sort-memory is \(sortMemory.text); expected 1MB or more")
    }
    if lag < 0 { throw ValidationError("--lag is \(lag); expected 0 or more") }
    if let minAssets, minAssets < 1 { throw ValidationError("--min-assets is \(minAssets); expected 1 or more") }
    if case .value(let p) = clipWeights, !(p > 0 && p < 0.5) {
      throw ValidationError("--clip-weights is \(p); expected off, or more than 0 and less than 0.5")
    }
    if case .value(let n) = thinIndustries {
      if !(n >= 1) { throw ValidationError("--thin-industries is \(n); expected off, or 1 or more") }
      if noMarket { throw ValidationError("--thin-industries pulls to the market, which --no-market leaves out") }
      if robust != .none { throw ValidationError("--thin-industries goes with --robust none") }
      if groups.names.isEmpty { throw ValidationError("--thin-industries needs --groups") }
    }
    if let robustK {
      if robust == .none { throw ValidationError("--robust-k goes with --robust huber or bisquare") }
      if !(robustK > 0 && robustK.isFinite) {
        throw ValidationError("--robust-k is \(robustK); expected a number of more than 0")
      }
    }
    if !factorPortfolios.names.isEmpty, robust != .none {
      throw ValidationError("--factor-portfolios goes with --robust none: a robust fit is no fixed portfolio")
    }
    for text in factorPortfolios.names where CalendarDate(text: text.utf8) == nil {
      throw ValidationError("--factor-portfolios: '\(text)' is no date; expected yyyy-mm-dd")
    }
  }

  /// Checks that the columns are named once each and that weights have what they need.
  private func validateColumns() throws {
    if noMarket && groups.names.isEmpty && styles.names.isEmpty {
      throw ValidationError("nothing to regress on: --no-market without --groups and --styles")
    }
    for weight in [weights, constraintWeights] {
      if weight == .cap || weight == .squareRootOfCap, cap == nil {
        throw ValidationError("weights by cap need --cap")
      }
    }
    if let constraintWeights, constraintWeights.constraintScheme == nil {
      throw ValidationError(
        "--constraint-weights is \(constraintWeights.text); expected cap, equal or column:NAME")
    }
    for (names, option) in [(groups.names, "--groups"), (styles.names, "--styles")] {
      if names.contains("") { throw ValidationError("\(option) has an empty name; expected names separated by commas") }
    }
    var taken = [String: String]()
    for (name, option) in [(date, "--date"), (asset, "--asset"), (returnColumn, "--return")]
      + groups.names.map({ ($0, "--groups") }) + styles.names.map({ ($0, "--styles") })
    {
      if let other = taken.updateValue(option, forKey: name) {
        throw ValidationError(
          other == option
            ? "column '\(name)' is named twice by \(option)"
            : "column '\(name)' is named by both \(other) and \(option)")
      }
    }
    var groupsWithMembers = Set<String>()
    for text in membership {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--membership '\(text)'; expected group=file") }
      guard groups.names.contains(parts[0]) else {
        throw ValidationError("--membership names group '\(parts[0])', which --groups does not")
      }
      if !groupsWithMembers.insert(parts[0]).inserted {
        throw ValidationError("--membership names group '\(parts[0])' twice")
      }
    }
  }

  mutating func run() throws {
    let output = try OutputFolder(path: out)
    let line = ProgressLine()
    let summary = try job.run(output: output) { progress in
      if let passes = progress.passCount {
        line.update("iterate", periodCount: passes, unit: "passes")
      } else {
        line.update(
          "regress", periodCount: progress.periodCount, detail: progress.date.map { "at \($0)" } ?? "")
      }
    }
    line.clear()
    for warning in summary.warnings { EventLog.warning("regress", warning) }
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
    } else {
      print(RegressionText(summary: summary, panel: panel, out: out).text)
    }
    EventLog.done("\(panel) -> \(out)", counts: EventCounts.of(summary))
  }

  /// The job that the options describe.
  private var job: RegressionJob {
    let loss: RobustLoss =
      switch robust {
      case .none: .squares
      case .huber: robustK.map { .huber(k: $0) } ?? .huber()
      case .bisquare: robustK.map { .bisquare(k: $0) } ?? .bisquare()
      }
    let memberships = membership.map { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      return (parts[0], parts[1])
    }
    return RegressionJob(
      panel: panel,
      columns: PanelColumns(
        date: date, asset: asset, return: returnColumn, cap: cap, universe: universe, weight: weights?.column,
        constraintWeight: constraintWeights?.column, groups: groups.names, styles: styles.names,
        memberships: Dictionary(memberships) { $1 }),
      regression: CrossSectionalRegression(
        weights: weights?.scheme ?? (cap == nil ? .equal : .squareRootOfCap),
        constraintWeights: constraintWeights?.constraintScheme, hasMarket: !noMarket,
        weightClipping: clipWeights.number, loss: loss, thinGroupMinimum: thinIndustries.number,
        minimumAssets: minAssets),
      idio: idio.idioWeights(weights), lag: lag, precision: storage, threads: options.threads, format: options.format,
      factorPortfolioDates: factorPortfolios.names.compactMap { CalendarDate(text: $0.utf8) },
      options: PanelFile.Options(
        threads: options.threads, memoryLimit: sortMemory.bytes, temporaryFolder: options.temp),
      arguments: arguments)
  }

  /// The options as they were resolved, for the manifest.
  private var arguments: [String: String] {
    var arguments: [String: String] = [
      "date": date, "asset": asset, "return": returnColumn, "lag": String(lag), "market": noMarket ? "no" : "yes",
      "weights": weights?.text ?? (cap == nil ? "equal" : "sqrt-cap"),
      "constraint-weights": constraintWeights?.text ?? (cap == nil ? "equal" : "cap"),
      "clip-weights": clipWeights.text, "robust": robust.rawValue, "thin-industries": thinIndustries.text,
      "storage": storage.rawValue, "format": options.format.rawValue,
    ]
    arguments.merge(idio.arguments(weights)) { $1 }
    arguments["cap"] = cap
    arguments["universe"] = universe
    arguments["groups"] = groups.names.joined(separator: ",")
    arguments["styles"] = styles.names.joined(separator: ",")
    if !membership.isEmpty { arguments["membership"] = membership.joined(separator: " ") }
    arguments["robust-k"] = robustK.map { String($0) }
    arguments["min-assets"] = minAssets.map { String($0) }
    if !factorPortfolios.names.isEmpty {
      arguments["factor-portfolios"] = factorPortfolios.names.joined(separator: ",")
    }
    return arguments
  }
}

import ArgumentParser
import RiskEngine
import RiskEngineTables

/// How idio variances are estimated where they weigh the regressions: `--weights iterated` and `walk-forward`.
struct IdioOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of --weights iterated and walk-forward: how idio variances come out of idio returns. (default: aue)",
      valueName: "mode"))
  var idioMode: IteratedEstimation.Mode?
  @Option(
    help: ArgumentHelp(
      "Of --weights walk-forward: where iteration ends and the walk begins, half or a date. (default: half)",
      valueName: "date"))
  var initial: String?
  @Option(
    help: ArgumentHelp(
      "Of --weights walk-forward: the half-life of idio variances, in observations. (default: 84)", valueName: "n"))
  var halfLife: Double?
  @Option(
    help: ArgumentHelp(
      "Of --weights iterated and walk-forward: the most passes. (default: 200)", valueName: "n"))
  var maxIterations: Int?

  /// Checks the options against the weights.
  func validate(weights: WeightArgument?) throws {
    let given = [
      idioMode.map { _ in "--idio-mode" }, initial.map { _ in "--initial" }, halfLife.map { _ in "--half-life" },
      maxIterations.map { _ in "--max-iterations" },
    ].compactMap { $0 }
    guard let weights, weights.isIdio else {
      if let option = given.first { throw ValidationError("\(option) goes with --weights iterated or walk-forward") }
      return
    }
    if weights == .iterated, let option = given.first(where: { $0 == "--initial" || $0 == "--half-life" }) {
      throw ValidationError("\(option) goes with --weights walk-forward")
    }
    if let initial, initial != "half", CalendarDate(text: initial.utf8) == nil {
      throw ValidationError("--initial is '\(initial)'; expected half, or a date such as 2015-12-31")
    }
    if let halfLife, !(halfLife > 0) {
      throw ValidationError("--half-life is \(halfLife); expected a positive number of observations")
    }
    if let maxIterations, maxIterations < 1 {
      throw ValidationError("--max-iterations is \(maxIterations); expected 1 or more")
    }
  }

  /// The weights that the options describe; `nil` where others are asked for.
  func idioWeights(_ weights: WeightArgument?) -> IdioWeights? {
    guard let weights, weights.isIdio else { return nil }
    var settings = IteratedEstimation.Settings()
    if let idioMode { settings.mode = idioMode }
    if let maxIterations { settings.maximumIterations = maxIterations }
    let split = initial.flatMap { CalendarDate(text: $0.utf8) }
    return IdioWeights(
      kind: weights == .iterated ? .iterated : .walkForward(initial: split.map { .date($0) } ?? .half),
      iterated: settings, halfLife: halfLife ?? 84)
  }

  /// The options as they were resolved, for the manifest.
  func arguments(_ weights: WeightArgument?) -> [String: String] {
    guard let idio = idioWeights(weights) else { return [:] }
    var arguments = [
      "idio-mode": idio.iterated.mode.rawValue, "max-iterations": String(idio.iterated.maximumIterations),
    ]
    if weights == .walkForward {
      arguments["initial"] = initial ?? "half"
      arguments["half-life"] = String(idio.walkForward.halfLife)
    }
    return arguments
  }
}

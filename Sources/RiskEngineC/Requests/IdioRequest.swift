internal import RiskEngine
internal import RiskEngineTables

/// How idio variances are estimated where they weigh regressions.
struct IdioRequest {
  var mode: String?
  var initial: String?
  var halfLife: Double?
  var maxIterations: Int?

  /// The weights that a name and these options describe; `nil` where others are asked for.
  func weights(_ name: WeightName) throws(RequestError) -> IdioWeights? {
    let given = [
      mode.map { _ in "idio_mode" }, initial.map { _ in "initial" }, halfLife.map { _ in "half_life" },
      maxIterations.map { _ in "max_iterations" },
    ].compactMap { $0 }
    guard name.isIdio else {
      if let option = given.first {
        throw RequestError("\(option) goes with weights 'iterated' or 'walk-forward'")
      }
      return nil
    }
    if name.text == "iterated", let option = given.first(where: { $0 == "initial" || $0 == "half_life" }) {
      throw RequestError("\(option) goes with weights 'walk-forward'")
    }
    var settings = IteratedEstimation.Settings()
    settings.mode = try RequestError.choice(mode, "idio_mode", default: settings.mode)
    if let maxIterations {
      guard maxIterations >= 1 else { throw RequestError("max_iterations is \(maxIterations); expected 1 or more") }
      settings.maximumIterations = maxIterations
    }
    if let halfLife, !(halfLife > 0) {
      throw RequestError("half_life is \(halfLife); expected a positive number of observations")
    }
    let split = initial == "half" ? nil : try RequestError.date(initial, "initial")
    return IdioWeights(
      kind: name.text == "iterated" ? .iterated : .walkForward(initial: split.map { .date($0) } ?? .half),
      iterated: settings, halfLife: halfLife ?? 84)
  }
}

import ArgumentParser
import Foundation
import ModelStore
import RiskEngine
import RiskEngineTables

/// `riskengine optimize`: the best portfolio under linear equalities.
struct OptimizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize",
    abstract: "Works out the portfolio of least variance or largest Sharpe ratio under linear equalities.",
    discussion: """
      In closed form, so that short positions are allowed: bounds need a solver of quadratic programs, for which \
      riskengine export writes the model. The assets are those of the estimation universe, or with --assets covered all \
      that the model covers. --loading holds the loading on a factor to a value and can be given several times.

      Expected returns are excess returns a year, as fractions, one for each asset. Without a net weight and with \
      loadings held to 0 only the direction of the portfolio of largest Sharpe ratio is determined; its size is then the \
      best for a risk aversion of 1.

      Example:
        riskengine optimize model --loading momentum=0 --loading size=0 --out out
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Option(help: ArgumentHelp("What is best: minimum-variance or maximum-sharpe.", valueName: "objective"))
  var objective = OptimizationJob.Objective.minimumVariance
  @Option(help: ArgumentHelp("A table of asset and expected_return.", valueName: "file"))
  var expectedReturns: String?
  @Option(help: ArgumentHelp("The sum of the weights, or off to leave it free.", valueName: "sum"))
  var netWeight = OptionalNumber.value(1)
  @Option(help: ArgumentHelp("A factor and the loading that the portfolio is to have on it.", valueName: "name=value"))
  var loading: [LoadingArgument] = []
  @Option(help: ArgumentHelp("The assets that may be held: universe or covered.", valueName: "which"))
  var assets = AssetsArgument.universe
  @Option(help: ArgumentHelp("The date; the last with a forecast is usual.", valueName: "date"))
  var date: String?
  @Option(
    help: ArgumentHelp("A folder to write tables into; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String?
  @OptionGroup var options: RunOptions

  mutating func validate() throws {
    if objective == .maximumSharpe, expectedReturns == nil {
      throw ValidationError("--objective maximum-sharpe needs --expected-returns")
    }
    for (place, entry) in loading.enumerated() where loading[..<place].contains(where: { $0.factor == entry.factor }) {
      throw ValidationError("--loading names '\(entry.factor)' twice; expected one value a factor")
    }
  }

  mutating func run() throws {
    let job = OptimizationJob(
      try DatedModel(path: model, date: try date.map { try DateOption.parse($0, "--date") }),
      objective: objective, assets: assets == .covered ? .covered : .universe, netWeight: netWeight.number,
      loadings: loading.map { ($0.factor, $0.value) }, expectedReturns: expectedReturns)
    let output = try out.map { try OutputFolder(path: $0) }
    let report = try job.run()
    if let output {
      var arguments = ["objective": objective.rawValue, "assets": assets.rawValue, "net_weight": netWeight.text]
      for entry in loading { arguments["loading.\(entry.factor)"] = "\(entry.value)" }
      try report.write(to: output, format: options.format, job: job, options: arguments)
    }
    let summary = report.summary
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
      return
    }
    print(
      "\(model) at \(summary.date): \(objective.rawValue) portfolio of \(TextTable.grouped(summary.assets)) assets, net "
        + "weight \(percent(summary.netWeight)), absolute weight \(percent(summary.grossWeight))")
    var line = "  a year: volatility \(percent(summary.volatility)), of factors \(percent(summary.factorVolatility))"
    if summary.expectedReturn.isFinite {
      line +=
        ", expected return \(percent(summary.expectedReturn)), Sharpe ratio "
        + String(format: "%.2f", summary.sharpe)
    }
    print(line)
    if !summary.redundantConstraints.isEmpty {
      print("  follow from the other constraints: " + summary.redundantConstraints.joined(separator: ", "))
    }
  }

  private func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }
}

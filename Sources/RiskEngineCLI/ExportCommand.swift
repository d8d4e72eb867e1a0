import ArgumentParser
import ModelStore
import RiskEngineTables

/// `riskengine export`: one date of a model as flat files.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes one date of a model as flat files for an optimizer: loadings, factor covariance, idio risk.",
    discussion: """
      loadings has a column a factor, factor_covariance is a square, idio_risk has the variance of each asset and \
      idio_covariance the pairs that covary. Covariances are squared fractions over the horizon that manifest.json \
      names, and assets that the model does not cover are listed there.

      Example:
        riskengine export model --date 2024-06-28 --out optimizer
      """)

  @Argument(help: ArgumentHelp("The model: a folder that riskengine estimate wrote.", valueName: "model"))
  var model: String
  @Option(help: ArgumentHelp("The date; the last with a forecast is usual.", valueName: "date"))
  var date: String?
  @Option(help: ArgumentHelp("The folder to write; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String
  @OptionGroup var options: RunOptions

  mutating func run() throws {
    let dated = try DatedModel(path: model, date: try date.map { try DateOption.parse($0, "--date") })
    let output = try OutputFolder(path: out)
    let summary = try ExportJob(dated, format: options.chosenFormat ?? .csv).run(output: output)
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
      return
    }
    print(
      "\(model) at \(summary.date) -> \(out): \(TextTable.grouped(summary.assetCount)) assets, "
        + "\(summary.factorCount) factors; covariances over \(summary.horizon) periods")
    if !summary.unmodelled.isEmpty {
      print(
        "  \(summary.unmodelled.count) assets of the date are not covered: "
          + summary.unmodelled.prefix(5).joined(separator: ", ") + (summary.unmodelled.count > 5 ? ", ..." : ""))
    }
  }
}

import ArgumentParser
import RiskEngine
import RiskEngineConfiguration
import RiskEngineTables

/// The options of verbs that a configuration file drives.
struct ConfigurationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The configuration: YAML; riskengine init writes one.", valueName: "file"))
  var config: String
  @Option(help: ArgumentHelp("The folder to write; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String
  @Option(
    help: ArgumentHelp(
      "Memory to sort a source in whose rows come in no date order, such as 64MB; beyond it files in --temp are used.",
      valueName: "size"))
  var sortMemory = ByteCountArgument(megabytes: 512)

  /// The format of tables: that of the command line, else that of the configuration.
  func format(_ configuration: Configuration, _ options: RunOptions) -> TableFormat {
    options.chosenFormat ?? configuration.format
  }

  /// What becomes of the configuration's sources.
  static func plan(_ configuration: Configuration) -> MarketPlan { configuration.marketPlan }

  /// What a model is estimated from, and how.
  static func estimationPlan(_ configuration: Configuration) -> EstimationPlan { configuration.estimationPlan }
}

import ArgumentParser
import CAllocator
import Foundation
import LinAlg
import ModelStore
import RiskEngine
import RiskEngineConfiguration
import RiskEngineTables

/// The root command: finds the verb, runs it, and turns what went wrong into a message and an exit code.
@main
struct RiskEngineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "riskengine",
    abstract: "Estimates fundamental equity factor models: r = B f + e.",
    discussion: """
      The verbs in the order of the work, with an example each; riskengine help <verb> has more.

        riskengine init --out config.yaml
        riskengine simulate --assets 300 --mode full --out market

        riskengine check --config config.yaml --out checked
        riskengine loadings --config config.yaml --out loadings
        riskengine regress --panel panel.parquet --styles beta,size --out results

        riskengine estimate --config config.yaml --out model
        riskengine update model --data new_day.parquet
        riskengine verify model

        riskengine evaluate model --out evaluation
        riskengine performance model
        riskengine report model --out report.html

        riskengine risk model --portfolio book.csv
        riskengine attribute model --positions books.csv
        riskengine hedge model --portfolio book.csv --factors momentum,size
        riskengine optimize model --out weights
        riskengine compare model --other-date 2024-01-31 --portfolio book.csv
        riskengine export model --out optimizer

      The short way to a first model: simulate, then estimate with market/config.yaml.

      Exit codes: 0 done; 64 usage; 65 bad data; 66 input missing; 70 a fault of riskengine; 73 output cannot be \
      created; 74 read or write failed; 75 locked by another run; 129 terminal closed; 130 interrupted.
      """,
    version: Version.current,
    groupedSubcommands: [
      CommandGroup(name: "Beginning", subcommands: [InitCommand.self, SimulateCommand.self]),
      CommandGroup(
        name: "Data", subcommands: [CheckCommand.self, LoadingsCommand.self, RegressCommand.self]),
      CommandGroup(
        name: "Model", subcommands: [EstimateCommand.self, UpdateCommand.self, VerifyCommand.self]),
      CommandGroup(
        name: "Judging", subcommands: [EvaluateCommand.self, PerformanceCommand.self, ReportCommand.self]),
      CommandGroup(
        name: "Using",
        subcommands: [
          RiskCommand.self, AttributeCommand.self, HedgeCommand.self, OptimizeCommand.self, CompareCommand.self,
          ExportCommand.self,
        ]),
    ])

  /// Runs the verb that the arguments name.
  static func main() {
    guard ProcessorFeatures.hasVectorBaseline else {
      EventLog.failure("this build needs a processor with AVX2 and FMA; build it without them here", exitCode: 70)
      Foundation.exit(70)
    }
    allocator_keep_freed_pages()
    Interruption.watch()
    do {
      var command = try parseAsRoot()
      // Help and the version are commands of the parser's own, and no run.
      if configuration.subcommands.contains(where: { $0 == type(of: command) }) { EventLog.start() }
      try command.run()
      // For verbs that do not tell of their end themselves.
      EventLog.done("done")
    } catch {
      guard let failure = Failure(error) else {
        let code = exitCode(for: error).rawValue
        guard EventLog.isJSON, code != 0 else { exit(withError: error) }
        EventLog.failure(message(for: error), exitCode: code)
        Foundation.exit(code)
      }
      UnfinishedFolders.discardAll()
      EventLog.failure(failure.message, exitCode: failure.exitCode)
      Foundation.exit(failure.exitCode)
    }
  }
}

import ArgumentParser
import CAllocator
import Foundation
import LinAlg
import ModelStore
import RiskEngine
import RiskEngineTables

/// The root command: finds the verb, runs it, and turns what went wrong into a message and an exit code.
@main
struct RiskEngineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "riskengine",
    abstract: "Estimates fundamental equity factor models: r = B f + e.",
    discussion: """
      Every verb explains itself with an example: riskengine help <verb>. The order of the work:

        riskengine simulate --mode full --assets 300 --periods 504 --out market
        riskengine check    --config market/config.yaml --out checked
        riskengine estimate --config market/config.yaml --out model
        riskengine evaluate model --out evaluation
        riskengine update   model --data new_day/

      With data of one's own riskengine init --out config.yaml comes in the place of simulate: it writes a commented \
      configuration, in which data.sources names the tables.

      Exit codes: 0 done; 64 usage; 65 bad data; 66 input missing; 70 a fault of riskengine; 73 output cannot be \
      created; 74 read or write failed; 75 locked by another run; 129 terminal closed; 130 interrupted.
      """,
    version: Version.current,
    groupedSubcommands: [
      CommandGroup(name: "Begin", subcommands: [InitCommand.self, SimulateCommand.self]),
      CommandGroup(
        name: "From data to factor returns", subcommands: [CheckCommand.self, LoadingsCommand.self, RegressCommand.self]),
      CommandGroup(
        name: "A risk model", subcommands: [EstimateCommand.self, UpdateCommand.self, VerifyCommand.self]),
      CommandGroup(name: "How good it is", subcommands: [EvaluateCommand.self, PerformanceCommand.self]),
      CommandGroup(name: "What it is for", subcommands: [CompareCommand.self, ExportCommand.self]),
    ])

  /// Runs the verb that the arguments name.
  static func main() {
    guard ProcessorFeatures.hasVectorBaseline else {
      EventLog.failure("this build needs a processor with AVX2 and FMA; build it without them here", exitCode: 70)
      Foundation.exit(70)
    }
    allocator_keep_freed_pages()
    Interruption.watch()
    EventLog.start(version: Version.current)
    do {
      var command = try parseAsRoot()
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

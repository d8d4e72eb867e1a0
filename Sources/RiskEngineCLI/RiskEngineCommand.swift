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
      Every verb explains itself with an example: riskengine help <verb>.

      Exit codes: 0 done; 64 usage; 65 bad data; 66 input missing; 70 a fault of riskengine; 73 output cannot be \
      created; 74 read or write failed; 75 locked by another run; 129 terminal closed; 130 interrupted.
      """,
    version: Version.current,
    subcommands: [
      InitCommand.self, SimulateCommand.self, CheckCommand.self, LoadingsCommand.self, RegressCommand.self,
      EstimateCommand.self, UpdateCommand.self, VerifyCommand.self, PerformanceCommand.self, EvaluateCommand.self,
      RiskCommand.self, AttributeCommand.self, CompareCommand.self,
      ExportCommand.self,
    ])

  /// Runs the verb that the arguments name.
  static func main() {
    guard ProcessorFeatures.hasVectorBaseline else {
      StandardError.write("riskengine: this build needs a processor with AVX2 and FMA; build it without them here")
      Foundation.exit(70)
    }
    allocator_keep_freed_pages()
    Interruption.watch()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard let failure = Failure(error) else { exit(withError: error) }
      UnfinishedFolders.discardAll()
      StandardError.write("riskengine: \(failure.message)")
      Foundation.exit(failure.exitCode)
    }
  }
}

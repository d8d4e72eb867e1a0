import ArgumentParser

/// The root command.
@main
struct RiskEngineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "riskengine", abstract: "Estimates fundamental equity factor models.")
}

import ArgumentParser
import Foundation
import RiskEngineConfiguration

/// `riskengine init`: a configuration to start from.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a commented configuration file to start from.",
    discussion: """
      The file holds every key with its default and what it means; the sources are an example to be replaced.

      Example:
        riskengine init --out config.yaml
      """)

  @Option(help: ArgumentHelp("The file to write; it must not be there.", valueName: "file"))
  var out: String

  mutating func run() throws {
    guard !FileManager.default.fileExists(atPath: out) else {
      throw ConfigurationWriteError(path: out, reason: "it is there already")
    }
    do {
      try Data(ConfigurationTemplate.text.utf8).write(to: URL(filePath: out), options: .withoutOverwriting)
    } catch {
      throw ConfigurationWriteError(path: out, reason: error.localizedDescription)
    }
    print("\(out): replace the source by your own, then: riskengine check --config \(out) --out checked")
  }
}

/// A configuration cannot be written.
struct ConfigurationWriteError: Error {
  let path: String
  let reason: String
}

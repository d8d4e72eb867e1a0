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
  var out: String?
  @Flag(help: "Print the reference of keys, checks, rules and descriptors as Markdown.")
  var reference = false

  mutating func validate() throws {
    if out == nil, !reference { throw ValidationError("expected --out, the file to write, or --reference") }
  }

  mutating func run() throws {
    if reference { print(ConfigurationReference.markdown, terminator: "") }
    guard let out else { return }
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

import ArgumentParser
import Foundation
import ModelStore
import RiskEngine
import RiskEngineTables

/// `riskengine simulate`: a synthetic market in files.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Makes a synthetic market whose every latent quantity is known.",
    discussion: """
      Writes panel, which regress takes as it is, and truth/factor_returns, truth/idio_returns and \
      truth/factor_covariance, under --out. The same options give the same bits on every machine.

      With --raw, which is on in the mode full, it also writes raw/: the daily tables of two vendors that show the \
      market with unadjusted prices and accounts, corporate actions, risk-free and exchange rates, and published \
      numbers. truth/errors has every wrong cell of them by vendor, table, date, asset and field, with the check that \
      is to find it. config.yaml says how the loadings are made again from raw/.

      Modes: exact (no idio returns), gauss_static (normal, everything constant), gauss_missing (with missing \
      values), full (regimes, heavy tails, births and deaths, halts, earnings, paired share lines).

      Example:
        riskengine simulate --assets 500 --periods 504 --styles 4 --out market
        riskengine regress --panel market/panel.parquet --out out \\
          --cap market_cap --groups industry --styles S00,S01,S02,S03 \\
          --universe in_estimation_universe
        riskengine simulate --assets 500 --periods 504 --mode gauss_static \\
          --raw --error-rate 0 --out clean
      """)

  @Option(help: ArgumentHelp("The folder to write; replaced as a whole where it is one of ours.", valueName: "dir"))
  var out: String
  @Option(help: ArgumentHelp("Assets alive at the first date.", valueName: "n"))
  var assets = 3000
  @Option(help: ArgumentHelp("Dates; the first has no returns.", valueName: "t"))
  var periods = 2520
  @Option(help: ArgumentHelp("Labels of the group 'industry'; 0 for no such group.", valueName: "j"))
  var industries = 60
  @Option(help: ArgumentHelp("Labels of the group 'country'; 0 for no such group.", valueName: "c"))
  var countries = 0
  @Option(help: ArgumentHelp("Styles.", valueName: "k"))
  var styles = 12
  @Option(help: ArgumentHelp("The key of all random numbers.", valueName: "s"))
  var seed: UInt64 = 1
  @Option(help: ArgumentHelp("exact, gauss_static, gauss_missing or full.", valueName: "mode"))
  var mode: SyntheticMode = .full
  @Flag(inversion: .prefixedNo, help: "Write the vendors' tables too. (default: --raw in the mode full, else --no-raw)")
  var raw: Bool?
  @Option(
    help: ArgumentHelp(
      "Errors of the first vendor, of each kind, a year a thousand assets; the second makes half as many. 0 for none.",
      valueName: "r"))
  var errorRate = 20.0
  @OptionGroup var options: RunOptions

  mutating func validate() throws {
    do throws(SyntheticConfigurationError) {
      _ = try configuration.validated()
    } catch {
      throw ValidationError(Self.message(of: error))
    }
  }

  /// What is wrong, in terms of the options.
  private static func message(of error: SyntheticConfigurationError) -> String {
    if case .outOfRange(let field, _, let allowed) = error, field.contains("errorRates") {
      return "--error-rate is too large or no number, for \(field): allowed: \(allowed)"
    }
    let options = [
      "assetCount": "--assets", "periodCount": "--periods", "industryCount": "--industries",
      "countryCount": "--countries", "styleCount": "--styles",
    ]
    guard case .outOfRange(let field, let value, let allowed) = error, let option = options[field],
      let number = Int(exactly: value)
    else { return "\(error)" }
    let bound = ["--industries", "--countries"].contains(option) ? ", the number of --assets" : ""
    return "\(option) is \(number); expected \(allowed)\(bound)"
  }

  mutating func run() throws {
    let output = try OutputFolder(path: out)
    let line = ProgressLine()
    let total = periods
    let job = SimulationJob(
      configuration: configuration, mode: mode, threads: options.threads, format: options.format,
      includesRaw: raw)
    let summary = try job.run(output: output) { done in
      line.update("simulate", periodCount: done, of: total, detail: "mode \(job.mode.rawValue)")
    }
    line.clear()
    if options.json {
      print(String(decoding: try JSONText.encode(summary), as: UTF8.self))
      EventLog.done(out, counts: ["rows": summary.rowCount, "dates": summary.dateCount, "assets": summary.assetCount])
      return
    }
    let panel = "\(out)/panel.\(options.format.fileExtension)"
    let groups = summary.groups.isEmpty ? "" : " --groups \(summary.groups.joined(separator: ","))"
    let styles = summary.styles.isEmpty ? "" : " --styles \(summary.styles.joined(separator: ","))"
    let vendors =
      summary.vendorErrorCount.map {
        "\nvendors' tables with \($0) errors are in \(out)/raw, read by \(out)/config.yaml"
      }
      ?? ""
    print(
      """
      \(panel): \(summary.rowCount) rows, \(summary.dateCount) dates, \(summary.assetCount) assets, \
      \(summary.factorCount) factors; the truth is in \(out)/truth\(vendors)
      next: riskengine regress --panel \(ShellWord.of(panel)) --out results --cap market_cap\(groups)\(styles) \
      --universe in_estimation_universe
      """)
    EventLog.done(out, counts: ["rows": summary.rowCount, "dates": summary.dateCount, "assets": summary.assetCount])
  }

  /// The market that the options describe.
  private var configuration: SyntheticConfiguration {
    var configuration = SyntheticConfiguration(mode: mode)
    configuration.assetCount = assets
    configuration.periodCount = periods
    configuration.industryCount = industries
    configuration.countryCount = countries
    configuration.styleCount = styles
    configuration.seed = seed
    configuration.vendors.errorRates = SyntheticConfiguration.Vendors.errorRates(errorRate)
    return configuration
  }
}

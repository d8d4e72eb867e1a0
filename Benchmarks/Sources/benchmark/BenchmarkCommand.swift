import ArgumentParser
import Foundation
import LinAlg
import RiskEngine

/// Times the engine's stages on synthetic universes, beside what the machine can do.
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Times the engine on synthetic universes.",
    discussion: """
      S is 500 assets x 504 dates x 29 factors, M 3000 x 2520 x 73, L 10000 x 5040 x 171 with loadings in single \
      precision. Panels are made in memory and joined before any clock runs. Each stage is timed on one thread and \
      on all; the table gives medians and their ratio to reading the same panel from memory on as many threads.
      """)

  @Argument(help: "The universes to time: S, M, L.")
  var universes: [String] = ["S", "M"]
  @Option(help: "Counted runs of each stage.")
  var runs = 5
  @Option(help: "Threads; every processor by default.")
  var threads: Int?
  @Option(help: "Dates to make instead of the universe's own.")
  var periods: Int?
  @Option(help: "Where to write the figures as JSON.")
  var json: String?
  @Flag(help: "Time only the regression itself.")
  var only = false

  @Option(help: "Time loadings of so many assets x dates, such as 3000x2520, in place of universes.")
  var loadings: String?

  mutating func run() throws {
    let sizes = try loadings.map { text in
      let parts = text.split(separator: "x").compactMap { Int($0) }
      guard parts.count == 2, parts.allSatisfy({ $0 > 20 }) else {
        throw ValidationError("--loadings is '\(text)'; expected assets x dates, such as 3000x2520")
      }
      return parts
    }
    let all = [Universe.small, .medium, .large]
    let chosen = try universes.map { name in
      guard let universe = all.first(where: { $0.name == name }) else {
        throw ValidationError("no universe '\(name)'; expected S, M or L")
      }
      return universe
    }
    let threads = threads ?? CrossSectionalRegression.defaultWorkerCount
    let product = Yardsticks.matrixProduct(runs: runs)
    let blas = OpenBLASInfo.current
    var report = BenchmarkReport(
      processor: Machine.processor, blas: blas.configuration, blasCore: blas.coreName,
      matrixProductGigaflops: product / 1e9, cases: [])
    print(
      "\(report.processor), \(threads) threads; \(blas.configuration); dgemm \(format(product / 1e9, 1)) GF/s a core")
    if let sizes {
      let bench = LoadingsBench(assetCount: sizes[0], periodCount: sizes[1], threads: threads, runs: runs)
      report.cases.append(try bench.run())
    }
    for universe in sizes == nil ? chosen : [] {
      let measured = try Bench(universe: universe, threads: threads, runs: runs, periods: periods, only: only).run()
      report.cases.append(measured)
    }
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      encoder.keyEncodingStrategy = .convertToSnakeCase
      try encoder.encode(report).write(to: URL(filePath: json))
    }
  }
}

/// A number with some decimals.
func format(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }

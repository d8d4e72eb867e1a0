import Foundation
import RiskEngine

/// The benchmark of one universe.
struct Bench {
  let universe: Universe
  let threads: Int
  let runs: Int
  let periods: Int?
  let only: Bool

  /// Times every stage, printing as it goes.
  func run() throws -> BenchmarkReport.Case {
    let panel = try universe.panel(periodCount: periods, workers: threads)
    let bytes = Yardsticks.bytes(of: panel)
    let counts = threads > 1 ? [1, threads] : [1]
    print(
      "\n\(universe.name): \(universe.assetCount) assets x \(periods ?? universe.periodCount) dates x "
        + "\(universe.factorCount) factors, \(format(Double(bytes) / 1e9, 2)) GB, \(universe.precision.rawValue)")
    var stages = [BenchmarkReport.Stage]()
    var reading = [Int: Double]()
    for count in counts {
      let timing = Yardsticks.read(panel, threads: count, runs: runs)
      reading[count] = timing.median
      add("read", count, timing, reading, &stages)
    }
    var hashes = Set<OutputHash>()
    for stage in self.stages {
      for count in counts {
        var last = [PeriodRegression]()
        let timing = Timing.measure(runs: runs) {
          last = stage.regression.estimate(panel, workers: count).periods
        }
        if stage.name == "regression" { hashes.insert(OutputHash(of: last)) }
        add(stage.name, count, timing, reading, &stages)
      }
    }
    if !only {
      for count in counts {
        let sections = Array(panel.crossSections.prefix(20))
        let timing = Timing.measure(runs: runs) {
          for section in sections {
            blackHole(CrossSectionalRegression().factorPortfolios(section, schema: panel.schema, labels: panel.labels))
          }
        }
        if count == 1 { add("factor portfolios of 20 dates", count, timing, reading, &stages) }
      }
    }
    guard hashes.count == 1, let hash = hashes.first else {
      throw CocoaError(
        .featureUnsupported, userInfo: [NSDebugDescriptionErrorKey: "results depend on threads: \(hashes)"])
    }
    print("  outputs \(hash.hexadecimal) for every number of threads; \(Machine.peakBytes / 1_000_000) MB at most")
    return BenchmarkReport.Case(
      name: universe.name, assets: universe.assetCount, periods: periods ?? universe.periodCount,
      factors: universe.factorCount, regressedDates: panel.crossSections.count,
      precision: universe.precision.rawValue, panelBytes: bytes, peakBytes: Machine.peakBytes,
      outputHash: hash.hexadecimal, stages: stages)
  }

  /// The regressions to time.
  private var stages: [(name: String, regression: CrossSectionalRegression)] {
    let plain = CrossSectionalRegression(computesVarianceInflation: false)
    guard !only else { return [("regression", plain)] }
    return [
      ("regression", plain),
      ("with variance inflation", CrossSectionalRegression()),
      ("with leverage", CrossSectionalRegression(computesVarianceInflation: false, computesLeverage: true)),
      ("huber", CrossSectionalRegression(loss: .huber(), computesVarianceInflation: false)),
    ]
  }

  /// Prints a stage and keeps it.
  private func add(
    _ name: String, _ threads: Int, _ timing: Timing, _ reading: [Int: Double], _ stages: inout [BenchmarkReport.Stage]
  ) {
    let ratio = timing.median / (reading[threads] ?? timing.median)
    stages.append(.init(name: name, threads: threads, seconds: timing, perRead: ratio))
    let label = name.padding(toLength: 32, withPad: " ", startingAt: 0)
    print(
      "  \(label)\(threads) thread\(threads == 1 ? " " : "s")  \(format(timing.median * 1000, 1)) ms "
        + "(\(format(timing.min * 1000, 1)) to \(format(timing.max * 1000, 1)))  \(format(ratio, 2)) x read")
  }
}

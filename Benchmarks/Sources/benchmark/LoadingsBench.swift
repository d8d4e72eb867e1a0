import Dispatch
import Foundation
import RiskEngine
import Synchronization

/// The benchmark of making loadings in memory: descriptors of daily fields, and the transforms of each cross-section.
struct LoadingsBench {
  let assetCount: Int
  let periodCount: Int
  let threads: Int
  let runs: Int

  private static let datesPerBlock = 64
  private static let fields: [FieldName] = [.close, .shares, .marketCap, .bookEquity, .forwardEarnings]

  /// Times one thread and all, and prints; the styles are those of the profile `equity-compact`.
  func run() throws -> BenchmarkReport.Case {
    let days = market()
    let bytes = days.reduce(0) { $0 + $1.count * 8 * (Self.fields.count + 1) }
    print(
      "\nloadings: \(assetCount) assets x \(periodCount) dates x \(Self.fields.count + 1) fields, "
        + "\(format(Double(bytes) / 1e9, 2)) GB, styles of equity-compact")
    var stages = [BenchmarkReport.Stage]()
    var hashes = Set<OutputHash>()
    for count in threads > 1 ? [1, threads] : [1] {
      var hash = OutputHash()
      let timing = try Timing.measure(runs: runs) { hash = try loadings(days, workers: count) }
      hashes.insert(hash)
      stages.append(.init(name: "loadings", threads: count, seconds: timing, perRead: 0))
      print(
        "  \(count) thread\(count == 1 ? " " : "s")  \(format(timing.median * 1000, 0)) ms "
          + "(\(format(timing.min * 1000, 0)) to \(format(timing.max * 1000, 0))), "
          + "\(format(timing.median / Double(assetCount * periodCount) * 1e9, 1)) ns an asset and date")
    }
    guard hashes.count == 1, let hash = hashes.first else {
      throw CocoaError(.featureUnsupported, userInfo: [NSDebugDescriptionErrorKey: "results depend on threads"])
    }
    return BenchmarkReport.Case(
      name: "loadings", assets: assetCount, periods: periodCount,
      factors: StyleProfile.named("equity-compact")?.styles.count ?? 0, regressedDates: 0,
      precision: "float64", panelBytes: bytes, peakBytes: Machine.peakBytes,
      outputHash: hash.hexadecimal, stages: stages)
  }

  /// Makes all loadings block by block, and gives a hash of them.
  private func loadings(_ days: [MarketDay], workers: Int) throws -> OutputHash {
    guard let profile = StyleProfile.named("equity-compact") else { preconditionFailure("no profile") }
    var settings = LoadingSettings()
    settings.styles = profile.styles
    settings.winsorization = .quantile(tail: 0.01)
    settings.imputation = nil
    let (requests, _) = StyleDefinition.resolve(settings.styles)
    let schema = MarketSchema(numbers: Self.fields)
    var engine = try DescriptorEngine(requests: requests, schema: schema)
    let assembler = try LoadingAssembler(settings.recipe, descriptorCount: requests.count, groupCount: 1)
    let members = [Bool](repeating: true, count: assetCount)
    let labels = [[Int32](repeating: 0, count: assetCount)]
    var hash = OutputHash()
    for start in stride(from: 0, to: days.count, by: Self.datesPerBlock) {
      let block = Array(days[start..<min(start + Self.datesPerBlock, days.count)])
      let described = engine.advance(
        block, inEstimation: block.map { _ in members }, assetCount: assetCount, workers: workers)
      let results = Mutex([UInt64](repeating: 0, count: block.count))
      let next = Atomic<Int>(0)
      DispatchQueue.concurrentPerform(iterations: workers) { _ in
        var scratch = LoadingAssembler.Scratch()
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < block.count else { return }
          let loadings = assembler.assemble(
            descriptors: described[index].values, caps: block[index].numbers[2], inEstimation: members,
            groups: labels, scratch: &scratch)
          // A few values tell results apart; a hash of all would be timed with them.
          var bits: UInt64 = 0
          for style in loadings.styles {
            bits = bits &* 31 &+ style[index].bitPattern &+ style[assetCount - 1].bitPattern
          }
          results.withLock { $0[index] = bits }
        }
      }
      for bits in results.withLock({ $0 }) { hash.add(bits) }
    }
    return hash
  }

  /// A market of random walks.
  private func market() -> [MarketDay] {
    var state: UInt64 = 1
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    var closes = (0..<assetCount).map { _ in 10 + 90 * random() }
    let shares = (0..<assetCount).map { _ in exp(14 + 6 * random()) }
    let books = (0..<assetCount).map { closes[$0] * shares[$0] * (0.2 + random()) }
    let earnings = (0..<assetCount).map { closes[$0] * 0.1 * random() }
    let assets = Array(0..<Int32(assetCount))
    return (0..<periodCount).map { period in
      let common = 0.02 * (random() - 0.5)
      let returns = (0..<assetCount).map { _ in common + 0.07 * (random() - 0.5) }
      for asset in 0..<assetCount { closes[asset] *= 1 + returns[asset] }
      let caps = (0..<assetCount).map { closes[$0] * shares[$0] }
      return MarketDay(
        date: CalendarDate(daysSinceEpoch: Int32(14_610 + period)), assets: assets,
        numbers: [closes, shares, caps, books, earnings], labels: [], totalReturns: returns,
        isNewListing: Array(repeating: period == 0, count: assetCount))
    }
  }
}

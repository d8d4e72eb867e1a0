import RiskEngine
import TestSupport
import Testing

/// From cross-sections to a risk model: the same bits whatever the blocks, the workers, the codes and the resumptions.
@Suite struct RiskModelPipelineTests {
  typealias Settings = RiskModelSettings
  private static let history = RiskModelHistory()
  private static let inputs = Result { try history.table.modelInputs() }

  private static func bits(_ days: [RiskModelDay], _ pipeline: RiskModelPipeline, _ inputs: [ModelInput])
    -> [[String: [UInt64]]]
  {
    let assets = inputs[inputs.count - 1].assets
    return days.map { RiskModelHistory.bits($0, registry: pipeline.registry, assets: assets) }
  }

  private static func run(
    _ settings: Settings, _ inputs: [ModelInput], block: Int, workers: Int
  ) throws -> [[String: [UInt64]]] {
    var pipeline = try history.pipeline(settings, inputs)
    let days = RiskModelHistory.advance(&pipeline, inputs[...], block: block, workers: workers)
    return bits(days, pipeline, inputs)
  }

  /// Every stage leaves something, so that the other tests compare something.
  @Test(arguments: [Settings.Estimation.walkForward, .off])
  func everyStageLeavesSomething(estimation: Settings.Estimation) throws {
    let inputs = try Self.inputs.get()
    var pipeline = try Self.history.pipeline(try RiskModelHistory.settings(estimation), inputs)
    let days = RiskModelHistory.advance(&pipeline, inputs[...], block: 64, workers: 2)
    #expect(days.count == inputs.count && pipeline.dateCount == inputs.count)
    #expect(pipeline.periodCount == inputs.count - 1)
    #expect(days[0].regression == nil && days[1].regression?.outcome.hasEstimate == true)
    #expect(days.count { $0.isInSample } == (estimation == .off ? 0 : RiskModelHistory.split))
    // The first covariance comes with the 63rd period, which ends at the date numbered 63.
    #expect(days.firstIndex { $0.covariance != nil } == 63)
    #expect(days[62].missing == .warmup)
    #expect(days.count { $0.isRescaled } >= 7)
    #expect(days.contains { $0.correlations?.components.isEmpty == false })
    #expect(days.last?.covariance?.factors.count == pipeline.registry.count)
    #expect(pipeline.registry.factors.last?.name == "A")
    if estimation == .walkForward { #expect(days.contains { $0.newAssetCount > 0 }) }
  }

  /// Blocks of one date, of seven and of sixty-four; one worker, two and five.
  @Test(arguments: [Settings.Estimation.walkForward, .iterated, .off])
  func blocksAndWorkersChangeNothing(estimation: Settings.Estimation) throws {
    let inputs = try Self.inputs.get()
    var settings = try RiskModelHistory.settings(estimation)
    // Draws of the Monte Carlo are the same for any block; a few are enough.
    settings.factorCovariance.eigenfactor?.simulations = 10
    let whole = try Self.run(settings, inputs, block: inputs.count, workers: 1)
    for (block, workers) in [(64, 2), (7, 5), (1, 1)] {
      let other = try Self.run(settings, inputs, block: block, workers: workers)
      #expect(other == whole, "blocks of \(block) with \(workers) workers")
    }
  }

  /// The state after every block, read by a fresh pipeline, goes on as if nothing had happened.
  @Test(arguments: [1, 7, 64]) func resumingAfterEveryBlockChangesNothing(block: Int) throws {
    let inputs = try Self.inputs.get()
    let settings = try RiskModelHistory.settings(.off)
    let whole = try Self.run(settings, inputs, block: inputs.count, workers: 2)
    var pipeline = try Self.history.pipeline(settings, inputs)
    var days: [RiskModelDay] = []
    for start in stride(from: 0, to: inputs.count, by: block) {
      let part = inputs[start..<min(inputs.count, start + block)]
      days += RiskModelHistory.advance(&pipeline, part, block: block, workers: 1 + start % 2)
      let (fresh, isAtEnd) = try RiskModelHistory.resumed(pipeline, schema: Self.history.table.schema)
      #expect(isAtEnd)
      pipeline = fresh
    }
    #expect(Self.bits(days, pipeline, inputs) == whole)
  }

  /// With the variances of a walk, from the end of the iterated span on.
  @Test(arguments: [41, 63, 77]) func resumingAWalkChangesNothing(cut: Int) throws {
    let inputs = try Self.inputs.get()
    let settings = try RiskModelHistory.settings(.walkForward)
    let whole = try Self.run(settings, inputs, block: 64, workers: 2)
    var pipeline = try Self.history.pipeline(settings, inputs)
    var days = RiskModelHistory.advance(&pipeline, inputs[..<cut], block: 64, workers: 2)
    pipeline = try RiskModelHistory.resumed(pipeline, schema: Self.history.table.schema).0
    days += RiskModelHistory.advance(&pipeline, inputs[cut...], block: 9, workers: 1)
    #expect(Self.bits(days, pipeline, inputs) == whole)
  }

  /// Codes that are given before anybody comes, in another order, change no number of anybody.
  @Test(arguments: [Settings.Estimation.walkForward, .off])
  func codesChangeNothing(estimation: Settings.Estimation) throws {
    let inputs = try Self.inputs.get()
    let settings = try RiskModelHistory.settings(estimation)
    let one = try Self.run(settings, inputs, block: 64, workers: 2)
    let other = try Self.run(settings, Self.history.table.modelInputs(isKnownBefore: true), block: 64, workers: 2)
    #expect(one == other)
  }

  /// What comes after a date changes no bit of it.
  @Test(arguments: [45, 64, 78]) func theFutureChangesNothing(cut: Int) throws {
    let inputs = try Self.inputs.get()
    let settings = try RiskModelHistory.settings(.walkForward)
    let whole = try Self.run(settings, inputs, block: 64, workers: 2)
    var table = Self.history.table
    for index in table.rows.indices where table.rows[index].date > RandomPanel.date(cut) {
      table.rows[index].return = index % 5 == 0 ? .nan : -3 * table.rows[index].return
      table.rows[index].cap *= Double(1 + index % 7)
      table.rows[index].styles[0] = index % 11 == 0 ? .nan : table.rows[index].styles[1]
      if index % 3 == 0 { table.rows[index].labels[0] = "0" }
    }
    let other = try Self.run(settings, try table.modelInputs(), block: 64, workers: 2)
    #expect(other[...cut] == whole[...cut])
    #expect(other[(cut + 1)...] != whole[(cut + 1)...])
  }

  /// A state of other settings, or cut short, is refused.
  @Test func statesOfOthersAreRefused() throws {
    let inputs = try Self.inputs.get()
    let settings = try RiskModelHistory.settings(.off)
    var pipeline = try Self.history.pipeline(settings, inputs)
    _ = RiskModelHistory.advance(&pipeline, inputs[..<70], block: 64, workers: 2)
    var writer = StateWriter()
    pipeline.save(to: &writer)
    let bytes = writer.bytes
    let changes: [(inout Settings) -> Void] = [
      { $0.estimation = .walkForward }, { $0.idioRisk.halfLife = 90 }, { $0.factorCovariance.variance.lags = 4 },
      { $0.correlations = .off }, { $0.regression.hasMarket = false },
    ]
    for change in changes {
      var other = settings
      change(&other)
      var fresh = try RiskModelPipeline(settings: other, schema: Self.history.table.schema)
      #expect(throws: StateError.self) {
        var reader = StateReader(bytes)
        try fresh.restore(from: &reader)
      }
    }
    for length in stride(from: 0, to: bytes.count - 1, by: bytes.count / 97) {
      var fresh = try RiskModelPipeline(settings: settings, schema: Self.history.table.schema)
      #expect(throws: StateError.self) {
        var reader = StateReader(Array(bytes[..<length]))
        try fresh.restore(from: &reader)
      }
    }
  }
}

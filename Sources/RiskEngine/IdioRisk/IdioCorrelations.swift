internal import LinAlg

/// The correlations of idio returns, period after period.
///
/// A fold: `advance(_:live:issuers:workers:)` takes in one period. It keeps the last `window` periods and makes an
/// estimate at the close of the first period and of each `interval`-th after it, from what is known then; in between the
/// latest estimate stands. Saved and taken up again it goes on bit for bit, and results are the same for any number of
/// workers.
///
/// 1. Share lines of one issuer are always correlated; their correlation is shrunk towards a prior one.
/// 2. In the form `thresholded`, other pairs are where their correlation is above an adaptive threshold (Bickel and
///    Levina, Ann. Stat. 36, 2008, 2577–2604; Cai and Liu, J. Am. Stat. Assoc. 106, 2011, 672–684; Fan, Liao and
///    Mincheva, J. R. Stat. Soc. B 75, 2013, 603–680), `τ = C √(θ ln n / n_eff)`. Factors count as known: idio returns
///    of regressions on `m` factors are correlated by O(m / n) even where the true ones are not, which is far below it.
/// 3. Connected components are made positive definite one by one.
///
/// No matrix over all assets is formed.
public struct IdioCorrelations: Sendable {
  /// How correlations are estimated.
  public let settings: IdioCorrelationSettings
  /// The periods taken in.
  public private(set) var periodCount = 0
  /// The latest estimate; `nil` before the first period.
  public private(set) var latest: IdioCorrelationEstimate?
  /// The latest `window` periods, the oldest first.
  private var periods: [StandardizedReturns] = []

  /// Starts before the first period.
  ///
  /// - Throws: what is wrong with the settings.
  public init(_ settings: IdioCorrelationSettings = IdioCorrelationSettings()) throws(IdioCorrelationSettingsError) {
    self.settings = try settings.validated()
  }

  /// Whether the next period's close brings a new estimate.
  public var isEstimateDue: Bool { periodCount % settings.interval == 0 }

  /// Takes in a period.
  ///
  /// - Parameters:
  ///   - returns: the standardized idio return `e / σ` of each asset over the period, by asset code; kept in single
  ///     precision. What is not finite there is missing. Codes beyond the last are missing too.
  ///   - live: the assets that correlations are wanted for, by code, each once. Their order is that of the assets of
  ///     each component; give the order of the assets' ids, for codes depend on what came before.
  ///   - issuers: the issuer of each asset, by asset code; a negative one is none. Read where an estimate is due, and
  ///     then there is one for every live asset.
  ///   - workers: the number of workers, by default one a processor.
  /// - Returns: whether there is a new estimate.
  /// - Complexity: O(assets). With an estimate in the form `linked` O(window × linked pairs); in the form `thresholded`
  ///   2 to 4 live² × window flops in single precision.
  @discardableResult
  public mutating func advance(
    _ returns: [Double], live: [Int32], issuers: [Int32], workers: Int? = nil
  ) -> Bool {
    if periods.count == settings.window { periods.removeFirst() }
    periods.append(StandardizedReturns(returns.span))
    let isDue = isEstimateDue
    if isDue { latest = estimate(live, issuers, workers: workers ?? ProcessorCount.active) }
    periodCount += 1
    return isDue
  }

  /// The estimate from the periods that are kept.
  private func estimate(_ live: [Int32], _ issuers: [Int32], workers: Int) -> IdioCorrelationEstimate {
    let isKnown = live.allSatisfy { $0 >= 0 && Int($0) < issuers.count }
    precondition(isKnown, "a live asset beyond the \(issuers.count) assets with issuers")
    BLASThreads.count = 1
    let issuersByPlace = live.map { issuers[Int($0)] }
    var counts = IdioCorrelationEstimate.Counts()
    counts.live = live.count
    let linked = LinkedPairs(issuers: issuersByPlace, assets: live, periods, settings, workers: workers)
    counts.linkedPairs = linked.pairs.count
    counts.unestimatedLinkedPairs = linked.unestimatedCount
    var pairs = linked.pairs
    if settings.form == .thresholded {
      let history = CorrelationHistory(periods, of: live, halfLife: settings.halfLife)
      let screen = CorrelationScreen(history, settings)
      let found = screen.pairs(workers: workers) { first, second in
        issuersByPlace[first] >= 0 && issuersByPlace[first] == issuersByPlace[second]
      }
      counts.screened = screen.assets.count
      counts.short = screen.shortCount
      counts.constant = screen.constantCount
      counts.thresholdedPairs = found.count
      pairs = (pairs + found).sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }
    return IdioCorrelationEstimate(
      period: periodCount, components: components(live, pairs, workers: workers), counts: counts)
  }

  /// The components that pairs of places make, positive definite.
  private func components(
    _ live: [Int32], _ pairs: [CorrelatedPair], workers: Int
  ) -> [IdioCorrelationComponent] {
    let groups = ConnectedComponents.joined(count: live.count, by: pairs)
    var number = [Int](repeating: -1, count: live.count)
    var placeInGroup = number
    for (index, group) in groups.enumerated() {
      for (place, member) in group.enumerated() {
        number[member] = index
        placeInGroup[member] = place
      }
    }
    var pairsOfGroup = [[CorrelatedPair]](repeating: [], count: groups.count)
    for pair in pairs {
      var local = pair
      local.first = placeInGroup[pair.first]
      local.second = placeInGroup[pair.second]
      pairsOfGroup[number[pair.first]].append(local)
    }
    let repaired = concurrentMap(count: groups.count, workers: workers) { [pairsOfGroup] index in
      ComponentRepair(order: groups[index].count, pairs: pairsOfGroup[index], settings: settings).repaired()
    }
    var components = [(place: Int, component: IdioCorrelationComponent)]()
    for (group, results) in zip(groups, repaired) {
      for result in results {
        let component = IdioCorrelationComponent(
          assets: result.places.map { live[group[$0]] }, correlation: result.correlation,
          unrepairedEigenvalue: result.unrepairedEigenvalue, shrinkage: result.shrinkage,
          multiplier: result.multiplier)
        components.append((group[result.places[0]], component))
      }
    }
    // Where a raised threshold has divided components, their parts interleave.
    return components.sorted { $0.place < $1.place }.map(\.component)
  }
}

extension IdioCorrelations: SavedState {
  private static let version = 1

  /// Writes the settings, the periods kept and the latest estimate.
  ///
  /// - Complexity: about four bytes for each asset and period kept.
  public func save(to writer: inout StateWriter) {
    writer.write(Self.version)
    settings.save(to: &writer)
    writer.write(periodCount)
    writer.write(periods)
    writer.write(latest.map { [$0] } ?? [])
  }

  /// Reads what was written, settings included: compare them with those wanted.
  public init(from reader: inout StateReader) throws(StateError) {
    try reader.require(Self.version, "version")
    settings = try IdioCorrelationSettings(from: &reader)
    periodCount = try reader.readInt(in: 0..<Int.max, "a number of periods")
    periods = try reader.readStates()
    guard periods.count == min(periodCount, settings.window) else {
      throw reader.mismatch("\(min(periodCount, settings.window)) periods")
    }
    let estimates = try reader.readStates(IdioCorrelationEstimate.self)
    guard estimates.count == min(1, periodCount) else { throw reader.mismatch("an estimate, and one alone") }
    latest = estimates.first
  }
}

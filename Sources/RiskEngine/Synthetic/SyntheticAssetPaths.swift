/// What moves by itself for each asset, whatever the market does: latent style scores, idio shocks, absences.
///
/// Assets are independent of each other here, so they are computed in chunks, in parallel, each over a
/// whole block of periods. Inside a chunk four assets at a time go through the periods side by side.
struct SyntheticAssetPaths: Sendable {
  /// Assets in a chunk.
  static let chunkSize = 128
  /// Groups of four assets in a chunk.
  static let groupCount = chunkSize / 4

  /// The state of a chunk between two blocks.
  struct State: Sendable {
    /// For each group of four assets its scores of each style.
    var scores: [SIMD4<Double>]
    /// For each asset the last period of its latest halt.
    var haltedThrough: [Int32]
  }

  /// The paths of a chunk over a block of periods.
  struct Paths: Sendable {
    /// The state after the last period.
    var state: State
    /// Latent scores: for each period and style the `chunkSize` assets.
    var scores: [Double]
    /// Idio returns in units of the asset's volatility: for each period the `chunkSize` assets.
    var shocks: [Double]
    /// For each period the events of the `chunkSize` assets.
    var events: [SyntheticEvents]
  }

  private let population: SyntheticPopulation
  private let styleCount: Int
  private let idio: SyntheticConfiguration.Idio
  private let persistence: Double
  private let innovationScale: Double
  private let ownMix: Double
  private let commonMix: Double
  private let absences: SyntheticAbsences
  private let innovation: RandomStream
  private let shock: RandomStream

  /// Prepares the paths of a market.
  init(_ configuration: SyntheticConfiguration, population: SyntheticPopulation) {
    self.population = population
    styleCount = configuration.styleCount
    idio = configuration.idio
    let monthly = configuration.styles.monthlyPersistence
    persistence = monthly == 0 ? 0 : PortableMath.exp(PortableMath.log(monthly) / 21)
    innovationScale = (1 - persistence * persistence).squareRoot()
    // (own I + common 1 1ᵀ) is the symmetric square root of the equicorrelation matrix.
    let correlation = configuration.styles.correlation
    let order = Double(max(configuration.styleCount, 1))
    ownMix = (1 - correlation).squareRoot()
    commonMix = ((1 + (order - 1) * correlation).squareRoot() - ownMix) / order
    absences = SyntheticAbsences(configuration)
    innovation = SyntheticStream.styleInnovation.stream(seed: configuration.seed)
    shock = SyntheticStream.idioShock.stream(seed: configuration.seed)
  }

  /// The number of chunks that all assets need.
  var chunkCount: Int { (population.count + Self.chunkSize - 1) / Self.chunkSize }

  /// The state of a chunk before the first period.
  func initialState() -> State {
    State(
      scores: Array(repeating: .zero, count: Self.groupCount * styleCount),
      haltedThrough: Array(repeating: -1, count: Self.chunkSize))
  }

  /// The paths of a chunk's assets over some periods; for assets that do not live then they mean nothing.
  ///
  /// - Parameter state: that of the chunk after the period before.
  /// - Complexity: O(periods · assets · styles).
  func advance(chunk: Int, over periods: Range<Int>, from state: State) -> Paths {
    let cellCount = periods.count * Self.chunkSize
    var paths = Paths(
      state: state, scores: Array(repeating: 0, count: cellCount * styleCount),
      shocks: Array(repeating: 0, count: cellCount), events: Array(repeating: [], count: cellCount))
    let chunkAssets = chunk * Self.chunkSize..<min((chunk + 1) * Self.chunkSize, population.count)
    for (group, first) in stride(from: chunkAssets.lowerBound, to: chunkAssets.upperBound, by: 4).enumerated() {
      let assets = first..<min(first + 4, chunkAssets.upperBound)
      let lives = assets.contains {
        population.firstPeriods[$0] < Int32(periods.upperBound)
          && population.lastPeriods[$0] >= Int32(periods.lowerBound)
      }
      guard lives else { continue }
      if styleCount > 0 { moveScores(of: assets, group: group, over: periods, in: &paths) }
      if idio.medianVolatility > 0 { drawShocks(of: assets, group: group, over: periods, in: &paths) }
      if absences.exist { absences.draw(for: assets, group: group, over: periods, in: &paths) }
    }
    return paths
  }

  /// Moves the latent scores of four assets: stationary at birth, AR(1) after.
  private func moveScores(of assets: Range<Int>, group: Int, over periods: Range<Int>, in paths: inout Paths) {
    let base = UInt32(assets.lowerBound)
    let ids = SIMD4(base, base + 1, base + 2, base + 3)
    var scores = Array(paths.state.scores[group * styleCount..<(group + 1) * styleCount])
    var normals = [SIMD4<Double>](repeating: .zero, count: styleCount + 1)
    let births = assets.map { Int(population.firstPeriods[$0]) }
    var position = 4 * group
    for period in periods {
      var sum = SIMD4<Double>.zero
      for pair in 0..<(styleCount + 1) / 2 {
        let drawn = innovation.normalPairs(block: UInt32(pair), ids: ids, date: UInt32(period))
        normals[2 * pair] = drawn.first
        normals[2 * pair + 1] = drawn.second
        sum += drawn.first
        if 2 * pair + 1 < styleCount { sum += drawn.second }
      }
      let common = sum * commonMix
      let bornNow = births.contains(period)
      for style in 0..<styleCount {
        let stationary = normals[style] * ownMix + common
        var score = scores[style] * persistence + stationary * innovationScale
        if bornNow {
          for lane in births.indices where births[lane] == period { score[lane] = stationary[lane] }
        }
        scores[style] = score
        paths.scores[position] = score[0]
        paths.scores[position + 1] = score[1]
        paths.scores[position + 2] = score[2]
        paths.scores[position + 3] = score[3]
        position += Self.chunkSize
      }
    }
    for style in 0..<styleCount { paths.state.scores[group * styleCount + style] = scores[style] }
  }

  /// Draws the idio shocks of four assets, of variance 1 but for earnings jumps.
  ///
  /// A follower's normal numbers are a mix of its own and of its leader's, and share lines of one issuer
  /// have one chi-square number and one earnings date, so their correlation is the configured one always.
  private func drawShocks(of assets: Range<Int>, group: Int, over periods: Range<Int>, in paths: inout Paths) {
    let base = UInt32(assets.lowerBound)
    let ids = SIMD4(base, base + 1, base + 2, base + 3)
    var issuers = ids
    var leaderMix = SIMD4<Double>.zero
    var ownMix = SIMD4<Double>(repeating: 1)
    for (lane, asset) in assets.enumerated() where population.issuers[asset] != Int32(asset) {
      issuers[lane] = UInt32(population.issuers[asset])
      leaderMix[lane] = idio.pairCorrelation
      ownMix[lane] = (1 - idio.pairCorrelation * idio.pairCorrelation).squareRoot()
    }
    let phases = assets.map { Int(population.earningsPhases[Int(population.issuers[$0])]) }
    for (step, period) in periods.enumerated() {
      let date = UInt32(period)
      var drawn = shock.normalPairs(block: 0, ids: ids, date: date)
      if issuers != ids {
        let leaders = shock.normalPairs(block: 0, ids: issuers, date: date)
        drawn.first = drawn.first * ownMix + leaders.first * leaderMix
        drawn.second = drawn.second * ownMix + leaders.second * leaderMix
      }
      var shocks = drawn.first
      if let degreesOfFreedom = idio.degreesOfFreedom {
        shocks *= tailScale(degreesOfFreedom, issuers: issuers, date: date)
      }
      let position = step * Self.chunkSize + 4 * group
      for lane in phases.indices {
        if idio.earningsJump > 0 && period % idio.earningsInterval == phases[lane] {
          shocks[lane] += idio.earningsJump * drawn.second[lane]
          paths.events[position + lane].insert(.earnings)
        }
        paths.shocks[position + lane] = shocks[lane]
      }
    }
  }

  /// `√((ν − 2) / Σ Z²)` over ν normal numbers of each issuer, from the second block on.
  private func tailScale(_ degreesOfFreedom: Int, issuers: SIMD4<UInt32>, date: UInt32) -> SIMD4<Double> {
    var chiSquare = SIMD4<Double>.zero
    for pair in 0..<(degreesOfFreedom + 1) / 2 {
      let drawn = shock.normalPairs(block: UInt32(1 + pair), ids: issuers, date: date)
      chiSquare += drawn.first * drawn.first
      if 2 * pair + 1 < degreesOfFreedom { chiSquare += drawn.second * drawn.second }
    }
    return (SIMD4(repeating: Double(degreesOfFreedom - 2)) / chiSquare).squareRoot()
  }
}

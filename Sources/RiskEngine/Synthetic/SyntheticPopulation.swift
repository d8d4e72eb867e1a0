/// All assets that ever live in a synthetic market, and what does not change about them.
///
/// An asset is its position in these arrays, which is also its code in the market's asset table: first the
/// assets of the first date, then the others in the order of their births.
public struct SyntheticPopulation: Sendable {
  /// Two share lines of one issuer, whose idio returns are correlated.
  public struct IssuerPair: Hashable, Sendable {
    /// The first share line.
    public let leader: Int32
    /// The second one.
    public let follower: Int32
  }

  /// For each asset the period of its first row, which has no return.
  public let firstPeriods: [Int32]
  /// For each asset the period of its last row; after the last date where it outlives the market.
  public let lastPeriods: [Int32]
  /// Whether the asset's last return includes the delisting return.
  public let delistsAtLoss: [Bool]
  /// Whether the asset never is in the estimation universe.
  public let isOutsideUniverse: [Bool]
  /// For each group of the market's schema the label of each asset, a code of the group's label table.
  public let labels: [[Int32]]
  /// For each asset its cap at its first row, in units of currency.
  public let firstCaps: [Double]
  /// For each asset its idio volatility a period, in the calm regime and without earnings.
  public let idioVolatilities: [Double]
  /// For each asset the asset that stands for its issuer: itself, but for the follower of a pair.
  public let issuers: [Int32]
  /// For each issuer the period modulo the earnings interval in which it reports.
  public let earningsPhases: [Int32]
  /// The planted pairs.
  public let issuerPairs: [IssuerPair]
  /// Periods that an asset born after the first date waits before it is in the universe.
  private let seasoningPeriods: Int32

  /// The number of assets that ever live.
  public var count: Int { firstPeriods.count }

  /// Whether an asset has a row at a period's date.
  public func isAlive(_ asset: Int, at period: Int) -> Bool {
    firstPeriods[asset] <= Int32(period) && Int32(period) <= lastPeriods[asset]
  }

  /// Whether an asset is in the estimation universe at a period's date: seasoned, not excluded, not on its last row.
  public func isInUniverse(_ asset: Int, at period: Int) -> Bool {
    let (first, period) = (firstPeriods[asset], Int32(period))
    return first <= period && period < lastPeriods[asset] && !isOutsideUniverse[asset]
      && (first == 0 || period - first >= seasoningPeriods)
  }

  /// For each group the shares of its labels in the caps of the universe at the first date.
  func initialCapShares(labelCounts: [Int]) -> [[Double]] {
    zip(labels, labelCounts).map { labels, labelCount in
      var shares = [Double](repeating: 0, count: labelCount)
      for asset in labels.indices where isInUniverse(asset, at: 0) { shares[Int(labels[asset])] += firstCaps[asset] }
      let total = shares.reduce(0, +)
      return total > 0 ? shares.map { $0 / total } : shares
    }
  }

  /// Draws the population of a market.
  ///
  /// - Complexity: O(assets ever alive + periods).
  init(_ configuration: SyntheticConfiguration) {
    let seed = configuration.seed
    let lifetimes = configuration.lifetimes
    let hazard = lifetimes.annualDeathRate / Double(configuration.periodsPerYear)
    firstPeriods = Self.births(configuration, hazard: hazard)
    let count = firstPeriods.count
    let assets = (0..<count).map { UInt32($0) }

    let lifetime = SyntheticStream.lifetime.stream(seed: seed)
    lastPeriods = zip(assets, firstPeriods).map { asset, first in
      guard hazard > 0 else { return Int32.max }
      let length = Geometric(stopProbability: hazard).length(at: lifetime.uniform(draw: 0, id: asset, date: 0))
      return Int32(min(Int(first) + length, Int(Int32.max)))
    }
    let delisting = SyntheticStream.delisting.stream(seed: seed)
    delistsAtLoss = assets.map { delisting.uniform(draw: 0, id: $0, date: 0) < lifetimes.delistingFraction }
    let universe = SyntheticStream.universe.stream(seed: seed)
    isOutsideUniverse = assets.map {
      universe.uniform(draw: 0, id: $0, date: 0) < lifetimes.outsideUniverseFraction
    }
    seasoningPeriods = Int32(lifetimes.seasoningPeriods)

    var labels = [[Int32]]()
    for (labelCount, purpose) in [
      (configuration.industryCount, SyntheticStream.industry), (configuration.countryCount, .country),
    ] where labelCount > 0 {
      labels.append(
        Self.labels(
          labelCount: labelCount, initialCount: configuration.assetCount, count: count,
          stream: purpose.stream(seed: seed)))
    }
    self.labels = labels

    let size = SyntheticStream.capitalization.stream(seed: seed)
    let sizes = assets.map { size.normal(draw: 0, id: $0, date: 0) }
    firstCaps = sizes.map { PortableMath.exp(configuration.caps.logMean + configuration.caps.logDeviation * $0) }
    let volatility = SyntheticStream.idioVolatility.stream(seed: seed)
    let idio = configuration.idio
    idioVolatilities = zip(assets, sizes).map { asset, size in
      let deviation = idio.dispersion * volatility.normal(draw: 0, id: asset, date: 0)
      return idio.medianVolatility * PortableMath.exp(idio.sizeSlope * size + deviation)
    }

    let pairing = SyntheticStream.pairing.stream(seed: seed)
    let shuffled = Self.shuffled(configuration.assetCount, stream: pairing)
    let pairCount = Int((idio.pairedFraction * Double(configuration.assetCount) / 2).rounded())
    let pairs = (0..<pairCount).map { index in
      let (first, second) = (shuffled[2 * index], shuffled[2 * index + 1])
      return IssuerPair(leader: min(first, second), follower: max(first, second))
    }
    issuerPairs = pairs.sorted { $0.leader < $1.leader }
    var issuers = assets.map { Int32($0) }
    for pair in pairs { issuers[Int(pair.follower)] = pair.leader }
    self.issuers = issuers
    let phase = SyntheticStream.earningsPhase.stream(seed: seed)
    earningsPhases = assets.map { asset in
      Int32(phase.uniform(draw: 0, id: asset, date: 0) * Double(idio.earningsInterval))
    }
  }

  /// The first period of every asset: 0 for those of the first date, then Poisson numbers of births.
  private static func births(_ configuration: SyntheticConfiguration, hazard: Double) -> [Int32] {
    var firstPeriods = [Int32](repeating: 0, count: configuration.assetCount)
    let rate = hazard * Double(configuration.assetCount)
    guard rate > 0 else { return firstPeriods }
    let stream = SyntheticStream.birth.stream(seed: configuration.seed)
    // A Poisson number is a sum of Poisson numbers, each of a mean whose exponential does not underflow.
    let parts = Int((rate / 16).rounded(.up))
    let partMean = rate / Double(parts)
    for period in stride(from: 1, to: configuration.periodCount, by: 1) {
      for part in 0..<parts {
        let births = poisson(mean: partMean, at: stream.uniform(draw: part, id: 0, date: UInt32(period)))
        firstPeriods.append(contentsOf: repeatElement(Int32(period), count: births))
      }
    }
    return firstPeriods
  }

  /// The Poisson number whose cumulative probability first exceeds a uniform number.
  private static func poisson(mean: Double, at uniform: Double) -> Int {
    var probability = PortableMath.exp(-mean)
    var cumulative = probability
    var number = 0
    while cumulative < uniform && probability > 0 {
      number += 1
      probability *= mean / Double(number)
      cumulative += probability
    }
    return number
  }

  /// Labels with exact Zipf sizes, in random order, for the assets of the first date; drawn ones for the others.
  private static func labels(labelCount: Int, initialCount: Int, count: Int, stream: RandomStream) -> [Int32] {
    let sizes = GroupSizes(labelCount: labelCount)
    var labels = [Int32](repeating: 0, count: count)
    var position = 0
    let order = shuffled(initialCount, stream: stream)
    for (label, size) in sizes.counts(total: initialCount).enumerated() {
      for asset in order[position..<position + size] { labels[Int(asset)] = Int32(label) }
      position += size
    }
    for asset in initialCount..<count {
      labels[asset] = sizes.label(at: stream.uniform(draw: 0, id: UInt32(asset), date: 0))
    }
    return labels
  }

  /// The numbers below `count` in the order of a random key each.
  private static func shuffled(_ count: Int, stream: RandomStream) -> [Int32] {
    let keys = (0..<count).map { stream.bits(draw: 0, id: UInt32($0), date: 0) }
    return (0..<Int32(count)).sorted {
      let (left, right) = (keys[Int($0)], keys[Int($1)])
      return left == right ? $0 < $1 : left < right
    }
  }
}

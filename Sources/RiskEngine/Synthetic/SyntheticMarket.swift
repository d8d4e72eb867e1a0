public import LinAlg

/// A market whose every latent quantity is known: a fold over periods that needs no input.
///
/// The loadings, caps, labels and universe of a row are those at its date's close; they explain the
/// returns of the next date. The same configuration gives the same bits on every platform, for any number
/// of workers and any lengths of blocks.
///
/// ```swift
/// var configuration = SyntheticConfiguration(mode: .gaussStatic)
/// configuration.assetCount = 500
/// var market = try SyntheticMarket(configuration, workers: 2)
/// while let block = market.nextBlock() {
///   for period in block.periods { use(block.rows(of: period), period.factorReturns) }
/// }
/// ```
///
/// The state is one number a style and a few more an asset ever alive; nothing else grows with the history.
public struct SyntheticMarket: Sendable {
  /// What the market is made of.
  public let configuration: SyntheticConfiguration
  /// The columns of its panel: groups `industry` and `country` as configured, caps and the universe.
  public let schema: PanelSchema
  /// The asset ids, `A000000` on; their order by bytes is that of their codes.
  public let assets: IdentifierTable
  /// For each group its labels, `I00` or `C00` on; their order by bytes is that of their codes.
  public let labels: [IdentifierTable]
  /// The assets and what does not change about them.
  public let population: SyntheticPopulation
  /// The distribution of factor returns.
  public let factors: SyntheticFactors
  /// The names of the factors: `market`, the labels of each group, the styles.
  public let factorNames: [String]
  /// The workers that compute blocks.
  public let workers: Int
  /// The number of periods given so far.
  public private(set) var periodsDone = 0

  private let calendar: WeekdayCalendar
  private let paths: SyntheticAssetPaths
  private var pathStates: [SyntheticAssetPaths.State]
  private var returns: SyntheticReturns

  /// Makes a market before its first period.
  ///
  /// - Throws: the first field of the configuration that is out of its range.
  /// - Precondition: `workers` is positive.
  /// - Complexity: O(assets ever alive + periods + factors²).
  public init(
    _ configuration: SyntheticConfiguration, workers: Int = 1
  ) throws(SyntheticConfigurationError) {
    precondition(workers >= 1, "\(workers) workers")
    let configuration = try configuration.validated()
    self.configuration = configuration
    self.workers = workers
    population = SyntheticPopulation(configuration)
    calendar = WeekdayCalendar(start: configuration.startDate)

    var groups = [(name: String, labels: [String])]()
    if configuration.industryCount > 0 {
      groups.append(("industry", Self.names("I", count: configuration.industryCount, width: 2)))
    }
    if configuration.countryCount > 0 {
      groups.append(("country", Self.names("C", count: configuration.countryCount, width: 2)))
    }
    let styles = Self.names("S", count: configuration.styleCount, width: 2)
    schema = PanelSchema(groups: groups.map(\.name), styles: styles, hasCaps: true, hasUniverse: true)
    assets = IdentifierTable(texts: Self.names("A", count: population.count, width: 6))
    labels = groups.map { IdentifierTable(texts: $0.labels) }
    factorNames = ["market"] + groups.flatMap(\.labels) + styles

    factors = SyntheticFactors(
      configuration, shares: population.initialCapShares(labelCounts: groups.map(\.labels.count)))
    paths = SyntheticAssetPaths(configuration, population: population)
    pathStates = Array(repeating: paths.initialState(), count: paths.chunkCount)
    returns = SyntheticReturns(configuration, population: population, factors: factors)
  }

  /// The date at which a period ends, counted from 0.
  public func date(ofPeriod period: Int) -> CalendarDate { calendar.date(ofPeriod: period) }

  /// The covariance of factor returns a period in the calm regime.
  ///
  /// In the stressed regime it is times the squared multiplier. It is exact where the caps and the assets
  /// regressed are constant; else each period's is moved to the period's constraint.
  public var factorCovariance: SymmetricMatrix { factors.covariance }

  /// Makes the next periods.
  ///
  /// - Parameter periodCount: at most this many; fewer where the market ends.
  /// - Returns: `nil` after the last period.
  /// - Complexity: O(periods · assets · styles), nearly all of it on the workers.
  public mutating func nextBlock(periodCount: Int = 64) -> SyntheticBlock? {
    precondition(periodCount > 0, "a block of \(periodCount) periods")
    let periods = periodsDone..<min(periodsDone + periodCount, configuration.periodCount)
    guard !periods.isEmpty else { return nil }
    periodsDone = periods.upperBound

    let paths = paths
    let states = pathStates
    let chunks = concurrentMap(count: paths.chunkCount, workers: workers) { chunk in
      paths.advance(chunk: chunk, over: periods, from: states[chunk])
    }
    pathStates = chunks.map(\.state)

    let (population, styleCount) = (population, configuration.styleCount)
    var sections = concurrentMap(count: periods.count, workers: workers) { step in
      SyntheticCrossSection(
        period: periods.lowerBound + step, step: step, population: population, paths: chunks)
    }
    let gathered = sections
    var loadings = concurrentMap(count: styleCount, workers: workers) { style in
      SyntheticLoadings(style: style, styleCount: styleCount, sections: gathered, paths: chunks)
    }

    var block = SyntheticBlock(schema: schema, rowCapacity: sections.reduce(0) { $0 + $1.assets.count })
    for (step, period) in periods.enumerated() {
      returns.advance(
        to: period, date: calendar.date(ofPeriod: period), section: &sections[step], loadings: &loadings,
        block: &block)
    }
    block.rows.styles = loadings.map(\.values)
    return block
  }

  /// A letter and a number, padded with zeros so that the order of bytes is that of the numbers.
  private static func names(_ letter: String, count: Int, width: Int) -> [String] {
    let width = max(width, String(max(count - 1, 0)).utf8.count)
    return (0..<count).map { number in
      let digits = String(number)
      return letter + String(repeating: "0", count: width - digits.utf8.count) + digits
    }
  }
}

public import LinAlg

/// How good the loadings of each date are: stability, variance inflation, coverage, distribution, turnover.
///
/// What is remembered are the columns of the last 21 dates. Where a style's imputed values differ from its own, they count
/// in what loadings are used for (stability, variance inflation, correlations, turnover), not in its distribution.
public struct LoadingDiagnostics: SavedState {
  /// The dates over which stability is measured.
  public static let stabilityLag = 21

  /// The statistics of one style on one date, over the estimation universe; NaN where there are none.
  public struct Style: Sendable {
    /// The share of covered assets with a value of their own.
    public var coverage = Double.nan
    /// The share of covered assets whose value is imputed.
    public var imputed = Double.nan
    /// The equal-weighted mean.
    public var mean = Double.nan
    /// The equal-weighted standard deviation.
    public var deviation = Double.nan
    /// The third standardized moment.
    public var skewness = Double.nan
    /// The fourth standardized moment; 3 for a normal distribution.
    public var kurtosis = Double.nan
    /// The least, the 1, 5, 50, 95 and 99 % quantiles, and the largest.
    public var quantiles: [Double] = Array(repeating: .nan, count: 7)
    /// The correlation with itself 21 dates before, over assets on both dates, weighted by the root of today's cap; 0.9
    /// and more is desirable, and below 0.8 a style is unstable (Menchero, Orr and Wang, 2011).
    public var stability = Double.nan
    /// `1 / (1 − R²)` of the regression on an intercept and the other styles, weighted by the root of the cap, over rows
    /// that have all styles of the date; infinite where others explain it wholly, NaN where it does not vary.
    public var varianceInflation = Double.nan
    /// The mean absolute change since the date before, over assets on both dates, weighted by the root of the cap.
    public var turnover = Double.nan
  }

  /// One date.
  public struct Day: Sendable {
    /// The date.
    public var date: CalendarDate
    /// One a style.
    public var styles: [Style]
    /// The correlations of styles, weighted by the root of the cap; NaN where they cannot be told.
    public var correlations: SymmetricMatrix
  }

  private var past: [Past] = []

  /// The loadings of an earlier date, by asset.
  private struct Past: SavedState {
    var assets: [Int32]
    var styles: [[Double]]

    init(assets: [Int32], styles: [[Double]]) {
      self.assets = assets
      self.styles = styles
    }

    func save(to writer: inout StateWriter) {
      writer.write(assets)
      writer.write(styles.count)
      for style in styles { writer.write(style) }
    }

    init(from reader: inout StateReader) throws(StateError) {
      assets = try reader.readInt32s()
      guard assets.allSatisfy({ $0 >= 0 }) else { throw reader.mismatch("codes of assets") }
      styles = []
      for _ in 0..<(try reader.readInt(in: 0..<Int(Int32.max), "a number of styles")) {
        let column = try reader.readDoubles()
        guard column.count == assets.count else {
          throw reader.mismatch("a loading for each of \(assets.count) assets")
        }
        styles.append(column)
      }
    }
  }

  /// Makes diagnostics that have seen no date.
  public init() {}

  /// One date's loadings with what they are judged by.
  public struct Input: Sendable {
    /// The assets.
    public var market: MarketDay
    /// The loadings, one row an asset.
    public var loadings: LoadingCrossSection
    /// The market capitalizations.
    public var caps: [Double]
    /// Whether each row is covered.
    public var inCoverage: [Bool]
    /// Whether each row is in the estimation universe.
    public var inEstimation: [Bool]

    /// Puts together a date.
    public init(
      market: MarketDay, loadings: LoadingCrossSection, caps: [Double], inCoverage: [Bool], inEstimation: [Bool]
    ) {
      self.market = market
      self.loadings = loadings
      self.caps = caps
      self.inCoverage = inCoverage
      self.inEstimation = inEstimation
    }
  }

  /// Takes in a date.
  ///
  /// - Parameters:
  ///   - loadings: its loadings, of as many styles as on the dates before.
  ///   - market: the assets.
  ///   - caps: one a row.
  ///   - inCoverage: whether each row is covered.
  ///   - inEstimation: whether each row is in the estimation universe.
  /// - Complexity: O(rows × styles²).
  public mutating func advance(
    _ loadings: LoadingCrossSection, market: MarketDay, caps: [Double], inCoverage: [Bool], inEstimation: [Bool]
  ) -> Day {
    let input = Input(
      market: market, loadings: loadings, caps: caps, inCoverage: inCoverage, inEstimation: inEstimation)
    return advance([input])[0]
  }

  /// Takes in a block of dates, later than any before, each of as many styles.
  ///
  /// - Returns: one a date; the same bits for any number of workers and any cutting into blocks.
  /// - Complexity: O(rows × styles²) a date.
  public mutating func advance(_ days: [Input], workers: Int = 1) -> [Day] {
    BLASThreads.count = 1
    let earlier = past.count
    let all = past + days.map { Past(assets: $0.market.assets, styles: $0.loadings.styles) }
    let styleCount = all.first?.styles.count ?? 0
    precondition(all.allSatisfy { $0.styles.count == styleCount }, "dates of different numbers of styles")
    let results = concurrentMap(count: days.count, workers: workers) { index in
      let place = earlier + index
      return Self.judge(
        days[index], yesterday: place > 0 ? all[place - 1] : nil,
        monthBefore: place >= Self.stabilityLag ? all[place - Self.stabilityLag] : nil)
    }
    past = Array(all.suffix(Self.stabilityLag))
    return results
  }

  private static func judge(_ input: Input, yesterday: Past?, monthBefore: Past?) -> Day {
    let loadings = input.loadings
    let market = input.market
    let styleCount = loadings.styles.count
    var universe = EstimationRows()
    universe.set(caps: input.caps, inEstimation: input.inEstimation)
    let weights = universe.caps.map { $0.squareRoot() }
    let columns = loadings.styles.map { column in universe.rows.map { column[Int($0)] } }
    let sample = WeightedColumns(columns: columns, weights: weights)
    let inflations = sample.varianceInflations()
    var statistics = OrderStatistics()
    let covered = market.assets.indices.filter { input.inCoverage[$0] }
    var styles = (0..<styleCount).map { style in
      var summary = distribution(
        loadings.styles[style], imputed: loadings.imputedRows[style], covered: covered, rows: universe.rows,
        &statistics)
      summary.varianceInflation = inflations[style]
      return summary
    }
    let assets = universe.rows.map { market.assets[Int($0)] }
    if let yesterday {
      let places = places(of: assets, in: yesterday.assets)
      for style in 0..<styleCount {
        styles[style].turnover = sample.meanChange(of: style, from: values(yesterday.styles[style], at: places))
      }
    }
    if let monthBefore {
      let places = places(of: assets, in: monthBefore.assets)
      for style in 0..<styleCount {
        styles[style].stability = WeightedColumns.correlation(
          columns[style], values(monthBefore.styles[style], at: places), weights)
      }
    }
    return Day(date: market.date, styles: styles, correlations: sample.correlations())
  }

  /// For each asset its place among others, or −1.
  private static func places(of assets: [Int32], in others: [Int32]) -> [Int32] {
    var place = [Int32](repeating: -1, count: Int((others.max() ?? -1) + 1))
    var target = place.mutableSpan
    for row in others.indices { target[Int(others[row])] = Int32(row) }
    return assets.map { Int($0) < place.count ? place[Int($0)] : -1 }
  }

  private static func values(_ column: [Double], at places: [Int32]) -> [Double] {
    places.map { $0 >= 0 ? column[Int($0)] : .nan }
  }

  private static func distribution(
    _ column: [Double], imputed: [Int32], covered: [Int], rows: [Int32], _ statistics: inout OrderStatistics
  ) -> Style {
    var style = Style()
    var own = column
    for row in imputed { own[Int(row)] = .nan }
    if !covered.isEmpty {
      let count = Double(covered.count)
      let ownCount = finiteCount(own, covered)
      style.coverage = Double(ownCount) / count
      style.imputed = Double((imputed.isEmpty ? ownCount : finiteCount(column, covered)) - ownCount) / count
    }
    let sample = finite(own, rows)
    guard sample.count > 1 else { return style }
    let count = Double(sample.count)
    let mean = SampleSums.sum(sample.span) / count
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for value in sample {
      let deviation = value - mean
      let square = deviation * deviation
      second += square
      third += square * deviation
      fourth += square * square
    }
    style.mean = mean
    style.deviation = (second / (count - 1)).squareRoot()
    let variance = second / count
    if variance > 0 {
      style.skewness = third / count / (variance * variance.squareRoot())
      style.kurtosis = fourth / count / (variance * variance)
    }
    style.quantiles =
      [sample.min() ?? .nan] + statistics.quantiles([0.01, 0.05, 0.5, 0.95, 0.99], of: sample.span)
      + [sample.max() ?? .nan]
    return style
  }

  /// How many of some rows have a number.
  private static func finiteCount(_ column: [Double], _ rows: [Int]) -> Int {
    let values = column.span
    var count = 0
    for row in rows { count &+= abs(values[row]) < .infinity ? 1 : 0 }
    return count
  }

  /// The numbers that some rows have.
  private static func finite(_ column: [Double], _ rows: [Int32]) -> [Double] {
    let values = column.span
    var finite: [Double] = []
    finite.reserveCapacity(rows.count)
    for row in rows where abs(values[Int(row)]) < .infinity { finite.append(values[Int(row)]) }
    return finite
  }

  /// Writes the columns of the last dates.
  public func save(to writer: inout StateWriter) { writer.write(past) }

  /// Reads the columns of the last dates.
  public init(from reader: inout StateReader) throws(StateError) {
    past = try reader.readStates()
    guard past.count <= Self.stabilityLag, past.allSatisfy({ $0.styles.count == past[0].styles.count }) else {
      throw reader.mismatch("at most \(Self.stabilityLag) dates of the same styles")
    }
  }
}

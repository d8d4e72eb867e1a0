public import LinAlg

/// How good the loadings of each date are: stability, variance inflation, coverage, distribution, turnover.
///
/// What is remembered are the columns of the last 21 dates.
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
    /// The correlation with itself 21 dates before, weighted by the root of the cap; 0.9 and more is desirable, and
    /// below 0.8 a style is unstable (Menchero, Orr and Wang, 2011).
    public var stability = Double.nan
    /// `1 / (1 − R²)` of the regression on an intercept and the other styles, weighted by the root of the cap.
    public var varianceInflation = Double.nan
    /// The mean absolute change since the date before, weighted by the root of the cap.
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
      styles = []
      for _ in 0..<(try reader.readInt()) { styles.append(try reader.readDoubles()) }
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

  /// Takes in a block of dates, later than any before.
  ///
  /// - Returns: one a date; the same bits for any number of workers and any cutting into blocks.
  /// - Complexity: O(rows × styles²) a date.
  public mutating func advance(_ days: [Input], workers: Int = 1) -> [Day] {
    BLASThreads.count = 1
    let earlier = past.count
    let all = past + days.map { Past(assets: $0.market.assets, styles: $0.loadings.styles) }
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
    let assets = input.market.assets
    let weights = assets.indices.map { row in
      input.inEstimation[row] && input.caps[row] > 0 ? input.caps[row].squareRoot() : 0
    }
    let correlations = correlations(loadings.styles, weights)
    var styles = loadings.styles.indices.map { style in
      distribution(
        loadings.styles[style], imputed: loadings.imputedRows[style], inCoverage: input.inCoverage, weights: weights)
    }
    let inflations = varianceInflations(correlations)
    for style in styles.indices { styles[style].varianceInflation = inflations[style] }
    if let yesterday {
      let rows = rows(of: assets, in: yesterday.assets)
      for style in styles.indices {
        styles[style].turnover = turnover(loadings.styles[style], yesterday.styles[style], rows, weights)
      }
    }
    if let monthBefore {
      let rows = rows(of: assets, in: monthBefore.assets)
      for style in styles.indices {
        let before = rows.map { $0 < 0 ? .nan : monthBefore.styles[style][Int($0)] }
        styles[style].stability = correlation(loadings.styles[style], before, weights)
      }
    }
    return Day(date: input.market.date, styles: styles, correlations: correlations)
  }

  /// For each asset its row among others, or −1.
  private static func rows(of assets: [Int32], in others: [Int32]) -> [Int32] {
    if assets == others { return Array(0..<Int32(assets.count)) }
    var place = [Int32](repeating: -1, count: Int((others.max() ?? -1) + 1))
    for (row, asset) in others.enumerated() { place[Int(asset)] = Int32(row) }
    return assets.map { Int($0) < place.count ? place[Int($0)] : -1 }
  }

  private static func turnover(
    _ now: [Double], _ before: [Double], _ rows: [Int32], _ weights: [Double]
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for row in now.indices where weights[row] > 0 && rows[row] >= 0 {
      let change = abs(now[row] - before[Int(rows[row])])
      guard change.isFinite else { continue }
      sum += weights[row] * change
      total += weights[row]
    }
    return total > 0 ? sum / total : .nan
  }

  /// The weighted correlation of two columns over the rows where both are there.
  static func correlation(_ x: [Double], _ y: [Double], _ weights: [Double]) -> Double {
    var (total, meanX, meanY) = (0.0, 0.0, 0.0)
    for row in x.indices where weights[row] > 0 && x[row].isFinite && y[row].isFinite {
      total += weights[row]
      meanX += weights[row] * x[row]
      meanY += weights[row] * y[row]
    }
    guard total > 0 else { return .nan }
    meanX /= total
    meanY /= total
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for row in x.indices where weights[row] > 0 && x[row].isFinite && y[row].isFinite {
      let (dx, dy) = (x[row] - meanX, y[row] - meanY)
      xx += weights[row] * dx * dx
      xy += weights[row] * dx * dy
      yy += weights[row] * dy * dy
    }
    return xx > 0 && yy > 0 ? min(max(xy / (xx * yy).squareRoot(), -1), 1) : .nan
  }

  private static func correlations(_ styles: [[Double]], _ weights: [Double]) -> SymmetricMatrix {
    let rows = weights.indices.filter { weights[$0] > 0 }
    if let whole = wholeCorrelations(styles, weights, rows) { return whole }
    return SymmetricMatrix(order: styles.count) { row, column in
      row == column
        ? (styles[row].contains { $0.isFinite } ? 1 : .nan) : correlation(styles[row], styles[column], weights)
    }
  }

  /// The correlations where no value is missing and every style varies: all at once, by a matrix product.
  private static func wholeCorrelations(
    _ styles: [[Double]], _ weights: [Double], _ rows: [Int]
  ) -> SymmetricMatrix? {
    let total = rows.reduce(0) { $0 + weights[$1] }
    guard total > 0 else { return nil }
    let roots = rows.map { weights[$0].squareRoot() }
    var storage: [Double] = []
    storage.reserveCapacity(rows.count * styles.count)
    for style in styles {
      var sum = 0.0
      for row in rows { sum += weights[row] * style[row] }
      guard sum.isFinite else { return nil }
      let mean = sum / total
      for (place, row) in rows.enumerated() { storage.append(roots[place] * (style[row] - mean)) }
    }
    let gram = SymmetricMatrix(
      gramOf: Matrix(rowCount: rows.count, columnCount: styles.count, storage: storage))
    guard (0..<styles.count).allSatisfy({ gram[$0, $0] > 0 }) else { return nil }
    return SymmetricMatrix(order: styles.count) { row, column in
      guard row != column else { return 1 }
      return min(max(gram[row, column] / (gram[row, row] * gram[column, column]).squareRoot(), -1), 1)
    }
  }

  /// The diagonal of the inverse of the correlations of the styles that have any; infinite where they are dependent.
  private static func varianceInflations(_ correlations: SymmetricMatrix) -> [Double] {
    var inflations = [Double](repeating: .nan, count: correlations.order)
    let known = (0..<correlations.order).filter { correlations[$0, $0].isFinite }
    let part = SymmetricMatrix(order: known.count) { row, column in
      let value = correlations[known[row], known[column]]
      return value.isFinite ? value : 0
    }
    guard let factor = try? Cholesky(consuming: part) else {
      for style in known { inflations[style] = .infinity }
      return inflations
    }
    let inverse = factor.inverse()
    for (place, style) in known.enumerated() { inflations[style] = max(1, inverse[place, place]) }
    return inflations
  }

  private static func distribution(
    _ column: [Double], imputed: [Int32], inCoverage: [Bool], weights: [Double]
  ) -> Style {
    var style = Style()
    let covered = inCoverage.count { $0 }
    var isImputed = [Bool](repeating: false, count: column.count)
    for row in imputed { isImputed[Int(row)] = true }
    if covered > 0 {
      let own = column.indices.count { inCoverage[$0] && column[$0].isFinite && !isImputed[$0] }
      style.coverage = Double(own) / Double(covered)
      style.imputed = Double(column.indices.count { inCoverage[$0] && isImputed[$0] }) / Double(covered)
    }
    var sample = column.indices.filter { weights[$0] > 0 && column[$0].isFinite && !isImputed[$0] }.map { column[$0] }
    guard sample.count > 1 else { return style }
    let count = Double(sample.count)
    let mean = sample.reduce(0, +) / count
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
    var values = sample.mutableSpan
    style.quantiles = [0, 0.01, 0.05, 0.5, 0.95, 0.99, 1].map { Selection.quantile($0, &values) }
    return style
  }

  /// Writes the columns of the last dates.
  public func save(to writer: inout StateWriter) { writer.write(past) }

  /// Reads the columns of the last dates.
  public init(from reader: inout StateReader) throws(StateError) { past = try reader.readStates() }
}

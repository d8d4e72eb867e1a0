import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// Statistics of loadings within and between dates.
@Suite struct LoadingDiagnosticsTests {
  /// A date of loadings made by hand.
  struct Date {
    var assets: [Int32]
    var styles: [[Double]]
    var caps: [Double]
    var imputedRows: [[Int32]]

    init(styles: [[Double]], assets: [Int32]? = nil, caps: [Double]? = nil, imputedRows: [[Int32]]? = nil) {
      let count = styles[0].count
      self.styles = styles
      self.assets = assets ?? Array(0..<Int32(count))
      self.caps = caps ?? Array(repeating: 1, count: count)
      self.imputedRows = imputedRows ?? styles.map { _ in [] }
    }

    func advance(
      _ diagnostics: inout LoadingDiagnostics, day: Int = 0, outside: Set<Int> = [], uncovered: Set<Int> = []
    ) -> LoadingDiagnostics.Day {
      let count = assets.count
      return diagnostics.advance(
        LoadingCrossSection(
          styles: styles, imputedRows: imputedRows, isRegressable: Array(repeating: true, count: count),
          descriptors: [], outcomes: []),
        market: MarketDay(
          date: CalendarDate(daysSinceEpoch: Int32(day)), assets: assets, numbers: [], labels: [],
          totalReturns: Array(repeating: 0, count: count)),
        caps: caps, inCoverage: (0..<count).map { !uncovered.contains($0) },
        inEstimation: (0..<count).map { !outside.contains($0) })
    }

    var alone: LoadingDiagnostics.Day {
      var diagnostics = LoadingDiagnostics()
      return advance(&diagnostics)
    }
  }

  static func random(_ count: Int, _ styles: Int, seed: UInt64) -> [[Double]] {
    var random = TestRandom(seed: seed)
    return (0..<styles).map { _ in (0..<count).map { _ in random.normal() } }
  }

  /// 0, …, 4 once and 10 of it: moments and quantiles by hand.
  @Test func theDistributionOfAKnownColumn() {
    let style = Date(styles: [[4, 0, 3, 1, 2]]).alone.styles[0]
    #expect(style.mean == 2 && style.deviation == 2.5.squareRoot())
    // Central moments 2, 0 and 34 / 5.
    #expect(style.skewness == 0 && abs(style.kurtosis - 1.7) < 1e-15)
    for (left, right) in zip(style.quantiles, [0, 0.04, 0.2, 2, 3.8, 3.96, 4]) { #expect(abs(left - right) < 1e-15) }
    // Moments of 0, 0, 0, 1: variance 3 / 16, third 3 / 32.
    let skewed = Date(styles: [[0, 0, 0, 1]]).alone.styles[0]
    #expect(abs(skewed.skewness - 2 / 3.0.squareRoot()) < 1e-15)
  }

  @Test func coverageCountsOwnAndImputedValues() {
    let date = Date(styles: [[1, 2, .nan, 4, 5, 6, 7, 8]], imputedRows: [[3, 7]])
    var diagnostics = LoadingDiagnostics()
    let style = date.advance(&diagnostics, outside: [0], uncovered: [7]).styles[0]
    #expect(style.coverage == 5.0 / 7 && style.imputed == 1.0 / 7)
    // The imputed ones and the one outside are not in the distribution.
    #expect(style.mean == (2 + 5 + 6 + 7) / 4.0 && style.quantiles[0] == 2 && style.quantiles[6] == 7)
  }

  /// `1 / (1 − R²)` by a regression on the others.
  @Test(arguments: [0.0, 0.3])
  func varianceInflationIsThatOfARegression(missing: Double) {
    var random = TestRandom(seed: 3)
    var columns = Self.random(300, 4, seed: 2)
    for row in 0..<300 { columns[3][row] = columns[0][row] - columns[1][row] + 0.5 * columns[3][row] }
    for row in 0..<300 where random.uniform() < missing { columns[row % 4][row] = .nan }
    let caps = (0..<300).map { _ in random.uniform() }
    let rows = (0..<300).filter { row in columns.allSatisfy { $0[row].isFinite } }
    let roots = caps.map { $0.squareRoot() }
    let weights = rows.map { roots[$0] }
    let styles = Date(styles: columns, caps: caps).alone.styles
    for style in 0..<4 {
      let others = columns.indices.filter { $0 != style }.map { columns[$0] }
      let residuals = NaiveLoadings.residuals(columns[style], others, roots, rows)
      let mean = NaiveLoadings.mean(rows.map { columns[style][$0] }, weights)
      let total = rows.reduce(0) { $0 + roots[$1] * (columns[style][$1] - mean) * (columns[style][$1] - mean) }
      let left = rows.reduce(0) { $0 + roots[$1] * residuals[$1] * residuals[$1] }
      // Squares of residuals, which lose as many digits as the inflation of 10 has.
      #expect(relativeDifference(styles[style].varianceInflation, total / left) < 1e-12)
      #expect(styles[style].varianceInflation >= 1)
    }
  }

  /// Two copies explain each other and nobody else; a constant has no inflation and takes part in none.
  @Test func dependentAndConstantStyles() {
    var columns = Self.random(200, 3, seed: 4)
    let before = Date(styles: columns).alone.styles.map(\.varianceInflation)
    columns.append(columns[1].map { 2 * $0 + 1 })
    columns.append(columns[1].map { _ in 3 })
    columns.append(columns[1].map { _ in .nan })
    let day = Date(styles: columns).alone
    let after = day.styles.map(\.varianceInflation)
    #expect(after[1] == .infinity && after[3] == .infinity)
    // Without the copies the second style is in neither regression in another way.
    #expect(relativeDifference(after[0], before[0]) < 1e-9 && relativeDifference(after[2], before[2]) < 1e-9)
    #expect(after[4].isNaN && after[5].isNaN)
    #expect(day.correlations[4, 4].isNaN && day.correlations[5, 5].isNaN && day.correlations[4, 0].isNaN)
    #expect(abs(day.correlations[3, 1] - 1) < 1e-14 && day.correlations[0, 0] == 1)
  }

  /// Each correlation over the rows that have both styles, weighted by the root of the cap.
  @Test func correlationsArePairwise() {
    var random = TestRandom(seed: 5)
    var columns = Self.random(100, 3, seed: 6)
    for row in 0..<30 { columns[1][row] = .nan }
    let caps = (0..<100).map { _ in random.uniform() }
    let correlations = Date(styles: columns, caps: caps).alone.correlations
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
      let rows = (0..<100).filter { columns[a][$0].isFinite && columns[b][$0].isFinite }
      let weights = rows.map { caps[$0].squareRoot() }
      let x = rows.map { columns[a][$0] }
      let y = rows.map { columns[b][$0] }
      let (meanX, meanY) = (NaiveLoadings.mean(x, weights), NaiveLoadings.mean(y, weights))
      func product(_ u: [Double], _ v: [Double]) -> Double {
        zip(zip(u, v), weights).reduce(0) { $0 + $1.1 * $1.0.0 * $1.0.1 }
      }
      let (dx, dy) = (x.map { $0 - meanX }, y.map { $0 - meanY })
      let expected = product(dx, dy) / (product(dx, dx) * product(dy, dy)).squareRoot()
      #expect(abs(correlations[a, b] - expected) < 1e-13)
    }
    #expect(correlations[1, 1] == 1)
  }

  /// Stability looks 21 dates back, by asset and not by row.
  @Test func stabilityIsWithTheDateOfTwentyOneBefore() {
    var diagnostics = LoadingDiagnostics()
    var random = TestRandom(seed: 7)
    let first = Self.random(50, 1, seed: 8)
    _ = Date(styles: first).advance(&diagnostics)
    for day in 1..<21 {
      let noise = (0..<50).map { _ in random.normal() }
      #expect(Date(styles: [noise]).advance(&diagnostics, day: day).styles[0].stability.isNaN)
    }
    // Every second asset, in reversed rows, and some that are new.
    let kept = stride(from: 48, through: 0, by: -2).map { $0 }
    let assets = kept.map { Int32($0) } + [500, 501]
    let style = kept.map { -2 * first[0][$0] + 1 } + [9, -9]
    let day = Date(styles: [style], assets: assets).advance(&diagnostics, day: 21)
    #expect(abs(day.styles[0].stability + 1) < 1e-14)
    // The date after looks at the second date, which is noise.
    let next = Date(styles: [style], assets: assets).advance(&diagnostics, day: 22)
    #expect(abs(next.styles[0].stability) < 0.9)
  }

  @Test func turnoverIsTheMeanAbsoluteChange() {
    var diagnostics = LoadingDiagnostics()
    #expect(Date(styles: [[1, 2, 3, 4]]).advance(&diagnostics).styles[0].turnover.isNaN)
    // Assets 3 and 1 have weights 2 and 1, and change by 0.5 and 1; asset 9 is new and asset 2 has no value.
    let day = Date(styles: [[4.5, 1, 7, .nan]], assets: [3, 1, 9, 2], caps: [4, 1, 25, 1])
      .advance(&diagnostics, day: 1)
    #expect(day.styles[0].turnover == 2.0 / 3)
    let same = Date(styles: [[4.5, 1, 7, .nan]], assets: [3, 1, 9, 2]).advance(&diagnostics, day: 2)
    #expect(same.styles[0].turnover == 0)
  }

  /// Written down after any date and taken up again, the rest is the same bits.
  @Test(arguments: [0, 1, 20, 21, 30])
  func resumesBitForBit(after: Int) throws {
    func date(_ day: Int) -> Date {
      var date = Date(styles: Self.random(40, 3, seed: UInt64(day)))
      date.styles[1][day % 40] = .nan
      date.assets = date.assets.map { ($0 * 7 + Int32(day)) % 61 }
      return date
    }
    func numbers(_ day: LoadingDiagnostics.Day) -> [UInt64] {
      day.styles.flatMap { [$0.stability, $0.turnover, $0.varianceInflation, $0.mean] + $0.quantiles }.map(\.bitPattern)
    }
    var whole = LoadingDiagnostics()
    for day in 0..<after { _ = date(day).advance(&whole, day: day) }
    var writer = StateWriter()
    whole.save(to: &writer)
    var reader = StateReader(writer.bytes)
    var resumed = try LoadingDiagnostics(from: &reader)
    #expect(reader.isAtEnd)
    for day in after..<after + 25 {
      #expect(numbers(date(day).advance(&resumed, day: day)) == numbers(date(day).advance(&whole, day: day)))
    }
  }

  /// Bytes that are no such state are refused, wherever they are cut or changed.
  @Test func otherBytesAreRefused() {
    var diagnostics = LoadingDiagnostics()
    _ = Date(styles: Self.random(4, 2, seed: 1)).advance(&diagnostics)
    var writer = StateWriter()
    diagnostics.save(to: &writer)
    func error(_ bytes: [UInt8]) -> StateError? {
      var reader = StateReader(bytes)
      do throws(StateError) {
        _ = try LoadingDiagnostics(from: &reader)
        return nil
      } catch { return error }
    }
    #expect(error(writer.bytes) == nil)
    for length in 0..<writer.bytes.count { #expect(error(Array(writer.bytes.prefix(length))) != nil) }
    // The number of styles, and of a style's loadings: after the dates and the four assets.
    for (offset, value) in [(0, UInt8(22)), (16, 0xff), (48, 0xff), (56, 3)] {
      var bytes = writer.bytes
      bytes[offset] = value
      bytes[offset + 7] = value == 0xff ? 0xff : 0
      #expect(error(bytes) != nil, "byte \(offset)")
    }
  }

  @Test func nobodyInTheUniverse() {
    var diagnostics = LoadingDiagnostics()
    let day = Date(styles: Self.random(5, 2, seed: 1)).advance(&diagnostics, outside: Set(0..<5), uncovered: Set(0..<5))
    #expect(day.styles.allSatisfy { $0.mean.isNaN && $0.varianceInflation.isNaN && $0.coverage.isNaN })
    #expect(day.correlations[1, 0].isNaN && day.correlations[0, 0].isNaN)
  }
}

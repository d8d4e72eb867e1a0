/// The loadings of one style over a block of periods: latent scores, which `standardize` turns into loadings.
///
/// Loadings of a date are scores with cap-weighted mean 0 and equal-weighted standard deviation 1 over the
/// universe. The deviation does not depend on caps, so styles are gathered in parallel; the
/// mean waits for the caps.
struct SyntheticLoadings: Sendable {
  /// For each row of the block the score or, once its date is standardized, the loading.
  private(set) var values: [Double]
  /// For each period of the block 1 over the standard deviation of the scores in the universe.
  private let reciprocalDeviations: [Double]

  /// Gathers the scores of a style from the paths of all chunks.
  ///
  /// - Complexity: O(rows).
  init(style: Int, styleCount: Int, sections: [SyntheticCrossSection], paths: [SyntheticAssetPaths.Paths]) {
    let size = SyntheticAssetPaths.chunkSize
    var values = [Double]()
    var reciprocalDeviations = [Double]()
    values.reserveCapacity(sections.reduce(0) { $0 + $1.assets.count })
    for section in sections {
      let firstRow = values.count
      let start = (section.step * styleCount + style) * size
      for run in section.runs {
        let cells = start + run.positions.lowerBound..<start + run.positions.upperBound
        values.append(contentsOf: paths[run.chunk].scores[cells])
      }
      let column = values.span.extracting(firstRow..<values.count)
      reciprocalDeviations.append(Self.reciprocalDeviation(column, universe: section.universe.span))
    }
    self.values = values
    self.reciprocalDeviations = reciprocalDeviations
  }

  /// Standardizes the rows of a date and adds what the style will return on them over the next period.
  ///
  /// - Parameters:
  ///   - rows: the date's rows in the block.
  ///   - step: the position of the date's period in the block.
  ///   - weights: for each row of the date its share in the caps of the universe, 0 outside.
  ///   - styleReturn: of the next period.
  ///   - contributions: for each row of the date a sum to which `loading · styleReturn` is added.
  /// - Complexity: O(rows of the date).
  mutating func standardize(
    rows: Range<Int>, step: Int, weights: [Double], styleReturn: Double, contributions: inout [Double]
  ) {
    let mean = InterleavedSum.product(values.span.extracting(rows), weights.span)
    let scale = reciprocalDeviations[step]
    let first = rows.lowerBound
    var column = values.mutableSpan
    var sums = contributions.mutableSpan
    for row in 0..<sums.count {
      let loading = (column[first + row] - mean) * scale
      column[first + row] = loading
      sums[row] += loading * styleReturn
    }
  }

  /// Takes a loading out of what the panel shows.
  ///
  /// - Returns: what it was.
  mutating func hide(row: Int) -> Double {
    defer { values[row] = .nan }
    return values[row]
  }

  /// 1 over the equal-weighted standard deviation in the universe, with its count less 1 as the denominator.
  ///
  /// - Returns: 0, which makes all loadings zero, where there are no two different scores.
  private static func reciprocalDeviation(_ scores: Span<Double>, universe: Span<Double>) -> Double {
    let count = InterleavedSum.product(universe, universe)
    let mean = InterleavedSum.product(scores, universe) / max(count, 1)
    let squares = InterleavedSum.squaredDistance(scores, from: mean, universe)
    return squares > 0 ? ((count - 1) / squares).squareRoot() : 0
  }
}

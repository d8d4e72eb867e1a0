import LinAlg
import TestSupport

/// Random columns, a response and weights in segments of rows, as the kernels read them.
struct SegmentedProblem {
  let columnCount: Int
  let rowCount: Int
  /// Column by column, then padding.
  var columns: [Double]
  /// Then padding.
  var response: [Double]
  /// Then padding.
  var weights: [Double]
  let starts: [Int32]

  /// Lengths of segments that occur: nothing, less than four, four, and more than a few groups of four.
  static let lengthCycle = [3, 1, 0, 5, 2, 8, 4, 7, 16, 0, 13]

  /// A problem of `rowCount` rows in segments of the lengths of the cycle.
  ///
  /// - Parameters:
  ///   - garbage: what the padding is filled with.
  ///   - zeroWeightShare: the share of weights that are zero; every seventh segment has none at all.
  init(
    columnCount: Int, rowCount: Int, lengths: [Int]? = nil, garbage: Double = 0, zeroWeightShare: Double = 0.2,
    seed: UInt64 = 1
  ) {
    var random = TestRandom(seed: seed &+ UInt64(columnCount * 1000 + rowCount))
    self.columnCount = columnCount
    self.rowCount = rowCount
    var starts: [Int32] = [0]
    var cycle = 0
    let lengths = lengths ?? Self.lengthCycle
    while starts[starts.count - 1] < rowCount {
      starts.append(min(Int32(rowCount), starts[starts.count - 1] + Int32(lengths[cycle % lengths.count])))
      cycle += 1
    }
    self.starts = starts
    columns = (0..<columnCount * rowCount).map { _ in 2 * random.uniform() - 1 }
    response = (0..<rowCount).map { _ in 2 * random.uniform() - 1 }
    weights = (0..<rowCount).map { _ in random.uniform() < zeroWeightShare ? 0 : random.uniform() }
    for segment in stride(from: 6, to: starts.count - 1, by: 7) {
      for row in Int(starts[segment])..<Int(starts[segment + 1]) { weights[row] = 0 }
    }
    let padding = Array(repeating: garbage, count: CenteredGram.padding)
    columns += padding
    response += padding
    // A weight is never negative, but what stands behind the weights may be.
    weights += padding.map { -$0 }
  }

  var segmentCount: Int { starts.count - 1 }

  func rows(_ segment: Int) -> Range<Int> { Int(starts[segment])..<Int(starts[segment + 1]) }

  /// A column, the response being the last.
  func value(_ column: Int, _ row: Int) -> Extended {
    Extended(column == columnCount ? response[row] : columns[column * rowCount + row])
  }

  /// Means within segments and centred cross products by plain loops.
  func gram(isCentered: Bool) -> (weights: [Extended], means: [[Extended]], gram: [[Extended]]) {
    let width = columnCount + 1
    var gram = [[Extended]](repeating: [Extended](repeating: 0, count: width), count: width)
    var totals = [Extended]()
    var means = [[Extended]]()
    for segment in 0..<segmentCount {
      let total = rows(segment).reduce(Extended(0)) { $0 + Extended(weights[$1]) }
      let mean = (0..<width).map { column -> Extended in
        guard isCentered, total > 0 else { return 0 }
        return rows(segment).reduce(0) { $0 + Extended(weights[$1]) * value(column, $1) } / total
      }
      for row in rows(segment) where weights[row] > 0 {
        for a in 0..<width {
          for b in 0...a {
            gram[a][b] += Extended(weights[row]) * (value(a, row) - mean[a]) * (value(b, row) - mean[b])
          }
        }
      }
      totals.append(total)
      means.append(mean)
    }
    return (totals, means, gram)
  }

  /// What `CenteredGram` makes of it.
  func computedGram(isCentered: Bool, kernel: inout CenteredGram) -> (
    weights: [Double], means: [Double], gram: [Double]
  ) {
    let width = columnCount + 1
    var segmentWeights = [Double](repeating: .nan, count: segmentCount)
    var means = [Double](repeating: .nan, count: segmentCount * width)
    var gram = [Double](repeating: .nan, count: width * width)
    var weightSpan = segmentWeights.mutableSpan
    var meanSpan = means.mutableSpan
    var gramSpan = gram.mutableSpan
    kernel.compute(
      columns: columns.span, response: response.span, weights: weights.span, rowCount: rowCount,
      isCentered: isCentered, segmentStarts: starts.span, segmentWeights: &weightSpan, means: &meanSpan,
      gram: &gramSpan)
    return (segmentWeights, means, gram)
  }
}

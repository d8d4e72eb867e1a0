/// Scratch for weighted cross products of columns that are centred within segments of rows.
///
/// Goals, in this order: no cancellation (means are taken out of the data before anything is
/// multiplied, as in a two-pass variance), one pass over main memory, and the same bits whatever ran
/// before: the order of summation depends on the shape of the problem alone. Columns are read four rows
/// at a time; a segment whose length is no multiple of four is continued with rows of weight zero, so
/// the caller keeps every array readable, and finite, for three entries past its end
/// (`CenteredGram.padding`).
///
/// Not copyable, so two workers cannot share one by accident.
public struct CenteredGram: ~Copyable {
  /// The number of entries past the end of each array that are read and must be finite.
  public static let padding = 3

  /// The rows of one tile; with 13 columns a tile stays within a 32 kB first-level cache.
  private static let tileRows = 256

  /// The number of columns, the response included.
  private var columnCount: Int
  /// Scaled and centred rows, four at a time: `tile[(group * columnCount + column) * 4 + lane]`.
  private var tile: [Double]
  /// Square roots of the weights of the rows, then padding.
  private var rootWeights: [Double]
  /// Sums over the rows so far, four lanes each, of the products of columns `(a, b)`, `b ≤ a`.
  private var laneSums: [SIMD4<Double>]
  /// The number of groups of four rows that wait in the tile.
  private var pendingGroups = 0

  /// Makes scratch for `columnCount` columns and a response.
  public init(columnCount: Int) {
    self.columnCount = columnCount + 1
    tile = Array(repeating: 0, count: Self.tileRows * (columnCount + 1))
    rootWeights = []
    laneSums = Array(repeating: .zero, count: (columnCount + 1) * (columnCount + 1))
  }

  /// Means within segments, and the centred cross products over all segments.
  ///
  /// With `Z = [X r]`, the columns and the response, segments `j` and weights `w`: `D_j = Σ w_i`,
  /// `z̄_j = Σ w_i z_i / D_j` (0 where `D_j` is 0), `G = Σ_j Σ_{i∈j} w_i (z_i − z̄_j)(z_i − z̄_j)ᵀ`.
  ///
  /// - Parameters:
  ///   - columns: `X`, column by column, `rowCount` rows; finite.
  ///   - response: `r`, `rowCount` entries; finite.
  ///   - isCentered: whether means are taken out; otherwise they are taken to be zero.
  ///   - weights: `w`, `rowCount` entries, none negative, then `padding` entries of any finite value.
  ///   - segmentStarts: the first row of each segment, ascending, then `rowCount`.
  ///   - segmentWeights: receives `D`, one entry a segment.
  ///   - means: receives `z̄`, one column of `K + 1` entries a segment.
  ///   - gram: receives `G`, of order `K + 1`, column by column, its lower triangle.
  /// - Complexity: `n (K + 1)(K + 6)` flops.
  public mutating func compute(
    columns: Span<Double>, response: Span<Double>, weights: Span<Double>, rowCount: Int,
    isCentered: Bool = true, segmentStarts: Span<Int32>, segmentWeights: inout MutableSpan<Double>,
    means: inout MutableSpan<Double>,
    gram: inout MutableSpan<Double>
  ) {
    let width = columnCount
    let segmentCount = segmentStarts.count - 1
    precondition(columns.count >= (width - 1) * rowCount + (width > 1 ? Self.padding : 0), "columns end too early")
    precondition(response.count >= rowCount + Self.padding, "the response ends too early")
    precondition(weights.count >= rowCount + Self.padding, "the weights end too early")
    precondition(segmentWeights.count >= segmentCount && means.count >= segmentCount * width)
    precondition(gram.count >= width * width, "\(gram.count) entries for order \(width)")
    for index in laneSums.indices { laneSums[index] = .zero }
    pendingGroups = 0
    if rootWeights.count < rowCount + Self.padding { rootWeights = Array(repeating: 0, count: rowCount + Self.padding) }
    var roots = rootWeights.mutableSpan
    SquareRoots.compute(weights, count: rowCount, into: &roots)
    unsafe columns.withUnsafeBufferPointer { x in
      unsafe response.withUnsafeBufferPointer { r in
        unsafe weights.withUnsafeBufferPointer { w in
          unsafe means.withUnsafeMutableBufferPointer { means in
            let x = x.baseAddress
            let r = unsafe r.baseAddress.unsafelyUnwrapped
            let w = unsafe w.baseAddress.unsafelyUnwrapped
            let means = unsafe means.baseAddress.unsafelyUnwrapped
            var last = 0
            for segment in 0..<segmentCount {
              let start = Int(segmentStarts[segment])
              let end = Int(segmentStarts[segment + 1])
              precondition(last <= start && start <= end && end <= rowCount, "segment \(start)..<\(end) of \(rowCount)")
              last = end
              segmentWeights[segment] = unsafe SegmentSums.sum(w + start, count: end - start)
            }
            // Column after column, so that main memory is read in long runs; what follows finds it in a cache.
            for column in 0..<width {
              let source = unsafe column == width - 1 ? r : x.unsafelyUnwrapped + column * rowCount
              for segment in 0..<segmentCount {
                let start = Int(segmentStarts[segment])
                let count = Int(segmentStarts[segment + 1]) - start
                let total = segmentWeights[segment]
                unsafe means[segment * width + column] =
                  isCentered && total > 0 ? SegmentSums.dot(w + start, source + start, count: count) / total : 0
              }
            }
            for segment in 0..<segmentCount where segmentWeights[segment] > 0 {
              unsafe pack(
                x, r, stride: rowCount, start: Int(segmentStarts[segment]), end: Int(segmentStarts[segment + 1]),
                means: means + segment * width)
            }
          }
        }
      }
    }
    flush()
    for column in 0..<width {
      for row in column..<width { gram[row + column * width] = laneSums[row * width + column].sum() }
    }
  }

  /// Adds the rows of one segment to the tile, centred and times the roots of their weights.
  private mutating func pack(
    _ x: UnsafePointer<Double>?, _ r: UnsafePointer<Double>, stride: Int, start: Int, end: Int,
    means: UnsafePointer<Double>
  ) {
    let width = columnCount
    var chunk = start
    while chunk < end {
      let room = (Self.tileRows / 4 - pendingGroups) * 4
      let rows = min(end - chunk, room)
      let groups = (rows + 3) / 4
      unsafe tile.withUnsafeMutableBufferPointer { tile in
        unsafe rootWeights.withUnsafeBufferPointer { roots in
          var target = unsafe tile.baseAddress.unsafelyUnwrapped + pendingGroups * width * 4
          for group in 0..<groups {
            let row = chunk &+ group &* 4
            var root = unsafe SegmentSums.load(roots.baseAddress.unsafelyUnwrapped + row)
            let left = rows &- group &* 4
            if left < 4 { root = SegmentSums.keepingFirst(left, of: root) }
            if var source = unsafe x {
              unsafe source += row
              for column in 0..<width &- 1 {
                let centered = unsafe SegmentSums.load(source) - SIMD4(repeating: means[column])
                unsafe SegmentSums.store(centered * root, to: target)
                unsafe source += stride
                unsafe target += 4
              }
            }
            let centered = unsafe SegmentSums.load(r + row) - SIMD4(repeating: means[width &- 1])
            unsafe SegmentSums.store(centered * root, to: target)
            unsafe target += 4
          }
        }
      }
      pendingGroups += groups
      if pendingGroups == Self.tileRows / 4 { flush() }
      chunk += rows
    }
  }

  /// Adds the products of the rows that wait in the tile, and empties it.
  private mutating func flush() {
    let groups = pendingGroups
    pendingGroups = 0
    guard groups > 0 else { return }
    let width = columnCount
    let fullBlocks = width / 3
    unsafe tile.withUnsafeBufferPointer { tile in
      unsafe laneSums.withUnsafeMutableBufferPointer { sums in
        let t = unsafe tile.baseAddress.unsafelyUnwrapped
        let s = unsafe sums.baseAddress.unsafelyUnwrapped
        for block in 0..<fullBlocks {
          for other in 0..<block {
            unsafe TileProducts.threeByThree(t, groups, width, rows: block * 3, columns: other * 3, into: s)
          }
          unsafe TileProducts.triangleOfThree(t, groups, width, at: block * 3, into: s)
        }
        for row in fullBlocks * 3..<width {
          for other in 0..<fullBlocks {
            unsafe TileProducts.oneByThree(t, groups, width, row: row, columns: other * 3, into: s)
          }
          for column in fullBlocks * 3...row {
            unsafe TileProducts.oneByOne(t, groups, width, row: row, column: column, into: s)
          }
        }
      }
    }
  }
}

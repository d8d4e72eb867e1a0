internal import CVectorMath

/// Scratch for weighted cross products of columns that are centred within segments of rows.
///
/// Goals, in this order: no cancellation (means are taken out of the data before anything is
/// multiplied, as in a two-pass variance), one pass over main memory, and the same bits whatever ran
/// before: the order of summation depends on the shape of the problem alone. A segment's rows stay in the
/// first-level cache from the sums of their means until they are packed. Columns are read four rows
/// at a time; a segment whose length is no multiple of four is continued with rows of weight zero, so
/// the caller keeps every array readable, and finite, for three entries past its end
/// (`CenteredGram.padding`).
///
/// Not copyable, so two workers cannot share one by accident.
public struct CenteredGram: ~Copyable {
  /// The number of entries past the end of each array that are read and must be finite.
  public static let padding = 3

  /// The rows of one tile; with 13 columns a tile stays within a 32 kB first-level cache.
  private static let tileRows = 128

  /// The number of columns, the response included.
  private var columnCount: Int
  /// Scratch that stays in the first-level cache.
  private let tile: Tile
  /// The number of groups of four rows that wait in the tile.
  private var pendingGroups = 0

  /// Makes scratch for `columnCount` columns and a response.
  public init(columnCount: Int) {
    self.columnCount = columnCount + 1
    tile = Tile(rowCount: Self.tileRows, columnCount: columnCount + 1)
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
    means: inout MutableSpan<Double>, gram: inout MutableSpan<Double>
  ) {
    let width = columnCount
    let segmentCount = segmentStarts.count - 1
    precondition(columns.count >= (width - 1) * rowCount + (width > 1 ? Self.padding : 0), "columns end too early")
    precondition(response.count >= rowCount + Self.padding, "the response ends too early")
    precondition(weights.count >= rowCount + Self.padding, "the weights end too early")
    precondition(segmentWeights.count >= segmentCount && means.count >= segmentCount * width)
    precondition(gram.count >= width * width, "\(gram.count) entries for order \(width)")
    tile.clearSums()
    pendingGroups = 0
    unsafe columns.withUnsafeBufferPointer { x in
      unsafe response.withUnsafeBufferPointer { r in
        unsafe weights.withUnsafeBufferPointer { w in
          unsafe means.withUnsafeMutableBufferPointer { means in
            let rows = unsafe Rows(
              columns: x.baseAddress, stride: rowCount, columnCount: width - 1,
              response: r.baseAddress.unsafelyUnwrapped, weights: w.baseAddress.unsafelyUnwrapped)
            var means = unsafe means.baseAddress.unsafelyUnwrapped
            var last = 0
            for segment in 0..<segmentCount {
              let start = Int(segmentStarts[segment])
              let end = Int(segmentStarts[segment + 1])
              precondition(last <= start && start <= end && end <= rowCount, "segment \(start)..<\(end) of \(rowCount)")
              last = end
              let total = unsafe rows.means(
                start: start, end: end, isCentered: isCentered, lanes: tile.lanes, into: means)
              segmentWeights[segment] = total
              if total > 0 { unsafe pack(rows, start: start, end: end, means: means) }
              unsafe means += width
            }
          }
        }
      }
    }
    flush(before: nil, from: rowCount)
    for column in 0..<width {
      for row in column..<width { unsafe gram[row + column * width] = tile.sums[row * width + column].sum() }
    }
  }

  /// The arrays of one problem.
  @safe private struct Rows {
    let columns: UnsafePointer<Double>?
    let stride: Int
    let columnCount: Int
    let response: UnsafePointer<Double>
    let weights: UnsafePointer<Double>

    /// `Σ w` over the rows of one segment, and `Σ w z / Σ w` of each column and of the response.
    ///
    /// - Parameter lanes: scratch of `columnCount + 1` vectors.
    @inline(__always)
    func means(
      start: Int, end: Int, isCentered: Bool, lanes: UnsafeMutablePointer<SIMD4<Double>>,
      into means: UnsafeMutablePointer<Double>
    ) -> Double {
      guard isCentered else {
        for column in 0...columnCount { unsafe means[column] = 0 }
        return unsafe SegmentSums.sum(weights + start, count: end &- start)
      }
      for column in 0...columnCount { unsafe lanes[column] = .zero }
      var totals = SIMD4<Double>.zero
      var row = start
      while row &+ 8 <= end {
        let w0 = unsafe SegmentSums.load(weights + row)
        let w1 = unsafe SegmentSums.load(weights + row + 4)
        totals += w0 + w1
        if var x = unsafe columns {
          unsafe x += row
          for column in 0..<columnCount {
            unsafe lanes[column] += w0 * SegmentSums.load(x) + w1 * SegmentSums.load(x + 4)
            unsafe x += stride
          }
        }
        let r = unsafe response + row
        unsafe lanes[columnCount] += w0 * SegmentSums.load(r) + w1 * SegmentSums.load(r + 4)
        row &+= 8
      }
      while row < end {
        var w0 = unsafe SegmentSums.load(weights + row)
        if end &- row < 4 { w0 = SegmentSums.keepingFirst(end &- row, of: w0) }
        totals += w0
        if var x = unsafe columns {
          unsafe x += row
          for column in 0..<columnCount {
            unsafe lanes[column] += w0 * SegmentSums.load(x)
            unsafe x += stride
          }
        }
        unsafe lanes[columnCount] += w0 * SegmentSums.load(response + row)
        row &+= 4
      }
      let total = totals.sum()
      guard total > 0 else {
        for column in 0...columnCount { unsafe means[column] = 0 }
        return total
      }
      var column = 0
      while column &+ 4 <= columnCount {
        let sums = unsafe SIMD4(
          lanes[column].sum(), lanes[column + 1].sum(), lanes[column + 2].sum(), lanes[column + 3].sum())
        unsafe SegmentSums.store(sums / SIMD4(repeating: total), to: means + column)
        column &+= 4
      }
      while column <= columnCount {
        unsafe means[column] = lanes[column].sum() / total
        column &+= 1
      }
      return total
    }

    /// Asks for the next tile's rows of a column, the response being the last, to be brought into a cache.
    @inline(__always)
    func prefetch(column: Int, from row: Int) {
      guard column <= columnCount else { return }
      var address = unsafe (column < columnCount ? columns.unsafelyUnwrapped + column &* stride : response) + row
      // A hint, also past the end.
      for _ in 0..<CenteredGram.tileRows / 8 {
        unsafe vector_prefetch(address)
        unsafe address += 8
      }
    }

    /// Writes `(z − z̄) root` of some rows, in groups of four: the columns of a group one after the other.
    @inline(__always)
    func pack(
      start: Int, groups: Int, means: UnsafePointer<Double>, roots: UnsafePointer<Double>,
      into tile: UnsafeMutablePointer<Double>
    ) {
      let width = columnCount &+ 1
      let last = unsafe SIMD4<Double>(repeating: means[columnCount])
      var target = unsafe tile
      var group = 0
      while group &+ 2 <= groups {
        let row = start &+ group &* 4
        let root0 = unsafe SegmentSums.load(roots + group * 4)
        let root1 = unsafe SegmentSums.load(roots + group * 4 + 4)
        let second = unsafe target + width * 4
        if var x = unsafe columns {
          unsafe x += row
          for column in 0..<columnCount {
            let center = unsafe SIMD4<Double>(repeating: means[column])
            unsafe SegmentSums.store((SegmentSums.load(x) - center) * root0, to: target + column * 4)
            unsafe SegmentSums.store((SegmentSums.load(x + 4) - center) * root1, to: second + column * 4)
            unsafe x += stride
          }
        }
        let r = unsafe response + row
        unsafe SegmentSums.store((SegmentSums.load(r) - last) * root0, to: target + columnCount * 4)
        unsafe SegmentSums.store((SegmentSums.load(r + 4) - last) * root1, to: second + columnCount * 4)
        unsafe target = second + width * 4
        group &+= 2
      }
      if group < groups {
        let row = start &+ group &* 4
        let root = unsafe SegmentSums.load(roots + group * 4)
        if var x = unsafe columns {
          unsafe x += row
          for column in 0..<columnCount {
            let center = unsafe SIMD4<Double>(repeating: means[column])
            unsafe SegmentSums.store((SegmentSums.load(x) - center) * root, to: target + column * 4)
            unsafe x += stride
          }
        }
        unsafe SegmentSums.store((SegmentSums.load(response + row) - last) * root, to: target + columnCount * 4)
      }
    }
  }

  /// Adds the rows of one segment to the tile, centred and times the roots of their weights.
  private mutating func pack(_ rows: Rows, start: Int, end: Int, means: UnsafePointer<Double>) {
    let width = columnCount
    var chunk = start
    while chunk < end {
      let room = (Self.tileRows / 4 &- pendingGroups) &* 4
      let count = min(end &- chunk, room)
      let groups = (count &+ 3) / 4
      let roots = unsafe tile.roots
      unsafe vector_square_roots(rows.weights + chunk, roots, groups)
      if count & 3 != 0 {
        let last = unsafe roots + (groups &- 1) &* 4
        unsafe SegmentSums.store(SegmentSums.keepingFirst(count & 3, of: SegmentSums.load(last)), to: last)
      }
      unsafe rows.pack(
        start: chunk, groups: groups, means: means, roots: roots, into: tile.rows + pendingGroups &* width &* 4)
      pendingGroups &+= groups
      chunk &+= count
      if pendingGroups == Self.tileRows / 4 { flush(before: rows, from: chunk) }
    }
  }

  /// Adds the products of the rows that wait in the tile, and empties it.
  ///
  /// Arithmetic leaves main memory idle: the rows that follow are brought in meanwhile, column by column.
  private mutating func flush(before next: Rows?, from row: Int) {
    let groups = pendingGroups
    pendingGroups = 0
    guard groups > 0 else { return }
    var column = 0
    func bringInColumn() {
      next?.prefetch(column: column, from: row)
      column &+= 1
    }
    let width = columnCount
    let fullBlocks = width / 3
    let t = unsafe tile.rows
    let s = unsafe tile.sums
    for block in 0..<fullBlocks {
      for other in 0..<block {
        bringInColumn()
        unsafe TileProducts.threeByThree(t, groups, width, rows: block * 3, columns: other * 3, into: s)
      }
      bringInColumn()
      unsafe TileProducts.triangleOfThree(t, groups, width, at: block * 3, into: s)
    }
    for row in fullBlocks * 3..<width {
      for pair in 0..<fullBlocks / 2 {
        bringInColumn()
        unsafe TileProducts.oneBySix(t, groups, width, row: row, columns: pair * 6, into: s)
      }
      if fullBlocks % 2 == 1 {
        unsafe TileProducts.oneByThree(t, groups, width, row: row, columns: (fullBlocks - 1) * 3, into: s)
      }
      for column in fullBlocks * 3...row {
        unsafe TileProducts.oneByOne(t, groups, width, row: row, column: column, into: s)
      }
    }
    while column < width { bringInColumn() }
  }
}

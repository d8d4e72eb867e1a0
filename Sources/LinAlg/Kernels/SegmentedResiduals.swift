/// Residuals of a regression on columns that are centred within segments of rows, and their gradient.
///
/// Sixteen rows are worked on at a time: their residuals stay in registers, and their entries of every
/// column in the first-level cache, from the residuals to the gradient. Arrays are read
/// `CenteredGram.padding` entries past their end.
///
/// Not copyable, so two workers cannot share one by accident.
public struct SegmentedResiduals: ~Copyable {
  /// Sums over the rows so far of `w e (x − x̄)`, four lanes a column.
  private var laneSums: [SIMD4<Double>] = []

  /// Makes scratch.
  public init() {}

  /// Residuals `e_i = (r_i − r̄_j) − Σ_k (x_ik − x̄_jk) β_k` for each row `i` of each segment `j`, their
  /// gradient `c_k = Σ_j Σ_{i∈j} w_i e_i (x_ik − x̄_jk)`, and `m_j = Σ_{i∈j} w_i e_i`.
  ///
  /// - Parameters:
  ///   - columns: `X`, column by column, `rowCount` rows; finite.
  ///   - response: `r`; finite.
  ///   - weights: `w`, then `padding` entries of any finite value.
  ///   - segmentStarts: the first row of each segment, ascending, then `rowCount`.
  ///   - means: `x̄`, and `r̄` behind it: `K + 1` entries a segment.
  ///   - coefficients: `β`, `K` entries.
  ///   - residuals: receives `e`; `rowCount + padding` entries, the last few overwritten with anything.
  ///   - gradient: receives `c`, `K` entries.
  ///   - segmentSums: receives `m`, one entry a segment.
  /// - Returns: `Σ w e²`.
  /// - Complexity: `6 n K` flops.
  public mutating func compute(
    columns: Span<Double>, response: Span<Double>, weights: Span<Double>, rowCount: Int,
    segmentStarts: Span<Int32>, means: Span<Double>, coefficients: Span<Double>,
    residuals: inout MutableSpan<Double>, gradient: inout MutableSpan<Double>,
    segmentSums: inout MutableSpan<Double>
  ) -> Double {
    let columnCount = coefficients.count
    Self.check(columns, rowCount, columnCount, segmentStarts, means)
    precondition(response.count >= rowCount + CenteredGram.padding, "the response ends too early")
    precondition(weights.count >= rowCount + CenteredGram.padding, "the weights end too early")
    precondition(residuals.count >= rowCount + CenteredGram.padding, "the residuals end too early")
    precondition(gradient.count >= columnCount && segmentSums.count >= segmentStarts.count - 1)
    if laneSums.count < columnCount { laneSums = Array(repeating: .zero, count: columnCount) }
    for column in 0..<columnCount { laneSums[column] = .zero }
    var squares = SIMD4<Double>.zero
    unsafe columns.withUnsafeBufferPointer { x in
      unsafe response.withUnsafeBufferPointer { r in
        unsafe weights.withUnsafeBufferPointer { w in
          unsafe means.withUnsafeBufferPointer { means in
            unsafe coefficients.withUnsafeBufferPointer { beta in
              unsafe residuals.withUnsafeMutableBufferPointer { e in
                unsafe laneSums.withUnsafeMutableBufferPointer { sums in
                  var block = unsafe Block(
                    columns: x.baseAddress, stride: rowCount, columnCount: columnCount,
                    response: r.baseAddress.unsafelyUnwrapped, weights: w.baseAddress.unsafelyUnwrapped,
                    means: means.baseAddress.unsafelyUnwrapped, coefficients: beta.baseAddress,
                    residuals: e.baseAddress.unsafelyUnwrapped, sums: sums.baseAddress)
                  for segment in 0..<segmentStarts.count - 1 {
                    let end = Int(segmentStarts[segment + 1])
                    block.total = .zero
                    var row = Int(segmentStarts[segment])
                    while row &+ 16 <= end {
                      block.addSixteen(row)
                      row &+= 16
                    }
                    while row < end {
                      block.addFour(row, count: min(4, end &- row))
                      row &+= 4
                    }
                    segmentSums[segment] = block.total.sum()
                    unsafe block.means += columnCount + 1
                  }
                  squares = block.squares
                }
              }
            }
          }
        }
      }
    }
    for column in 0..<columnCount { gradient[column] = laneSums[column].sum() }
    return squares.sum()
  }

  /// The arrays of one problem, with the sums over the rows so far.
  @safe private struct Block {
    let columns: UnsafePointer<Double>?
    let stride: Int
    let columnCount: Int
    let response: UnsafePointer<Double>
    let weights: UnsafePointer<Double>
    /// Those of the present segment.
    var means: UnsafePointer<Double>
    let coefficients: UnsafePointer<Double>?
    let residuals: UnsafeMutablePointer<Double>
    let sums: UnsafeMutablePointer<SIMD4<Double>>?
    /// `Σ w e` of the present segment.
    var total = SIMD4<Double>.zero
    /// `Σ w e²`.
    var squares = SIMD4<Double>.zero

    /// Adds the rows `row..<row + 16`.
    @inline(__always)
    mutating func addSixteen(_ row: Int) {
      let mean = unsafe SIMD4<Double>(repeating: means[columnCount])
      let r = unsafe response + row
      var e0 = unsafe SegmentSums.load(r) - mean
      var e1 = unsafe SegmentSums.load(r + 4) - mean
      var e2 = unsafe SegmentSums.load(r + 8) - mean
      var e3 = unsafe SegmentSums.load(r + 12) - mean
      if var source = unsafe columns, let coefficients = unsafe coefficients {
        unsafe source += row
        for column in 0..<columnCount {
          let center = unsafe SIMD4<Double>(repeating: means[column])
          let slope = unsafe SIMD4<Double>(repeating: coefficients[column])
          unsafe e0 -= (SegmentSums.load(source) - center) * slope
          unsafe e1 -= (SegmentSums.load(source + 4) - center) * slope
          unsafe e2 -= (SegmentSums.load(source + 8) - center) * slope
          unsafe e3 -= (SegmentSums.load(source + 12) - center) * slope
          unsafe source += stride
        }
      }
      let target = unsafe residuals + row
      unsafe SegmentSums.store(e0, to: target)
      unsafe SegmentSums.store(e1, to: target + 4)
      unsafe SegmentSums.store(e2, to: target + 8)
      unsafe SegmentSums.store(e3, to: target + 12)
      let w = unsafe weights + row
      let w0 = unsafe SegmentSums.load(w) * e0
      let w1 = unsafe SegmentSums.load(w + 4) * e1
      let w2 = unsafe SegmentSums.load(w + 8) * e2
      let w3 = unsafe SegmentSums.load(w + 12) * e3
      total += (w0 + w1) + (w2 + w3)
      squares += (w0 * e0 + w1 * e1) + (w2 * e2 + w3 * e3)
      if var source = unsafe columns, let sums = unsafe sums {
        unsafe source += row
        for column in 0..<columnCount {
          let center = unsafe SIMD4<Double>(repeating: means[column])
          let p0 = unsafe (SegmentSums.load(source) - center) * w0
          let p1 = unsafe (SegmentSums.load(source + 4) - center) * w1
          let p2 = unsafe (SegmentSums.load(source + 8) - center) * w2
          let p3 = unsafe (SegmentSums.load(source + 12) - center) * w3
          unsafe sums[column] += (p0 + p1) + (p2 + p3)
          unsafe source += stride
        }
      }
    }

    /// Adds the rows `row..<row + count`, at most four.
    @inline(__always)
    mutating func addFour(_ row: Int, count: Int) {
      var e = unsafe SegmentSums.load(response + row) - SIMD4<Double>(repeating: means[columnCount])
      if var source = unsafe columns, let coefficients = unsafe coefficients {
        unsafe source += row
        for column in 0..<columnCount {
          let center = unsafe SIMD4<Double>(repeating: means[column])
          unsafe e -= (SegmentSums.load(source) - center) * SIMD4(repeating: coefficients[column])
          unsafe source += stride
        }
      }
      // What is written behind the segment's end, the next segment writes again.
      unsafe SegmentSums.store(e, to: residuals + row)
      if count < 4 { e = SegmentSums.keepingFirst(count, of: e) }
      let product = unsafe SegmentSums.load(weights + row) * e
      total += product
      squares += product * e
      if var source = unsafe columns, let sums = unsafe sums {
        unsafe source += row
        for column in 0..<columnCount {
          unsafe sums[column] += (SegmentSums.load(source) - SIMD4<Double>(repeating: means[column])) * product
          unsafe source += stride
        }
      }
    }
  }

  /// `e_i −= δ_j + Σ_k (x_ik − x̄_jk) dβ_k`, as `compute`, for a correction of the coefficients.
  public func correct(
    columns: Span<Double>, rowCount: Int, segmentStarts: Span<Int32>, means: Span<Double>,
    coefficients: Span<Double>, offsets: Span<Double>, residuals: inout MutableSpan<Double>
  ) {
    let columnCount = coefficients.count
    Self.check(columns, rowCount, columnCount, segmentStarts, means)
    precondition(residuals.count >= rowCount + CenteredGram.padding, "the residuals end too early")
    precondition(offsets.count >= segmentStarts.count - 1)
    unsafe columns.withUnsafeBufferPointer { x in
      unsafe means.withUnsafeBufferPointer { means in
        unsafe coefficients.withUnsafeBufferPointer { beta in
          unsafe residuals.withUnsafeMutableBufferPointer { e in
            for segment in 0..<segmentStarts.count - 1 {
              let start = Int(segmentStarts[segment])
              let end = Int(segmentStarts[segment + 1])
              let offset = SIMD4<Double>(repeating: offsets[segment])
              let base = unsafe e.baseAddress.unsafelyUnwrapped
              // What stands behind the segment's end is written again by the next segment, which has
              // not been corrected yet: keep it.
              let behind = unsafe SegmentSums.loadFirst(CenteredGram.padding, from: base + end)
              var row = start
              while row < end {
                unsafe SegmentSums.store(SegmentSums.load(base + row) - offset, to: base + row)
                row += 4
              }
              unsafe Self.subtract(
                x.baseAddress, stride: rowCount, columnCount, start, end,
                mean: means.baseAddress.unsafelyUnwrapped + segment * (columnCount + 1), beta.baseAddress,
                from: base)
              unsafe SegmentSums.storeFirst(CenteredGram.padding, of: behind, to: base + end)
            }
          }
        }
      }
    }
  }

  /// `e_i −= Σ_k (x_ik − x̄_k) β_k` for the rows `start..<end`, and up to three more.
  private static func subtract(
    _ x: UnsafePointer<Double>?, stride: Int, _ columnCount: Int, _ start: Int, _ end: Int,
    mean: UnsafePointer<Double>, _ beta: UnsafePointer<Double>?, from e: UnsafeMutablePointer<Double>
  ) {
    guard columnCount > 0 else { return }
    let x = unsafe x.unsafelyUnwrapped
    let beta = unsafe beta.unsafelyUnwrapped
    var row = start
    while row + 16 <= end {
      var e0 = unsafe SegmentSums.load(e + row)
      var e1 = unsafe SegmentSums.load(e + row + 4)
      var e2 = unsafe SegmentSums.load(e + row + 8)
      var e3 = unsafe SegmentSums.load(e + row + 12)
      var source = unsafe x + row
      for column in 0..<columnCount {
        let center = unsafe SIMD4<Double>(repeating: mean[column])
        let slope = unsafe SIMD4<Double>(repeating: beta[column])
        unsafe e0 -= (SegmentSums.load(source) - center) * slope
        unsafe e1 -= (SegmentSums.load(source + 4) - center) * slope
        unsafe e2 -= (SegmentSums.load(source + 8) - center) * slope
        unsafe e3 -= (SegmentSums.load(source + 12) - center) * slope
        unsafe source += stride
      }
      unsafe SegmentSums.store(e0, to: e + row)
      unsafe SegmentSums.store(e1, to: e + row + 4)
      unsafe SegmentSums.store(e2, to: e + row + 8)
      unsafe SegmentSums.store(e3, to: e + row + 12)
      row += 16
    }
    while row < end {
      var e0 = unsafe SegmentSums.load(e + row)
      var source = unsafe x + row
      for column in 0..<columnCount {
        let center = unsafe SIMD4<Double>(repeating: mean[column])
        unsafe e0 -= (SegmentSums.load(source) - center) * SIMD4(repeating: beta[column])
        unsafe source += stride
      }
      unsafe SegmentSums.store(e0, to: e + row)
      row += 4
    }
  }

  /// Checks the shapes that every kernel here shares.
  private static func check(
    _ columns: Span<Double>, _ rowCount: Int, _ columnCount: Int, _ segmentStarts: Span<Int32>,
    _ means: Span<Double>
  ) {
    precondition(
      columns.count >= columnCount * rowCount + (columnCount > 0 ? CenteredGram.padding : 0),
      "\(columns.count) entries for \(rowCount) × \(columnCount) and padding")
    precondition(segmentStarts.count > 0 && means.count >= (segmentStarts.count - 1) * (columnCount + 1))
    var last = 0
    for segment in 0..<segmentStarts.count {
      precondition(Int(segmentStarts[segment]) >= last, "segment \(segment) starts before the one before it")
      last = Int(segmentStarts[segment])
    }
    precondition(last <= rowCount, "segments end at row \(last) of \(rowCount)")
  }
}

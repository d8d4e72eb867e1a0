/// Residuals of a regression on columns that are centred within segments of rows, and their gradient.
///
/// Works on a chunk of a segment at a time, so that a column's entries are read from the first-level
/// cache when they are read again. Arrays are read `CenteredGram.padding` entries past their end.
///
/// Not copyable, so two workers cannot share one by accident.
public struct SegmentedResiduals: ~Copyable {
  /// The rows of one chunk.
  private static let chunkRows = 256

  /// `w_i e_i` of the rows of a chunk, then zeros up to a multiple of four.
  private var weighted: [Double]

  /// Makes scratch.
  public init() {
    weighted = Array(repeating: 0, count: Self.chunkRows)
  }

  /// `e_i = (r_i − r̄_j) − Σ_k (x_ik − x̄_jk) β_k` for each row `i` of each segment `j`.
  ///
  /// - Parameters:
  ///   - columns: `X`, column by column, `rowCount` rows; finite.
  ///   - response: `r`; finite.
  ///   - segmentStarts: the first row of each segment, ascending, then `rowCount`.
  ///   - means: `z̄` of `CenteredGram.compute`: `K + 1` entries a segment, the response's last.
  ///   - coefficients: `β`, `K` entries.
  ///   - residuals: receives `e`; `rowCount + padding` entries, the last few overwritten with anything.
  /// - Complexity: `3 n K` flops.
  public func compute(
    columns: Span<Double>, response: Span<Double>, rowCount: Int, segmentStarts: Span<Int32>,
    means: Span<Double>, coefficients: Span<Double>, residuals: inout MutableSpan<Double>
  ) {
    let columnCount = coefficients.count
    Self.check(columns, rowCount, columnCount, segmentStarts, means)
    precondition(response.count >= rowCount + CenteredGram.padding, "the response ends too early")
    precondition(residuals.count >= rowCount + CenteredGram.padding, "the residuals end too early")
    unsafe columns.withUnsafeBufferPointer { x in
      unsafe response.withUnsafeBufferPointer { r in
        unsafe means.withUnsafeBufferPointer { means in
          unsafe coefficients.withUnsafeBufferPointer { beta in
            unsafe residuals.withUnsafeMutableBufferPointer { e in
              for segment in 0..<segmentStarts.count - 1 {
                let start = Int(segmentStarts[segment])
                let end = Int(segmentStarts[segment + 1])
                let mean = unsafe means.baseAddress.unsafelyUnwrapped + segment * (columnCount + 1)
                let responseMean = unsafe SIMD4<Double>(repeating: mean[columnCount])
                var row = start
                while row < end {
                  unsafe SegmentSums.store(
                    SegmentSums.load(r.baseAddress.unsafelyUnwrapped + row) - responseMean,
                    to: e.baseAddress.unsafelyUnwrapped + row)
                  row += 4
                }
                unsafe Self.subtract(
                  x.baseAddress, stride: rowCount, columnCount, start, end, mean: mean, beta.baseAddress,
                  from: e.baseAddress.unsafelyUnwrapped)
              }
            }
          }
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
              let behind = unsafe SegmentSums.load(base + end)
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

  /// The gradient `c_k = Σ_j Σ_{i∈j} w_i e_i (x_ik − x̄_jk)`, and `m_j = Σ_{i∈j} w_i e_i`.
  ///
  /// - Parameters:
  ///   - weights: `w`, then `padding` entries of any finite value.
  ///   - residuals: `e`, then `padding` entries of any finite value.
  ///   - gradient: receives `c`, `K` entries.
  ///   - segmentSums: receives `m`, one entry a segment.
  /// - Returns: `Σ w e²`.
  /// - Complexity: `3 n K` flops.
  public mutating func gradient(
    columns: Span<Double>, weights: Span<Double>, residuals: Span<Double>, rowCount: Int,
    segmentStarts: Span<Int32>, means: Span<Double>, gradient: inout MutableSpan<Double>,
    segmentSums: inout MutableSpan<Double>
  ) -> Double {
    let columnCount = gradient.count
    Self.check(columns, rowCount, columnCount, segmentStarts, means)
    precondition(weights.count >= rowCount + CenteredGram.padding, "the weights end too early")
    precondition(residuals.count >= rowCount + CenteredGram.padding, "the residuals end too early")
    precondition(segmentSums.count >= segmentStarts.count - 1)
    for column in 0..<columnCount { gradient[column] = 0 }
    var squares = SIMD4<Double>.zero
    unsafe columns.withUnsafeBufferPointer { x in
      unsafe weights.withUnsafeBufferPointer { w in
        unsafe residuals.withUnsafeBufferPointer { e in
          unsafe means.withUnsafeBufferPointer { means in
            unsafe weighted.withUnsafeMutableBufferPointer { weighted in
              let product = unsafe weighted.baseAddress.unsafelyUnwrapped
              for segment in 0..<segmentStarts.count - 1 {
                let end = Int(segmentStarts[segment + 1])
                let mean = unsafe means.baseAddress.unsafelyUnwrapped + segment * (columnCount + 1)
                var total = SIMD4<Double>.zero
                var chunk = Int(segmentStarts[segment])
                while chunk < end {
                  let rows = min(end - chunk, Self.chunkRows)
                  let groups = (rows + 3) / 4
                  for group in 0..<groups {
                    let residual = unsafe SegmentSums.load(e.baseAddress.unsafelyUnwrapped + chunk + group * 4)
                    var value = unsafe SegmentSums.load(w.baseAddress.unsafelyUnwrapped + chunk + group * 4) * residual
                    if rows - group * 4 < 4 { value = SegmentSums.keepingFirst(rows - group * 4, of: value) }
                    unsafe SegmentSums.store(value, to: product + group * 4)
                    squares += value * residual
                    total += value
                  }
                  for column in 0..<columnCount {
                    let source = unsafe x.baseAddress.unsafelyUnwrapped + column * rowCount + chunk
                    let center = unsafe SIMD4<Double>(repeating: mean[column])
                    var first = SIMD4<Double>.zero
                    var second = SIMD4<Double>.zero
                    var group = 0
                    while group + 2 <= groups {
                      unsafe first +=
                        (SegmentSums.load(source + group * 4) - center)
                        * SegmentSums.load(product + group * 4)
                      unsafe second +=
                        (SegmentSums.load(source + group * 4 + 4) - center)
                        * SegmentSums.load(product + group * 4 + 4)
                      group += 2
                    }
                    if group < groups {
                      unsafe first +=
                        (SegmentSums.load(source + group * 4) - center)
                        * SegmentSums.load(product + group * 4)
                    }
                    gradient[column] += (first + second).sum()
                  }
                  chunk += rows
                }
                segmentSums[segment] = total.sum()
              }
            }
          }
        }
      }
    }
    return squares.sum()
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

/// Quadratic forms of rows that are centred within segments, in the inverse of a matrix given by its triangular
/// factor.
///
/// Sixteen rows are solved for at a time: each step of the forward substitution is four independent vectors, so that
/// no operation waits for the one before. Arrays are read and written `CenteredGram.padding` entries past their end.
///
/// Not copyable, so two workers cannot share one by accident.
public struct SegmentedQuadraticForms: ~Copyable {
  /// `y` of sixteen rows, four vectors a column.
  private var solved: [SIMD4<Double>] = []
  /// The factor row by row: `L_k0 … L_k,k−1`, then `1 / L_kk`.
  private var factor: [Double] = []

  /// Makes scratch.
  public init() {}

  /// `q_i = offset_j + ‖L⁻¹ S⁻¹ (x_i − x̄_j)‖²` for each row `i` of each segment `j`, with `S = diag(scale)`.
  ///
  /// - Parameters:
  ///   - columns: `X`, column by column, `rowCount` rows; finite.
  ///   - segmentStarts: the first row of each segment, ascending, then `rowCount`.
  ///   - means: `x̄`, `meanStride` entries a segment, of which the first `K` count.
  ///   - cholesky: `L`, of order K.
  ///   - scale: `S`, K positive numbers.
  ///   - offsets: one a segment.
  ///   - forms: receives `q`; `rowCount + padding` entries, the last few overwritten with anything.
  /// - Complexity: `n K²` flops.
  public mutating func compute(
    columns: Span<Double>, rowCount: Int, segmentStarts: Span<Int32>, means: Span<Double>, meanStride: Int,
    cholesky: Cholesky, scale: Span<Double>, offsets: Span<Double>, forms: inout MutableSpan<Double>
  ) {
    let order = cholesky.order
    let segmentCount = segmentStarts.count - 1
    precondition(columns.count >= order * rowCount + (order > 0 ? CenteredGram.padding : 0), "columns end too early")
    precondition(forms.count >= rowCount + CenteredGram.padding, "the forms end too early")
    precondition(meanStride >= order && means.count >= segmentCount * meanStride, "the means end too early")
    precondition(scale.count >= order && offsets.count >= segmentCount)
    prepare(cholesky, scale: scale)
    var last = 0
    for segment in 0..<segmentCount {
      let start = Int(segmentStarts[segment])
      let end = Int(segmentStarts[segment + 1])
      precondition(last <= start && start <= end && end <= rowCount, "segment \(start)..<\(end) of \(rowCount)")
      last = end
    }
    unsafe columns.withUnsafeBufferPointer { x in
      unsafe means.withUnsafeBufferPointer { means in
        unsafe factor.withUnsafeBufferPointer { factor in
          unsafe solved.withUnsafeMutableBufferPointer { solved in
            unsafe forms.withUnsafeMutableBufferPointer { forms in
              let block = unsafe Block(
                columns: x.baseAddress, stride: rowCount, order: order, factor: factor.baseAddress.unsafelyUnwrapped,
                solved: solved.baseAddress.unsafelyUnwrapped, forms: forms.baseAddress.unsafelyUnwrapped)
              for segment in 0..<segmentCount {
                let end = Int(segmentStarts[segment + 1])
                let center = unsafe means.baseAddress.map { unsafe $0 + segment * meanStride }
                var row = Int(segmentStarts[segment])
                while row &+ 16 <= end {
                  unsafe block.sixteen(row, center: center, offset: offsets[segment])
                  row &+= 16
                }
                while row < end {
                  // What is written behind the segment's end, the next segment writes again.
                  unsafe block.four(row, center: center, offset: offsets[segment])
                  row &+= 4
                }
              }
            }
          }
        }
      }
    }
  }

  /// Writes the factor of `S L` in the order in which it is read.
  private mutating func prepare(_ cholesky: Cholesky, scale: Span<Double>) {
    let order = cholesky.order
    let count = order * (order + 1) / 2 + 1
    if factor.count != count { factor = Array(repeating: 0, count: count) }
    if solved.count < 4 * order + 1 { solved = Array(repeating: .zero, count: 4 * order + 1) }
    var position = 0
    for row in 0..<order {
      for column in 0..<row {
        factor[position] = scale[row] * cholesky[row, column]
        position += 1
      }
      factor[position] = 1 / (scale[row] * cholesky[row, row])
      position += 1
    }
  }

  /// The arrays of one problem.
  @safe private struct Block {
    let columns: UnsafePointer<Double>?
    let stride: Int
    let order: Int
    let factor: UnsafePointer<Double>
    let solved: UnsafeMutablePointer<SIMD4<Double>>
    let forms: UnsafeMutablePointer<Double>

    /// The rows `row..<row + 16`.
    @inline(__always)
    func sixteen(_ row: Int, center: UnsafePointer<Double>?, offset: Double) {
      var s0 = SIMD4(repeating: offset), s1 = s0, s2 = s0, s3 = s0
      if var source = unsafe columns, let center = unsafe center {
        unsafe source += row
        var l = unsafe factor
        for k in 0..<order {
          let mean = unsafe SIMD4<Double>(repeating: center[k])
          var y0 = unsafe SegmentSums.load(source) - mean
          var y1 = unsafe SegmentSums.load(source + 4) - mean
          var y2 = unsafe SegmentSums.load(source + 8) - mean
          var y3 = unsafe SegmentSums.load(source + 12) - mean
          var y = unsafe solved
          for _ in 0..<k {
            let entry = unsafe SIMD4<Double>(repeating: l[0])
            unsafe y0 -= entry * y[0]
            unsafe y1 -= entry * y[1]
            unsafe y2 -= entry * y[2]
            unsafe y3 -= entry * y[3]
            unsafe y += 4
            unsafe l += 1
          }
          let inverse = unsafe SIMD4<Double>(repeating: l[0])
          unsafe l += 1
          y0 *= inverse
          y1 *= inverse
          y2 *= inverse
          y3 *= inverse
          unsafe y[0] = y0
          unsafe y[1] = y1
          unsafe y[2] = y2
          unsafe y[3] = y3
          s0 += y0 * y0
          s1 += y1 * y1
          s2 += y2 * y2
          s3 += y3 * y3
          unsafe source += stride
        }
      }
      let target = unsafe forms + row
      unsafe SegmentSums.store(s0, to: target)
      unsafe SegmentSums.store(s1, to: target + 4)
      unsafe SegmentSums.store(s2, to: target + 8)
      unsafe SegmentSums.store(s3, to: target + 12)
    }

    /// The rows `row..<row + 4`.
    @inline(__always)
    func four(_ row: Int, center: UnsafePointer<Double>?, offset: Double) {
      var sum = SIMD4(repeating: offset)
      if var source = unsafe columns, let center = unsafe center {
        unsafe source += row
        var l = unsafe factor
        for k in 0..<order {
          var y = unsafe SegmentSums.load(source) - SIMD4<Double>(repeating: center[k])
          for other in 0..<k {
            unsafe y -= SIMD4<Double>(repeating: l[other]) * solved[other]
          }
          y *= unsafe SIMD4<Double>(repeating: l[k])
          unsafe l += k + 1
          unsafe solved[k] = y
          sum += y * y
          unsafe source += stride
        }
      }
      unsafe SegmentSums.store(sum, to: forms + row)
    }
  }
}

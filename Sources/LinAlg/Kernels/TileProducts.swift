/// Sums over the rows of a tile of products of its columns, for blocks of columns that fit in registers.
///
/// A tile holds groups of four rows, `tile[(group * width + column) * 4 + lane]`; `sums` holds, for the
/// pair of columns `(a, b)`, four lanes at `a * width + b`.
enum TileProducts {
  /// Columns `rows..<rows+3` by columns `columns..<columns+3`: nine sums, six loads a group.
  @inline(__always)
  static func threeByThree(
    _ tile: UnsafePointer<Double>, _ groups: Int, _ width: Int, rows: Int, columns: Int,
    into sums: UnsafeMutablePointer<SIMD4<Double>>
  ) {
    var s00 = SIMD4<Double>.zero, s01 = SIMD4<Double>.zero, s02 = SIMD4<Double>.zero
    var s10 = SIMD4<Double>.zero, s11 = SIMD4<Double>.zero, s12 = SIMD4<Double>.zero
    var s20 = SIMD4<Double>.zero, s21 = SIMD4<Double>.zero, s22 = SIMD4<Double>.zero
    var a = unsafe tile + rows * 4
    var b = unsafe tile + columns * 4
    for _ in 0..<groups {
      let a0 = unsafe SegmentSums.load(a)
      let a1 = unsafe SegmentSums.load(a + 4)
      let a2 = unsafe SegmentSums.load(a + 8)
      let b0 = unsafe SegmentSums.load(b)
      let b1 = unsafe SegmentSums.load(b + 4)
      let b2 = unsafe SegmentSums.load(b + 8)
      s00 += a0 * b0
      s01 += a0 * b1
      s02 += a0 * b2
      s10 += a1 * b0
      s11 += a1 * b1
      s12 += a1 * b2
      s20 += a2 * b0
      s21 += a2 * b1
      s22 += a2 * b2
      unsafe a += width * 4
      unsafe b += width * 4
    }
    let first = unsafe sums + rows * width + columns
    unsafe first[0] += s00
    unsafe first[1] += s01
    unsafe first[2] += s02
    let second = unsafe first + width
    unsafe second[0] += s10
    unsafe second[1] += s11
    unsafe second[2] += s12
    let third = unsafe second + width
    unsafe third[0] += s20
    unsafe third[1] += s21
    unsafe third[2] += s22
  }

  /// The lower triangle of columns `at..<at+3`: six sums, three loads a group.
  @inline(__always)
  static func triangleOfThree(
    _ tile: UnsafePointer<Double>, _ groups: Int, _ width: Int, at: Int,
    into sums: UnsafeMutablePointer<SIMD4<Double>>
  ) {
    var s00 = SIMD4<Double>.zero, s10 = SIMD4<Double>.zero, s11 = SIMD4<Double>.zero
    var s20 = SIMD4<Double>.zero, s21 = SIMD4<Double>.zero, s22 = SIMD4<Double>.zero
    var a = unsafe tile + at * 4
    for _ in 0..<groups {
      let a0 = unsafe SegmentSums.load(a)
      let a1 = unsafe SegmentSums.load(a + 4)
      let a2 = unsafe SegmentSums.load(a + 8)
      s00 += a0 * a0
      s10 += a1 * a0
      s11 += a1 * a1
      s20 += a2 * a0
      s21 += a2 * a1
      s22 += a2 * a2
      unsafe a += width * 4
    }
    let first = unsafe sums + at * width + at
    unsafe first[0] += s00
    let second = unsafe first + width
    unsafe second[0] += s10
    unsafe second[1] += s11
    let third = unsafe second + width
    unsafe third[0] += s20
    unsafe third[1] += s21
    unsafe third[2] += s22
  }

  /// Column `row` by columns `columns..<columns+3`: three sums, four loads a group.
  @inline(__always)
  static func oneByThree(
    _ tile: UnsafePointer<Double>, _ groups: Int, _ width: Int, row: Int, columns: Int,
    into sums: UnsafeMutablePointer<SIMD4<Double>>
  ) {
    var s0 = SIMD4<Double>.zero, s1 = SIMD4<Double>.zero, s2 = SIMD4<Double>.zero
    var a = unsafe tile + row * 4
    var b = unsafe tile + columns * 4
    for _ in 0..<groups {
      let a0 = unsafe SegmentSums.load(a)
      unsafe s0 += a0 * SegmentSums.load(b)
      unsafe s1 += a0 * SegmentSums.load(b + 4)
      unsafe s2 += a0 * SegmentSums.load(b + 8)
      unsafe a += width * 4
      unsafe b += width * 4
    }
    let first = unsafe sums + row * width + columns
    unsafe first[0] += s0
    unsafe first[1] += s1
    unsafe first[2] += s2
  }

  /// Column `row` by columns `columns..<columns+6`: six sums, seven loads a group.
  @inline(__always)
  static func oneBySix(
    _ tile: UnsafePointer<Double>, _ groups: Int, _ width: Int, row: Int, columns: Int,
    into sums: UnsafeMutablePointer<SIMD4<Double>>
  ) {
    var s0 = SIMD4<Double>.zero, s1 = SIMD4<Double>.zero, s2 = SIMD4<Double>.zero
    var s3 = SIMD4<Double>.zero, s4 = SIMD4<Double>.zero, s5 = SIMD4<Double>.zero
    var a = unsafe tile + row * 4
    var b = unsafe tile + columns * 4
    for _ in 0..<groups {
      let a0 = unsafe SegmentSums.load(a)
      unsafe s0 += a0 * SegmentSums.load(b)
      unsafe s1 += a0 * SegmentSums.load(b + 4)
      unsafe s2 += a0 * SegmentSums.load(b + 8)
      unsafe s3 += a0 * SegmentSums.load(b + 12)
      unsafe s4 += a0 * SegmentSums.load(b + 16)
      unsafe s5 += a0 * SegmentSums.load(b + 20)
      unsafe a += width * 4
      unsafe b += width * 4
    }
    let first = unsafe sums + row * width + columns
    unsafe first[0] += s0
    unsafe first[1] += s1
    unsafe first[2] += s2
    unsafe first[3] += s3
    unsafe first[4] += s4
    unsafe first[5] += s5
  }

  /// Column `row` by column `column`: one sum, two loads a group.
  @inline(__always)
  static func oneByOne(
    _ tile: UnsafePointer<Double>, _ groups: Int, _ width: Int, row: Int, column: Int,
    into sums: UnsafeMutablePointer<SIMD4<Double>>
  ) {
    var even = SIMD4<Double>.zero, odd = SIMD4<Double>.zero
    var a = unsafe tile + row * 4
    var b = unsafe tile + column * 4
    var group = 0
    while group + 2 <= groups {
      unsafe even += SegmentSums.load(a) * SegmentSums.load(b)
      unsafe odd += SegmentSums.load(a + width * 4) * SegmentSums.load(b + width * 4)
      unsafe a += width * 8
      unsafe b += width * 8
      group += 2
    }
    if group < groups { unsafe even += SegmentSums.load(a) * SegmentSums.load(b) }
    unsafe sums[row * width + column] += even + odd
  }
}

/// Measures of the size of some numbers, none of which a value that is not a number slips through.
enum Magnitudes {
  /// The largest magnitude; 0 where there are no numbers, NaN where one is.
  static func largest(_ values: Span<Double>) -> Double {
    var largest = 0.0
    for i in values.indices {
      let magnitude = abs(values[i])
      if magnitude > largest || magnitude.isNaN { largest = magnitude }
    }
    return largest
  }

  /// The root of the sum of squares; the squares are taken of numbers scaled by a power of two.
  static func euclideanNorm(_ values: Span<Double>) -> Double {
    let largest = largest(values)
    guard largest > 0, largest.isFinite else { return largest }
    // Exact: a power of two that brings the largest into [1, 2), so that squares neither overflow nor vanish
    // together. A subnormal largest has an exponent below the range of normal numbers, whence the clamp.
    let scale = Double(sign: .plus, exponent: -max(largest.exponent, -1022), significand: 1)
    var sum = 0.0
    for i in values.indices {
      let scaled = values[i] * scale
      sum += scaled * scaled
    }
    return sum.squareRoot() / scale
  }
}

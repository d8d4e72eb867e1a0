internal import CVectorMath

/// Square roots of many numbers, four at a time.
public enum SquareRoots {
  /// `y_i = √x_i` for the first `count` entries.
  ///
  /// Each root is the nearest double, as of one number. Entries up to `count` rounded up to four are read and
  /// written.
  ///
  /// - Precondition: both spans have `CenteredGram.padding` entries more than `count`.
  public static func compute(_ x: Span<Double>, count: Int, into y: inout MutableSpan<Double>) {
    precondition(x.count >= count + CenteredGram.padding && y.count >= count + CenteredGram.padding)
    unsafe x.withUnsafeBufferPointer { x in
      unsafe y.withUnsafeMutableBufferPointer { y in
        unsafe vector_square_roots(x.baseAddress, y.baseAddress, (count + 3) / 4)
      }
    }
  }
}

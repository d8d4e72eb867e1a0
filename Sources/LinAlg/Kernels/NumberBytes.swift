/// The bytes of numbers, as memory has them: little-endian on every processor that this is built for.
public enum NumberBytes {
  /// Appends the eight bytes of each number.
  public static func append(_ numbers: Span<Double>, to bytes: inout [UInt8]) {
    unsafe numbers.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends the thirty-two bytes of each four numbers.
  public static func append(_ numbers: Span<SIMD4<Double>>, to bytes: inout [UInt8]) {
    unsafe numbers.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends the four bytes of each number.
  public static func append(_ numbers: Span<Float>, to bytes: inout [UInt8]) {
    unsafe numbers.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends the eight bytes of each word.
  public static func append(_ words: Span<UInt64>, to bytes: inout [UInt8]) {
    unsafe words.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends the eight bytes of a word.
  public static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    unsafe withUnsafeBytes(of: word) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Overwrites numbers, from a place on, with those that some bytes are.
  ///
  /// - Precondition: the bytes are those of whole numbers, and there is room.
  public static func read(_ bytes: Span<UInt8>, into numbers: inout MutableSpan<Double>, at start: Int = 0) {
    precondition(
      bytes.count % 8 == 0 && start >= 0 && bytes.count / 8 <= numbers.count - start,
      "\(bytes.count) bytes for numbers from \(start) on of \(numbers.count)")
    unsafe bytes.withUnsafeBytes { source in
      unsafe numbers.withUnsafeMutableBytes { target in
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[(8 * start)...]).copyMemory(from: source)
      }
    }
  }

  /// The numbers of single precision that some bytes are.
  ///
  /// - Precondition: the bytes are those of whole numbers.
  public static func floats(_ bytes: Span<UInt8>) -> [Float] {
    precondition(bytes.count % 4 == 0, "\(bytes.count) bytes")
    var numbers = [Float](repeating: 0, count: bytes.count / 4)
    unsafe bytes.withUnsafeBytes { source in
      unsafe numbers.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
    }
    return numbers
  }

  /// The words that some bytes are.
  ///
  /// - Precondition: the bytes are those of whole words.
  public static func words(_ bytes: Span<UInt8>) -> [UInt64] {
    precondition(bytes.count % 8 == 0, "\(bytes.count) bytes")
    var words = [UInt64](repeating: 0, count: bytes.count / 8)
    unsafe bytes.withUnsafeBytes { source in
      unsafe words.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
    }
    return words
  }
}

/// The bytes of numbers, as memory has them: little-endian on every processor that this is built for.
public enum NumberBytes {
  /// Appends the eight bytes of each number.
  public static func append(_ numbers: Span<Double>, to bytes: inout [UInt8]) { appendAll(numbers, to: &bytes) }

  /// Appends the thirty-two bytes of each four numbers.
  public static func append(_ numbers: Span<SIMD4<Double>>, to bytes: inout [UInt8]) { appendAll(numbers, to: &bytes) }

  /// Appends the four bytes of each number.
  public static func append(_ numbers: Span<Float>, to bytes: inout [UInt8]) { appendAll(numbers, to: &bytes) }

  /// Appends the eight bytes of each word.
  public static func append(_ words: Span<UInt64>, to bytes: inout [UInt8]) { appendAll(words, to: &bytes) }

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
  public static func floats(_ bytes: Span<UInt8>) -> [Float] { all(bytes, 0) }

  /// The words that some bytes are.
  ///
  /// - Precondition: the bytes are those of whole words.
  public static func words(_ bytes: Span<UInt8>) -> [UInt64] { all(bytes, 0) }

  /// - Precondition: values have no padding.
  private static func appendAll<Value: BitwiseCopyable>(_ values: Span<Value>, to bytes: inout [UInt8]) {
    unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// - Precondition: any bytes are a value.
  private static func all<Value: BitwiseCopyable>(_ bytes: Span<UInt8>, _ filler: Value) -> [Value] {
    let size = MemoryLayout<Value>.stride
    precondition(bytes.count % size == 0, "\(bytes.count) bytes for values of \(size)")
    var values = [Value](repeating: filler, count: bytes.count / size)
    unsafe bytes.withUnsafeBytes { source in
      unsafe values.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
    }
    return values
  }
}

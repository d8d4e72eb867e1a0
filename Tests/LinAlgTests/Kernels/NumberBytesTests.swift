import LinAlg
import Testing

/// Numbers to bytes and back.
@Suite struct NumberBytesTests {
  static let numbers = [Double.nan, -0.0, 1, -.infinity, .leastNonzeroMagnitude, .pi]

  @Test func lowestByteComesFirst() {
    var bytes: [UInt8] = [9]
    NumberBytes.append(0x0807_0605_0403_0201 as UInt64, to: &bytes)
    #expect(bytes == [9, 1, 2, 3, 4, 5, 6, 7, 8])
    bytes = []
    NumberBytes.append([1.0].span, to: &bytes)
    #expect(bytes == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
    bytes = []
    NumberBytes.append(([1] as [Float]).span, to: &bytes)
    #expect(bytes == [0, 0, 0x80, 0x3F])
  }

  @Test func numbersComeBackAtTheirPlaces() {
    var bytes: [UInt8] = []
    NumberBytes.append(Self.numbers.span, to: &bytes)
    #expect(bytes.count == 8 * Self.numbers.count)
    for start in 0...3 {
      var target = [Double](repeating: 7, count: Self.numbers.count + 3)
      var span = target.mutableSpan
      NumberBytes.read(bytes.span, into: &span, at: start)
      let expected =
        Array(repeating: 7.0, count: start) + Self.numbers + Array(repeating: 7.0, count: 3 - start)
      #expect(target.map(\.bitPattern) == expected.map(\.bitPattern))
    }
  }

  /// Bytes that begin at no multiple of a number's size.
  @Test func bytesNeedNoAlignment() {
    var bytes: [UInt8] = [0, 0, 0]
    NumberBytes.append(([1.5, -2, 8] as [Float]).span, to: &bytes)
    let floats = NumberBytes.floats(bytes.span.extracting(3..<15))
    #expect(floats == [1.5, -2, 8])
    bytes = [1]
    NumberBytes.append(([3, .max] as [UInt64]).span, to: &bytes)
    let words = NumberBytes.words(bytes.span.extracting(1..<17))
    #expect(words == [3, .max])
    bytes = [1, 1, 1, 1, 1]
    NumberBytes.append([SIMD4(1.0, 2, 3, 4)].span, to: &bytes)
    var target = [Double](repeating: 0, count: 4)
    var span = target.mutableSpan
    NumberBytes.read(bytes.span.extracting(5..<37), into: &span)
    #expect(target == [1, 2, 3, 4])
  }

  @Test func nothingIsNoBytes() {
    var bytes: [UInt8] = []
    var target: [Double] = []
    NumberBytes.append(target.span, to: &bytes)
    #expect(bytes.isEmpty)
    let (floats, words) = (NumberBytes.floats(bytes.span), NumberBytes.words(bytes.span))
    #expect(floats.isEmpty && words.isEmpty)
    var span = target.mutableSpan
    NumberBytes.read(bytes.span, into: &span)
  }
}

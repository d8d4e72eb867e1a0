import RiskEngine
import Testing

/// Numbers come back from saved state bit for bit.
@Suite struct SavedStateTests {
  @Test(arguments: 0...5)
  func singlePrecisionComesBack(count: Int) throws {
    let values = [Float.nan, -0, 1.5, .infinity, .leastNonzeroMagnitude].prefix(count)
    var writer = StateWriter()
    writer.write(Array(values))
    writer.write(7)
    var reader = StateReader(writer.bytes)
    #expect(try reader.readFloats().map(\.bitPattern) == values.map(\.bitPattern))
    #expect(try reader.readInt() == 7 && reader.isAtEnd)
  }

  /// What is written four at a time is read as numbers.
  @Test func vectorsAreNumbers() throws {
    var writer = StateWriter(capacity: 10)
    writer.write([SIMD4(1.0, -0.0, .infinity, 4), SIMD4(5, 6, 7, 8)])
    writer.write([SIMD4<Double>]())
    writer.write([2.5, .nan].span)
    var reader = StateReader(writer.bytes)
    #expect(try reader.readDoubles().map(\.bitPattern) == [1, -0.0, .infinity, 4, 5, 6, 7, 8].map(\.bitPattern))
    #expect(try reader.readDoubles().isEmpty)
    #expect(try reader.readDoubles().map(\.bitPattern) == [2.5, Double.nan].map(\.bitPattern) && reader.isAtEnd)
  }

  /// The last of an odd count of floats stands in eight bytes too.
  @Test func floatsWithoutTheirLastBytesAreRefused() throws {
    var writer = StateWriter()
    writer.write([1, 2, 3] as [Float])
    #expect(writer.bytes.count == 8 + 16)
    for count in 8..<24 {
      var reader = StateReader(Array(writer.bytes.prefix(count)))
      #expect(throws: StateError.truncated(offset: count)) { try reader.readFloats() }
    }
  }

  @Test func wordsComeBack() throws {
    let words: [UInt64] = [0, .max, 1 << 63]
    var writer = StateWriter()
    writer.write(words)
    var reader = StateReader(writer.bytes)
    #expect(try reader.readWords() == words && reader.isAtEnd)
  }

  /// A count beyond the bytes is told before anything is reserved for it.
  @Test func countsBeyondTheBytesAreRefused() {
    for count in [3, Int.max] {
      var writer = StateWriter()
      writer.write(count)
      writer.write(0)
      #expect(throws: StateError.self) {
        var reader = StateReader(writer.bytes)
        _ = try reader.readFloats()
      }
      #expect(throws: StateError.self) {
        var reader = StateReader(writer.bytes)
        _ = try reader.readWords()
      }
    }
  }
}

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

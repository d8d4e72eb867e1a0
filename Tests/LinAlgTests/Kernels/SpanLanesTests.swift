import LinAlg
import Testing

/// Entries that follow each other, read and written at a time.
@Suite struct SpanLanesTests {
  @Test func lanesAreEntriesInTheirOrder() {
    let numbers = (0..<12).map { Double($0) }
    for start in 0...8 {
      #expect(numbers.span.four(at: start) == SIMD4(numbers[start..<start + 4]))
      var copy = numbers
      var entries = copy.mutableSpan
      entries.set(SIMD4<Double>(-1, -2, -3, -4), at: start)
      #expect(copy == numbers[..<start] + [-1, -2, -3, -4] + numbers[(start + 4)...])
    }
    for start in 0...4 {
      #expect(numbers.span.eight(at: start) == SIMD8(numbers[start..<start + 8]))
      var copy = numbers
      var entries = copy.mutableSpan
      entries.set(SIMD8<Double>(repeating: 7), at: start)
      #expect(copy == numbers[..<start] + Array(repeating: 7, count: 8) + numbers[(start + 8)...])
    }
  }
}

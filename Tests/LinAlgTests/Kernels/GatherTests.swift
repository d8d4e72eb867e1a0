import LinAlg
import TestSupport
import Testing

/// Rows taken out of columns, and the search for numbers that are not finite.
@Suite struct GatherTests {
  static func allFinite(_ numbers: [Double]) -> Bool { Gather.allFinite(numbers.span) }

  @Test func rowsAreTakenInTheOrderAsked() {
    var random = TestRandom(seed: 1)
    let source = (0..<50).map { _ in random.uniform() }
    for count in 0...20 {
      let indices = (0..<count).map { _ in Int32(random.integer(below: 50)) }
      for offset in [0, 1, 5] {
        var target = [Double](repeating: -1, count: count + offset + 2)
        var span = target.mutableSpan
        Gather.rows(of: source.span, at: indices.span, into: &span, offset: offset)
        let expected =
          Array(repeating: -1, count: offset) + indices.map { source[Int($0)] } + Array(repeating: -1, count: 2)
        #expect(target == expected)
      }
    }
  }

  @Test func missingNumbersAreTakenAsTheyAre() {
    let source = [Double.nan, -0.0, .infinity]
    var target = [0.0, 0, 0]
    var span = target.mutableSpan
    Gather.rows(of: source.span, at: ([2, 1, 0] as [Int32]).span, into: &span)
    #expect(target.map(\.bitPattern) == source.reversed().map(\.bitPattern))
  }

  /// One number of each kind at every position of every small array.
  @Test(arguments: [Double.nan, -.nan, .infinity, -.infinity, .signalingNaN])
  func oneNumberThatIsNotFiniteIsFound(number: Double) {
    for count in 1...21 {
      for position in 0..<count {
        var numbers = [Double](repeating: 1, count: count)
        #expect(Self.allFinite(numbers))
        numbers[position] = number
        #expect(!Self.allFinite(numbers), "\(count) numbers, \(position)")
      }
    }
  }

  /// Both infinities at once, and the largest and smallest numbers, which are finite.
  @Test func extremesAreToldApart() {
    #expect(!Self.allFinite([.infinity, -.infinity, 0, 0, 0]))
    let extremes: [Double] = [
      .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0, 1e308, 1e308, 1e308,
    ]
    for count in 0...extremes.count { #expect(Self.allFinite(Array(extremes.prefix(count)))) }
  }
}

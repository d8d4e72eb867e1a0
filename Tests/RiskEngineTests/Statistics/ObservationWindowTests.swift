import Testing

@testable import RiskEngine

/// The latest observations, contiguous.
@Suite struct ObservationWindowTests {
  @Test(arguments: [1, 2, 5, 64, 100])
  func itHoldsTheLatest(count: Int) {
    var window = ObservationWindow(count: count)
    for value in 0..<(3 * count + 40) {
      window.append(Double(value))
      for age in 0..<count {
        let expected = value - age
        #expect(expected >= 0 ? window[age] == Double(expected) : window[age].isNaN)
        #expect(window.values[count - 1 - age].bitPattern == window[age].bitPattern)
      }
    }
  }

  @Test func theLatestCanBeRevoked() {
    var window = ObservationWindow(count: 3)
    for value in [1.0, 2, 3] { window.append(value) }
    window.revokeLast()
    window.append(4)
    #expect(window[0] == 4)
    #expect(window[1].isNaN)
    #expect(window[2] == 2)
  }

  @Test func itIsWholeWhereNothingIsMissing() throws {
    var window = ObservationWindow(count: 3)
    for value in [1.0, 2] { window.append(value) }
    #expect(!window.isWhole)
    window.append(3)
    #expect(window.isWhole)
    window.revokeLast()
    #expect(!window.isWhole)
    window.replaceLast(with: 4)
    #expect(window.isWhole)
    window.append(.nan)
    for value in [5.0, 6] {
      window.append(value)
      #expect(!window.isWhole)
    }
    var writer = StateWriter()
    window.save(to: &writer)
    var reader = StateReader(writer.bytes)
    var restored = try ObservationWindow(from: &reader)
    restored.append(7)
    #expect(restored.isWhole)
  }

  @Test func theSkippedAreLeftOut() {
    var window = ObservationWindow(count: 5)
    for value in 1...9 { window.append(Double(value)) }
    let part = window.values(skipping: 2)
    #expect((0..<part.count).map { part[$0] } == [5, 6, 7])
  }

  /// Wherever in its buffer a window stands, it goes on from its saved state as it would have.
  @Test(arguments: 0..<40)
  func savedStateGoesOn(after steps: Int) throws {
    var window = ObservationWindow(count: 7)
    for value in 0..<steps { window.append(Double(value)) }
    var writer = StateWriter()
    window.save(to: &writer)
    var reader = StateReader(writer.bytes)
    var restored = try ObservationWindow(from: &reader)
    for value in steps..<steps + 60 {
      window.append(Double(value))
      restored.append(Double(value))
      for age in 0..<7 { #expect(window[age].bitPattern == restored[age].bitPattern) }
    }
  }
}

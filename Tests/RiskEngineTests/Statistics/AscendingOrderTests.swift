import TestSupport
import Testing

@testable import RiskEngine

/// The merge sort against the standard library's.
@Suite struct AscendingOrderTests {
  private func sorted(_ values: [Double], from start: Int = 0, count: Int? = nil) -> [Double] {
    var values = values
    let count = count ?? values.count - start
    var scratch = [Double](repeating: .nan, count: count)
    var span = values.mutableSpan
    var scratchSpan = scratch.mutableSpan
    AscendingOrder.sort(&span, from: start, count: count, scratch: &scratchSpan)
    return values
  }

  /// Counts on either side of the runs' lengths and of their doubles; few levels make many ties.
  @Test(arguments: [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 129, 252, 300])
  func agreesWithTheStandardLibrary(count: Int) {
    var random = TestRandom(seed: UInt64(count))
    for levels in [1.0, 4, 1e12] {
      let values = (0..<count).map { _ in (random.normal() * levels).rounded() / levels }
      #expect(sorted(values) == values.sorted())
      #expect(sorted(values.sorted()) == values.sorted())
      #expect(sorted(values.sorted().reversed()) == values.sorted())
    }
  }

  @Test func othersStayWhereTheyAre() {
    let values = [9.0, 8, 3, -.infinity, .infinity, 2, 1, 0]
    #expect(sorted(values, from: 2, count: 4) == [9, 8, -.infinity, 2, 3, .infinity, 1, 0])
  }

  /// Stable: zeros of either sign are equal.
  @Test func equalNumbersKeepTheirOrder() {
    let values = (0..<40).map { $0 % 3 == 0 ? 0.0 : -0.0 }
    #expect(sorted(values).map(\.sign) == values.map(\.sign))
  }
}

import TestSupport
import Testing

@testable import RiskEngine

/// The order of positive numbers against sorting.
@Suite struct DescendingOrderTests {
  @Test(arguments: [0, 1, 2, 7, 300])
  func agreesWithSorting(count: Int) {
    var random = TestRandom(seed: UInt64(count))
    var order = DescendingOrder()
    // Few values: many ties, of which the earlier comes first. Powers: all bytes differ.
    for levels in [1.0, 5, 1e9] {
      let values = (0..<count).map { _ in
        let x = (random.uniform() * levels).rounded(.up) + 1
        return levels == 1e9 ? PortableMath.exp(x * 1e-6 - 500) : x
      }
      let isIncluded = (0..<count).map { $0 % 3 != 1 }
      order.sort(values, where: isIncluded)
      let expected = (0..<count).filter { isIncluded[$0] }
        .sorted { values[$0] > values[$1] || (values[$0] == values[$1] && $0 < $1) }
      #expect(order.places.map { Int($0) } == expected)
    }
  }
}

import TestSupport
import Testing

@testable import RiskEngine

/// Lanes have the bits that numbers alone have.
@Suite struct LanesTests {
  @Test func logarithmsAreThoseOfEachLane() {
    var random = TestRandom(seed: 5)
    let special: [Double] = [
      0, -0.0, -1, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude,
      1, 0x1p-1030,
    ]
    for round in 0..<200 {
      var x = Lanes.zero
      for lane in 0..<Lanes.scalarCount {
        x[lane] = round % 2 == 0 ? random.uniform() * 3 : special[(round + 3 * lane) % special.count]
      }
      let logs = PortableMath.log(x)
      for lane in 0..<Lanes.scalarCount {
        let expected = PortableMath.log(x[lane])
        #expect(logs[lane] == expected || (logs[lane].isNaN && expected.isNaN), "the logarithm of \(x[lane])")
      }
    }
  }

  @Test func magnitudesAndRootsAreThoseOfEachLane() {
    let x = Lanes(-3, 3, -0.0, 0, .infinity, -.infinity, 2, -1e-300)
    #expect((0..<8).map { x.magnitudes[$0].bitPattern } == (0..<8).map { abs(x[$0]).bitPattern })
    #expect((0..<8).map { x.magnitudes.squareRoots[$0] } == (0..<8).map { abs(x[$0]).squareRoot() })
  }
}

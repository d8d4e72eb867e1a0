import RiskEngine
import Testing

/// Logarithm and exponential near 1 against values computed with 60 digits (Python's decimal).
@Suite struct PortableMathNearOneTests {
  /// Three units in the last place: one each of the logarithm or exponential, the quotient and the product.
  @Test(arguments: [
    (-0.999, -6.9077552789821361639, -0.63175249538633707846),
    (-0.5, -0.69314718055994530942, -0.39346934028736657640),
    (-1e-09, -1.0000000005000000626e-9, -9.9999999950000006245e-10),
    (3e-17, 3.0000000000000000156e-17, 3.0000000000000001056e-17),
    (1e-12, 9.9999999999949997989e-13, 1.0000000000004999799e-12),
    (0.0001, 0.000099995000333308340125, 0.00010000500016667083821),
    (0.021, 0.020782539182528504900, 0.021222051637528654244),
    (0.75, 0.55961578793542268627, 1.1170000166126746685),
    (12.5, 2.6026896854443837648, 268336.28652087445696),
  ])
  func bothFunctions(x: Double, logarithm: Double, exponential: Double) {
    #expect(abs(PortableMath.logOnePlus(x) - logarithm) <= 3 * logarithm.ulp)
    #expect(abs(PortableMath.expMinusOne(x) - exponential) <= 3 * exponential.ulp)
  }

  @Test func endsOfTheRanges() {
    #expect(PortableMath.logOnePlus(0) == 0 && PortableMath.expMinusOne(0) == 0)
    #expect(PortableMath.logOnePlus(-1) == -.infinity)
    #expect(PortableMath.logOnePlus(-1.5).isNaN)
    #expect(PortableMath.logOnePlus(.infinity) == .infinity)
    #expect(PortableMath.expMinusOne(-1000) == -1)
    #expect(PortableMath.expMinusOne(1000) == .infinity)
    #expect(PortableMath.logOnePlus(.nan).isNaN && PortableMath.expMinusOne(.nan).isNaN)
    #expect(PortableMath.logOnePlus(.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
  }
}

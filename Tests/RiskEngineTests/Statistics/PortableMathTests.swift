import RiskEngine
import Testing

/// Logarithm and exponential against values computed with 60 digits (mpmath 1.3.0), within one unit in the last place.
@Suite struct PortableMathTests {
  @Test(arguments: [
    (.leastNonzeroMagnitude, -744.44007192138126231), (0x1p-1022 / 256, -713.9415959767436687),
    (2.2250738585072014e-308, -708.39641853226410622), (1e-100, -230.25850929940456838),
    (5.551115123125783e-17, -37.429947750237046709), (0.075, -2.5902671654458266485),
    (0.5, -0.69314718055994530942), (0.7071, -0.34658318037194200028), (0.7072, -0.34644176765870330084),
    (0.999999, -1.0000005000290890269e-6), (1.0000001, 9.9999995058387045178e-8),
    (1.4142, 0.34656400018800330914), (1.4143, 0.34663470904431701146),
    (2.718281828459045, 0.99999999999999994682), (10.0, 2.302585092994045684), (1e+300, 690.77552789821370526),
  ])
  func logarithm(x: Double, expected: Double) {
    #expect(abs(PortableMath.log(x) - expected) <= expected.ulp)
  }

  @Test(arguments: [
    (-700.25, 7.6787238131108722116e-305), (-50.1, 1.7452050324689184651e-22), (-1.0, 0.3678794411714423216),
    (-0.3, 0.74081822068171787429), (-1e-09, 0.9999999990000000005), (1e-12, 1.000000000001),
    (0.34, 1.4049475905635938312), (0.35, 1.4190675485932572168), (1.0, 2.7182818284590452354),
    (21.0, 1318815734.4832146972), (100.5, 4.431955909845895416e+43), (709.7, 1.6549840276802644031e+308),
  ])
  func exponential(x: Double, expected: Double) {
    #expect(abs(PortableMath.exp(x) - expected) <= expected.ulp)
  }

  /// Below the normal numbers there is one rounding, to a multiple of 2⁻¹⁰⁷⁴.
  @Test func exponentialBelowTheNormalNumbers() {
    #expect(abs(PortableMath.exp(-710.5) * 0x1p100 - 3.4416775119064356595e-279) <= 0x1p-974)
    #expect(PortableMath.exp(-745) == .leastNonzeroMagnitude)
  }

  @Test func endsOfTheRanges() {
    #expect(PortableMath.log(0) == -.infinity)
    #expect(PortableMath.log(-1).isNaN)
    #expect(PortableMath.log(.nan).isNaN)
    #expect(PortableMath.log(.infinity) == .infinity)
    #expect(PortableMath.log(1) == 0)
    #expect(PortableMath.exp(0) == 1)
    #expect(PortableMath.exp(-.infinity) == 0)
    #expect(PortableMath.exp(-746) == 0)
    #expect(PortableMath.exp(710) == .infinity)
    #expect(PortableMath.exp(.nan).isNaN)
  }
}

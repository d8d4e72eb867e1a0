import RiskEngine
import Testing

/// The normal distribution against the values printed with AS 241, and against 60 digits (mpmath 1.3.0).
@Suite struct StandardNormalTests {
  /// Quantiles from the far tail to the centre.
  ///
  /// The algorithm's own error is about 1e-16 relative; with the rounding of two polynomials of degree 7
  /// and a quotient, 4 units in the last place. The three values printed with the algorithm (p = 0.25, 0.001
  /// and 1e-20) are among them.
  @Test(arguments: [
    (1e-300, -37.04709629936119924), (1e-100, -21.27345356096532429), (1e-20, -9.26234008979840758),
    (0.001, -3.090232306167813535), (0.25, -0.6744897501960817432),
    (1.3e-11, -6.667611456510740835), (1e-06, -4.753424308822898957), (0.02, -2.053748910631823044),
    (0.075, -1.439531470938455935), (0.0750001, -1.439530764501729686), (0.4, -0.2533471031357997413),
    (0.499, -0.002506630899571766232), (0.625, 0.318639363964375163), (0.925, 1.439531470938456229),
    (0.975, 1.959963984540053856), (0.999999, 4.753424308817087766),
  ])
  func quantiles(p: Double, expected: Double) {
    #expect(abs(StandardNormal.quantile(p) - expected) <= 4 * expected.ulp)
    #expect(StandardNormal.upperQuantile(p) == -StandardNormal.quantile(p))
  }

  @Test func quantilesAtTheEnds() {
    #expect(StandardNormal.quantile(0) == -.infinity)
    #expect(StandardNormal.quantile(1) == .infinity)
    #expect(StandardNormal.quantile(0.5) == 0)
  }

  /// `erfc` of the C library is within a few units in the last place, and so is what is made of it.
  @Test(arguments: [
    (-37.5, 4.605353009581954844e-308, 1.728233732284105221e-306),
    (-20.25, 1.776199864949570031e-91, 3.605533815727584813e-90),
    (-8.5, 9.479534822203318354e-18, 8.166235631669550039e-17),
    (-5.0, 2.866515718791939117e-7, 1.486719514734297708e-6),
    (-1.25, 0.1056497736668552577, 0.182649085389021905), (-0.5, 0.3085375387259868964, 0.3520653267642994778),
    (-0.001, 0.4996010577860889374, 0.398942080930342345), (0.3, 0.6179114221889526331, 0.3813878154605240869),
    (1.96, 0.9750021048517795638, 0.05844094433345146439), (4.5, 0.9999966023268752699, 0.00001598374110690547443),
  ])
  func probabilities(x: Double, cumulative: Double, density: Double) {
    #expect(abs(StandardNormal.cumulative(x) - cumulative) <= 8 * cumulative.ulp)
    #expect(StandardNormal.upperTail(-x) == StandardNormal.cumulative(x))
    #expect(abs(StandardNormal.density(at: x) - density) <= 8 * density.ulp)
  }

  @Test func probabilitiesAtTheEnds() {
    #expect(StandardNormal.cumulative(-.infinity) == 0)
    #expect(StandardNormal.cumulative(.infinity) == 1)
    #expect(StandardNormal.cumulative(0) == 0.5)
    #expect(StandardNormal.density(at: .infinity) == 0)
    #expect(StandardNormal.cumulative(.nan).isNaN)
    #expect(StandardNormal.density(at: .nan).isNaN)
  }

  /// The quantile undoes the distribution: an error of `u` in `p` is one of `u p / (x φ(x))` relative in `x`.
  @Test func quantileInvertsTheDistribution() {
    for step in 1...3000 {
      let x = -30 + 0.0101 * Double(step)
      guard abs(x) > 0.02, x < 0 else { continue }
      let p = StandardNormal.cumulative(x)
      let conditioning = p / (abs(x) * StandardNormal.density(at: x))
      #expect(abs(StandardNormal.quantile(p) - x) <= (8 * conditioning + 4) * abs(x) * .ulpOfOne, "at \(x)")
    }
  }
}

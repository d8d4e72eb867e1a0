import RiskEngine
import Testing

/// The layout of counters, the exactness of what is drawn, and its distribution.
@Suite struct RandomStreamTests {
  let stream = RandomStream(seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344)

  /// A block is Philox at (block, id, date, stream); its halves are draws 2b and 2b + 1, low word first.
  @Test func counterLayout() {
    let words = stream.words(block: 0x243f_6a88, id: 0x85a3_08d3, date: 0x1319_8a2e)
    #expect(words == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    let draw = 2 * 0x243f_6a88
    #expect(stream.bits(draw: draw, id: 0x85a3_08d3, date: 0x1319_8a2e) == 0x94fd_cceb_d16c_fe09)
    #expect(stream.bits(draw: draw + 1, id: 0x85a3_08d3, date: 0x1319_8a2e) == 0x2412_6ea1_5001_e420)
    let top = Double(0x94fd_cceb_d16c_fe09 as UInt64 >> 11)
    #expect(stream.uniform(draw: draw, id: 0x85a3_08d3, date: 0x1319_8a2e) == (top + 0.5) * 0x1p-53)
  }

  /// Four lanes at a time or one by one: the same bits, for any count.
  @Test(arguments: [0, 1, 2, 7, 8, 9, 1003])
  func normalsSideBySideAreTheSameBits(count: Int) {
    var normals = [Double](repeating: .nan, count: count)
    stream.fillNormals(&normals, id: 5, date: 9)
    for (draw, normal) in normals.enumerated() {
      #expect(normal == stream.normal(draw: draw, id: 5, date: 9))
    }
  }

  /// One normal number is the quantile of the uniform number at its address, but for the rounding of the latter.
  @Test func normalsAreQuantilesOfUniforms() {
    for draw in 0..<2000 {
      let uniform = stream.uniform(draw: draw, id: 1, date: 2)
      let normal = stream.normal(draw: draw, id: 1, date: 2)
      let rounding = 0x1p-53 / StandardNormal.density(at: normal)
      #expect(abs(normal - StandardNormal.quantile(uniform)) <= rounding + 4 * normal.ulp)
    }
  }

  /// The first bits ever drawn, so that a seed names the same numbers in every version and on every platform.
  @Test func normalsAreTheSameBitsEverywhere() {
    let normals = RandomStream(seed: 1, stream: 1)
    var checksum: UInt64 = 0
    for draw in 0..<10_000 {
      checksum = (checksum &* 31) &+ normals.normal(draw: draw, id: 3, date: 4).bitPattern
    }
    #expect(checksum == 5_200_082_198_847_101_209)
  }

  /// Uniform numbers in 64 equal bins: `Σ (count − mean)² / mean` is chi-square with 63 degrees of freedom.
  @Test func uniformNumbersFillTheirBinsEvenly() {
    var counts = [Double](repeating: 0, count: 64)
    let count = 200_000
    for draw in 0..<count { counts[Int(stream.uniform(draw: draw, id: 7, date: 7) * 64)] += 1 }
    expectChiSquare(counts, probabilities: Array(repeating: 1.0 / 64, count: 64))
  }

  /// Mean, variance, third and fourth moments of normal numbers, and the products of neighbours.
  ///
  /// Each is a mean of terms of known variance, uncorrelated; 5 comparisons at 1e-6 together.
  @Test func momentsOfNormalNumbers() {
    let count = 200_000
    var normals = [Double](repeating: 0, count: count)
    stream.fillNormals(&normals, id: 11, date: 12)
    let z = StandardNormal.upperQuantile(1e-6 / 2 / 5)
    func expectMean(_ expected: Double, variance: Double, _ term: (Int) -> Double, _ name: Comment) {
      let mean = (0..<count).reduce(0) { $0 + term($1) } / Double(count)
      #expect(abs(mean - expected) <= z * (variance / Double(count)).squareRoot(), name)
    }
    expectMean(0, variance: 1, { normals[$0] }, "mean")
    expectMean(1, variance: 2, { normals[$0] * normals[$0] }, "variance")
    expectMean(0, variance: 15, { normals[$0] * normals[$0] * normals[$0] }, "third moment")
    expectMean(3, variance: 96, { normals[$0] * normals[$0] * normals[$0] * normals[$0] }, "fourth moment")
    expectMean(0, variance: 1, { normals[$0] * normals[($0 + 1) % count] }, "neighbours")
  }

  /// Neighbouring ids, dates, streams and seeds are uncorrelated: products of two normal numbers have variance 1.
  @Test func neighbouringAddressesAreUncorrelated() {
    let count = 100_000
    let z = StandardNormal.upperQuantile(1e-6 / 2 / 4)
    let others: [(RandomStream, UInt32, UInt32)] = [
      (stream, 1, 0), (stream, 0, 1), (RandomStream(seed: 0x299f_31d0_a409_3822, stream: 0x0370_7345), 0, 0),
      (RandomStream(seed: 0x299f_31d0_a409_3823, stream: 0x0370_7344), 0, 0),
    ]
    for (other, id, date) in others {
      let sum = (0..<count).reduce(0) {
        $0 + stream.normal(draw: $1, id: 0, date: 0) * other.normal(draw: $1, id: id, date: date)
      }
      #expect(abs(sum) <= z * Double(count).squareRoot())
    }
  }

  /// t with 6 degrees of freedom in 20 bins of equal probability, through its closed form (Abramowitz and
  /// Stegun 26.7.4): `A = sin θ (1 + ½ cos² θ + ⅜ cos⁴ θ)`, `tan θ = t / √ν`.
  @Test func studentTFollowsItsDistribution() {
    var counts = [Double](repeating: 0, count: 20)
    for date in 0..<UInt32(50_000) {
      let scaled = stream.studentT(degreesOfFreedom: 6, draw: 3, id: 2, date: date)
      let t = scaled * (6.0 / 4).squareRoot()
      let sine = t / (6 + t * t).squareRoot()
      let squaredCosine = 6 / (6 + t * t)
      let cumulative = 0.5 + 0.5 * sine * (1 + squaredCosine / 2 + 3 * squaredCosine * squaredCosine / 8)
      counts[min(Int(cumulative * 20), 19)] += 1
    }
    expectChiSquare(counts, probabilities: Array(repeating: 1.0 / 20, count: 20))
  }

  /// Expects counts to have come from bins of these probabilities, at the two-sided level 1e-6.
  private func expectChiSquare(_ counts: [Double], probabilities: [Double]) {
    let total = counts.reduce(0, +)
    let statistic = zip(counts, probabilities).reduce(0) {
      $0 + ($1.0 - total * $1.1) * ($1.0 - total * $1.1) / (total * $1.1)
    }
    let distribution = ChiSquareDistribution(degreesOfFreedom: Double(counts.count - 1))
    #expect(statistic <= distribution.upperQuantile(5e-7))
    #expect(statistic >= distribution.quantile(5e-7))
  }
}

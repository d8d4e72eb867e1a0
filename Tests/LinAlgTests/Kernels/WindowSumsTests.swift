import LinAlg
import TestSupport
import Testing

/// Weighted sums over windows against plain loops.
@Suite struct WindowSumsTests {
  /// Every count up to past two groups of lanes; some entries missing, and all.
  @Test(arguments: 0..<27, [0.0, 0.3, 1])
  func sumsEqualPlainLoops(count: Int, missingShare: Double) {
    var random = TestRandom(seed: UInt64(100 + count))
    func series() -> [Double] { (0..<count).map { _ in random.uniform() < missingShare ? .nan : random.normal() } }
    let w = (0..<count).map { _ in random.uniform() }
    let x = series()
    let y = series()
    // Sums of at most 26 terms of size 10 at most, each with a few roundings.
    let tolerance = 26 * 10 * 4 * 0x1p-53
    let seen = (0..<count).filter { x[$0].isFinite }
    let paired = seen.filter { y[$0].isFinite }
    func sum(_ entries: [Int], _ body: (Int) -> Double) -> Double { entries.reduce(0) { $0 + w[$1] * body($1) } }

    let sums = WindowSums.sums(w.span, x.span)
    #expect(abs(sums.weight - sum(seen) { _ in 1 }) <= tolerance)
    #expect(abs(sums.sum - sum(seen) { x[$0] }) <= tolerance)
    #expect(sums.count == seen.count)
    let whole = (0..<count).map { _ in random.normal() }
    let clipped = WindowSums.clippedSquares(whole.span, bound: 0.75)
    #expect(abs(clipped - whole.reduce(0) { $0 + min(abs($1), 0.75) * min(abs($1), 0.75) }) <= tolerance)
    let squares = WindowSums.squares(w.span, x.span, center: 0.25)
    #expect(abs(squares - sum(seen) { (x[$0] - 0.25) * (x[$0] - 0.25) }) <= tolerance)

    let pairs = WindowSums.pairSums(w.span, x.span, y.span)
    #expect(abs(pairs.weight - sum(paired) { _ in 1 }) <= tolerance)
    #expect(abs(pairs.x - sum(paired) { x[$0] }) <= tolerance)
    #expect(abs(pairs.y - sum(paired) { y[$0] }) <= tolerance)
    #expect(pairs.count == paired.count)
    let products = WindowSums.pairProducts(w.span, x.span, y.span, centerX: 0.25, centerY: -0.5)
    #expect(abs(products.xy - sum(paired) { (x[$0] - 0.25) * (y[$0] + 0.5) }) <= tolerance)
    #expect(abs(products.yy - sum(paired) { (y[$0] + 0.5) * (y[$0] + 0.5) }) <= tolerance)
    let residuals = WindowSums.residualSquares(w.span, x.span, y.span, intercept: 0.25, slope: 0.5)
    #expect(abs(residuals - sum(paired) { (x[$0] - 0.25 - 0.5 * y[$0]) * (x[$0] - 0.25 - 0.5 * y[$0]) }) <= tolerance)
  }

  /// Where nothing is missing the shorter sums have the same bits.
  @Test(arguments: 0..<27)
  func wholeSumsHaveTheSameBits(count: Int) {
    var random = TestRandom(seed: UInt64(200 + count))
    func series() -> [Double] { (0..<count).map { _ in random.normal() } }
    let (w, x, y) = (series().map(abs), series(), series())
    #expect(WindowSums.wholeSum(w.span, x.span) == WindowSums.sums(w.span, x.span).sum)
    #expect(
      WindowSums.squares(w.span, x.span, center: 0.25, isWhole: true)
        == WindowSums.squares(w.span, x.span, center: 0.25))
    let (whole, pairs) = (WindowSums.wholePairSums(w.span, x.span, y.span), WindowSums.pairSums(w.span, x.span, y.span))
    #expect(whole.x == pairs.x)
    #expect(whole.y == pairs.y)
    #expect(
      WindowSums.pairProducts(w.span, x.span, y.span, centerX: 0.25, centerY: -0.5, isWhole: true)
        == WindowSums.pairProducts(w.span, x.span, y.span, centerX: 0.25, centerY: -0.5))
    #expect(
      WindowSums.residualSquares(w.span, x.span, y.span, intercept: 0.25, slope: 0.5, isWhole: true)
        == WindowSums.residualSquares(w.span, x.span, y.span, intercept: 0.25, slope: 0.5))
  }
}

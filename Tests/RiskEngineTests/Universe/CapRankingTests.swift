import TestSupport
import Testing

@testable import RiskEngine

/// Ranks and shares of the market in closed form.
@Suite struct CapRankingTests {
  @Test func ranksAndSharesOfAFewAssets() {
    var ranking = CapRanking()
    // Sums of small whole numbers are exact, and so is a division by 16.
    ranking.rank([2, 8, 100, 2, 4], where: [true, true, false, true, true])
    #expect(ranking.ranks == [3, 1, 0, 4, 2])
    #expect(ranking.shares[0] == 14.0 / 16 && ranking.shares[1] == 0.5 && ranking.shares[4] == 0.75)
    #expect(ranking.shares[3] == 1 && ranking.shares[2].isNaN)
    // What was ranked before leaves no trace.
    ranking.rank([1, 3], where: [true, true])
    #expect(ranking.ranks == [2, 1] && ranking.shares == [1, 0.75])
  }

  @Test func nothingToRank() {
    var ranking = CapRanking()
    ranking.rank([], where: [])
    #expect(ranking.ranks.isEmpty && ranking.shares.isEmpty)
    ranking.rank([1, 2], where: [false, false])
    #expect(ranking.ranks == [0, 0] && ranking.shares.allSatisfy(\.isNaN))
  }

  /// Each of many small caps is below half a unit in the last place of the large one; together they are not.
  @Test func smallCapsAreNotLost() {
    let caps = [1e17] + Array(repeating: 1.0, count: 6400)
    var ranking = CapRanking()
    ranking.rank(caps, where: caps.map { _ in true })
    // 1e17 + 6400 is a number; the quotient is rounded once.
    #expect(ranking.shares[0] == 1e17 / (1e17 + 6400))
    #expect(ranking.shares[6400] == 1)
  }
}

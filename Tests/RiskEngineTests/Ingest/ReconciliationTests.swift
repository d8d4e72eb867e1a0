import TestSupport
import Testing

@testable import RiskEngine

/// One value of several vendors'.
@Suite struct ReconciliationTests {
  private func candidates(_ values: [Double], failing: Set<Int> = []) -> [Reconciliation.Candidate] {
    values.enumerated().map {
      Reconciliation.Candidate(value: $0.element, rank: $0.offset, passed: !failing.contains($0.offset))
    }
  }

  private let tolerance = Tolerance(relative: 1e-3)

  @Test func twoThatAgreeOutvoteTheFirst() throws {
    let choice = try #require(Reconciliation.choose(candidates([100, 105, 105.01]), tolerance))
    #expect(choice.index == 1 && choice.agreeing == 2 && !choice.isUnresolved)
    #expect(choice.largestGap == (105.01 - 100) / 105.01)
  }

  @Test func ofTwoThatDisagreeTheOneThatPassesIsTaken() throws {
    var choice = try #require(Reconciliation.choose(candidates([100, 105], failing: [0]), tolerance))
    #expect(choice.index == 1 && choice.agreeing == 1 && !choice.isUnresolved)
    choice = try #require(Reconciliation.choose(candidates([100, 105], failing: [1]), tolerance))
    #expect(choice.index == 0 && !choice.isUnresolved)
    choice = try #require(Reconciliation.choose(candidates([100, 105]), tolerance))
    #expect(choice.index == 0 && choice.isUnresolved)
    #expect(Reconciliation.choose(candidates([100, 105], failing: [0, 1]), tolerance) == nil)
  }

  @Test func oneValueAndNone() {
    #expect(Reconciliation.choose([], tolerance) == nil)
    #expect(Reconciliation.choose(candidates([3]), tolerance)?.index == 0)
    #expect(Reconciliation.choose(candidates([3], failing: [0]), tolerance) == nil)
  }

  /// 1 agrees with 2 and 2 with 3, but 1 does not with 3: of the two pairs that with the best priority decides.
  @Test func agreementIsNotTransitive() throws {
    let absolute = Tolerance(absolute: 1, relative: 0)
    let choice = try #require(Reconciliation.choose(candidates([3, 2, 1]), absolute))
    #expect(choice.index == 0 && choice.agreeing == 2 && choice.isUnresolved)
    let other = try #require(Reconciliation.choose(candidates([9, 3, 2, 1]), absolute))
    #expect(other.index == 1 && other.agreeing == 2)
  }

  @Test func zeroAgreesWithZeroAlone() {
    #expect(tolerance.agree(0, 0) && !tolerance.agree(0, 1e-300) && tolerance.agree(-5, -5.004))
    #expect(!tolerance.agree(5, -5))
  }

  /// Every subset of at most seven vendors is tried; values lie so that chains of agreement are common.
  @Test func agreesWithTheSubsetsTriedOneByOne() {
    var random = TestRandom(seed: 11)
    let tolerance = Tolerance(absolute: 1.5, relative: 0)
    for _ in 0..<4000 {
      let count = 1 + random.integer(below: 7)
      var ranks = Array(0..<count)
      ranks.shuffle(using: &random)
      let all = (0..<count).map { place in
        Reconciliation.Candidate(
          value: Double(random.integer(below: 9)), rank: ranks[place], passed: random.integer(below: 4) > 0)
      }
      let choice = Reconciliation.choose(all, tolerance)
      let naive = naiveChoice(all, tolerance)
      #expect(choice?.index == naive?.index && choice?.agreeing == naive?.agreeing)
      #expect(choice?.isUnresolved == naive?.isUnresolved)
      // The order in which vendors come has no part in it.
      var places = Array(all.indices)
      places.shuffle(using: &random)
      let shuffled = Reconciliation.choose(places.map { all[$0] }, tolerance)
      #expect(shuffled.map { places[$0.index] } == choice?.index)
      #expect(shuffled?.largestGap == choice?.largestGap)
      // One more vendor with the value chosen changes nothing.
      if let choice {
        for rank in [-1, count] {
          let more = all + [Reconciliation.Candidate(value: all[choice.index].value, rank: rank)]
          let again = Reconciliation.choose(more, tolerance)
          #expect(again.map { more[$0.index].value } == all[choice.index].value)
        }
      }
    }
  }

  /// The most values that there can be: vendors times two.
  @Test func manyVendors() throws {
    let pairs = (0..<32).map { Double($0 / 2) * 10 }
    let choice = try #require(Reconciliation.choose(candidates(pairs), tolerance))
    #expect(choice.index == 0 && choice.agreeing == 2 && choice.isUnresolved)
  }

  private func naiveChoice(
    _ all: [Reconciliation.Candidate], _ tolerance: Tolerance
  ) -> (index: Int, agreeing: Int, isUnresolved: Bool)? {
    var subsets: [[Int]] = [[]]
    for place in all.indices { subsets += subsets.map { $0 + [place] } }
    let agreeing = subsets.filter { set in
      !set.isEmpty && set.allSatisfy { a in set.allSatisfy { abs(all[a].value - all[$0].value) <= tolerance.absolute } }
    }
    let size = agreeing.map(\.count).max() ?? 0
    func best(_ places: [Int]) -> Int? { places.min { all[$0].rank < all[$1].rank } }
    guard size > 1 else {
      let passing = all.indices.filter { all[$0].passed }
      return best(passing).map { ($0, 1, passing.count > 1) }
    }
    let largest = agreeing.filter { $0.count == size }
    return best(largest.compactMap { best($0) }).map { ($0, size, largest.count > 1) }
  }
}

import RiskEngine
import Testing

/// Rows made into the weights of a portfolio.
@Suite struct HoldingsTests {
  static let names = IdentifierTable(texts: ["c", "a", "b", "A"])

  @Test func duplicatesAreSummedAndCounted() throws {
    let holdings = try Holdings(assets: [0, 1, 0, 2, 0], weights: [0.5, 0.25, -0.125, 0, 0.0625], names: Self.names)
    #expect(holdings.assets == [1, 2, 0])
    #expect(holdings.weights == [0.25, 0, 0.4375])
    #expect(holdings.duplicateCount == 2)
    #expect(holdings.count == 3)
    #expect(holdings.netWeight == 0.6875)
    #expect(holdings.grossWeight == 0.6875)
  }

  /// Ids are ordered by bytes and rows of one asset are summed in an order of their own, so that rows may come in any.
  @Test func theOrderOfRowsDoesNotMatter() throws {
    let assets: [Int32] = [3, 0, 1, 0, 0, 2]
    let weights = [0.1, 0.3, -0.7, 1e-17, 0.2, 0.4]
    let holdings = try Holdings(assets: assets, weights: weights, names: Self.names)
    #expect(holdings.assets == [3, 1, 2, 0])
    for shift in 1..<assets.count {
      let turned = try Holdings(
        assets: Array(assets[shift...] + assets[..<shift]), weights: Array(weights[shift...] + weights[..<shift]),
        names: Self.names)
      #expect(turned == holdings)
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func weightsThatAreNoNumbersAreRefused(weight: Double) throws {
    do {
      _ = try Holdings(assets: [1, 2], weights: [1, weight], names: Self.names)
      Issue.record("a weight of \(weight) was taken")
    } catch {
      guard case .weightNotFinite(asset: "b", let found) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(found.bitPattern == weight.bitPattern)
      #expect(error.description.contains("'b'") && error.description.contains("\(weight)"))
    }
  }

  @Test func nothingHeld() throws {
    let holdings = try Holdings(assets: [], weights: [], names: Self.names)
    #expect(holdings == .empty)
    #expect(holdings.netWeight == 0 && holdings.grossWeight == 0)
  }

  @Test func activeWeights() throws {
    let x = try Holdings(assets: [0, 1], weights: [0.5, 0.5], names: Self.names)
    let y = try Holdings(assets: [2, 1], weights: [0.75, 0.25], names: Self.names)
    let active = x.active(against: y)
    #expect(active.assets == [1, 0, 2])
    #expect(active.weights == [0.25, 0.5, -0.75])
    #expect(x.active(against: x).weights == [0, 0])
    #expect(Holdings.empty.adding(y, scale: 2).weights == [0.5, 1.5])
  }
}

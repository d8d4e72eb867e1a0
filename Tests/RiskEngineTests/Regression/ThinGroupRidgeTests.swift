import RiskEngine
import TestSupport
import Testing

/// Labels of few names are pulled to the market by a ridge.
@Suite struct ThinGroupRidgeTests {
  static let labelCounts: [[Int]] = [[6], [6, 3], [3, 6], [4, 6, 3]]

  static func table(_ labelCounts: [Int], fractional: Set<Int> = []) -> PanelTable {
    RandomPanel(
      assetCount: 50, dateCount: 1, labelCounts: labelCounts, fractionalGroups: fractional, outsideShare: 0.1, seed: 23
    ).table()
  }

  /// No label has fewer effective names than one, so there is no ridge: the factors all together against the
  /// dense regression, on another path than that of least squares by blocks.
  @Test(arguments: labelCounts, [Set<Int>(), [0]])
  func withoutThinLabelsItIsLeastSquares(labelCounts: [Int], fractional: Set<Int>) throws {
    let table = Self.table(labelCounts, fractional: fractional)
    let panel = try table.panel(lag: 0)
    let regression = CrossSectionalRegression(thinGroupMinimum: 1, computesLeverage: true)
    DenseAgreement.check(
      regression.estimate(panel), of: panel, against: DenseRegression(regression).estimate(table, lag: 0))
  }

  /// `BᵀWe = Λf + Cμ`: nothing at market and styles, multiples of the shares at labels after the ridge.
  @Test(arguments: labelCounts)
  func theGradientIsThatOfTheRidge(labelCounts: [Int]) throws {
    let minimum = 9.0
    let table = Self.table(labelCounts)
    let panel = try table.panel(lag: 0)
    let dense = DenseRegression(.init()).estimate(table, lag: 0)[0]
    let found = CrossSectionalRegression(thinGroupMinimum: minimum).estimate(panel).periods[0]
    let plain = CrossSectionalRegression().estimate(panel).periods[0]
    #expect(found.outcome == .estimated && found.factorReturns != plain.factorReturns)
    var gradient = [Double](repeating: 0, count: found.factorCount)
    var size = 0.0
    for (asset, weight) in dense.weights {
      let row = try #require(panel.crossSections[0].assets.firstIndex { panel.assets[$0] == asset })
      for (factor, loading) in (dense.loadings[asset] ?? []).enumerated() {
        gradient[factor] += Double(weight * loading) * found.idioReturns[row]
      }
      size += Double(weight) * 0.02
    }
    let tolerance = InvariantCase.tolerance * size
    #expect(abs(gradient[0]) <= tolerance)
    for style in found.factorCount - 3..<found.factorCount { #expect(abs(gradient[style]) <= tolerance) }
    var offset = 1
    var thin = [Int32]()
    for (group, labels) in found.labels.enumerated() {
      let places = offset..<offset + labels.count
      offset += labels.count
      #expect(abs(gradient[places].reduce(0, +)) <= tolerance)
      // What is left after the ridge is in proportion to the constraint: the caps of the labels.
      let multipliers = places.map { factor -> Double in
        let members = table.rows.filter {
          dense.weights[$0.asset] != nil && (dense.loadings[$0.asset] ?? [])[factor] > 0
        }
        let weights = members.map { Double(dense.weights[$0.asset] ?? 0) }
        let (sum, squares) = (weights.reduce(0, +), weights.reduce(0) { $0 + $1 * $1 })
        if group == 0, sum * sum / squares < minimum { thin.append(labels[factor - places.lowerBound]) }
        let ridge = group == 0 ? max(0, sum * (minimum - sum * sum / squares) / (sum * sum / squares)) : 0
        return (gradient[factor] - ridge * found.factorReturns[factor]) / members.reduce(0) { $0 + $1.cap }
      }
      let caps = table.rows.reduce(0) { $0 + $1.cap }
      for multiplier in multipliers { #expect(abs(multiplier - multipliers[0]) <= 1e3 * tolerance / caps) }
    }
    #expect(found.thinLabels == thin && plain.thinLabels.isEmpty)
  }

  /// An endless ridge holds every label at the market.
  @Test(arguments: labelCounts)
  func endlessRidgesHoldLabelsAtTheMarket(labelCounts: [Int]) throws {
    let found = CrossSectionalRegression(thinGroupMinimum: 1e9).estimate(try Self.table(labelCounts).panel(lag: 0))
    #expect(found.periods[0].thinLabels == found.periods[0].labels[0])
    for label in 1...labelCounts[0] { #expect(abs(found.periods[0].factorReturns[label]) <= 1e-8) }
  }

  @Test func stylesOfZerosAreMissingHereToo() throws {
    var table = Self.table([6])
    for row in table.rows.indices { table.rows[row].styles[1] = 0 }
    let found = CrossSectionalRegression(thinGroupMinimum: 5).estimate(try table.panel(lag: 0)).periods[0]
    #expect(found.outcome == .degraded(.rank(deficiency: 1)))
    #expect(found.factorReturns.indices.filter { found.factorReturns[$0].isNaN } == [8])
  }
}

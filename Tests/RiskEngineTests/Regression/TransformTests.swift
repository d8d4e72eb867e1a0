import RiskEngine
import TestSupport
import Testing

/// How results follow when columns or constraints are changed.
@Suite struct TransformTests {
  /// `X → X M` maps style returns by `M⁻¹` and leaves everything else.
  @Test(arguments: InvariantCase.all)
  func mixedStylesGiveInverselyMixedReturns(example: InvariantCase) throws {
    var table = example.table()
    let before = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    // M and its inverse, both exact.
    let mixing = [[2.0, 1, 0], [0, 1, 0.5], [0, 0, -4]]
    for row in table.rows.indices {
      let styles = table.rows[row].styles
      table.rows[row].styles = (0..<3).map { column in (0..<3).reduce(0.0) { $0 + styles[$1] * mixing[$1][column] } }
    }
    let after = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    let first = before.factorCount - 3
    for factor in 0..<first {
      #expect(abs(before.factorReturns[factor] - after.factorReturns[factor]) <= InvariantCase.tolerance * 0.1)
      #expect(
        abs(before.standardErrors[factor] - after.standardErrors[factor])
          <= 10 * InvariantCase.tolerance * before.standardErrors[factor])
    }
    for row in 0..<3 {
      let mixed = (0..<3).reduce(0.0) { $0 + mixing[row][$1] * after.factorReturns[first + $1] }
      #expect(abs(mixed - before.factorReturns[first + row]) <= InvariantCase.tolerance)
    }
    for (left, right) in zip(before.idioReturns, after.idioReturns) {
      #expect(abs(left - right) <= InvariantCase.tolerance * 0.1)
    }
    #expect(abs(before.rSquared - after.rSquared) <= InvariantCase.tolerance)
  }

  /// With shares `ϖ′` the market gains `Σ ϖ′ f` of each group, and its labels lose it.
  ///
  /// That is `f′ = H f`, `H = I − V (C′ᵀV)⁻¹ C′ᵀ`. Fitted values, styles and fit stay.
  @Test func otherConstraintsMoveTheLevelBetweenMarketAndLabels() throws {
    for labelCounts in [[6], [3, 6], [6, 3]] {
      let table = RandomPanel(assetCount: 50, dateCount: 1, labelCounts: labelCounts, seed: 4).table()
      let panel = try table.panel(lag: 0)
      let byCap = CrossSectionalRegression(constraintWeights: .cap).estimate(panel).periods[0]
      let equally = CrossSectionalRegression(constraintWeights: .equal).estimate(panel).periods[0]
      var market = byCap.factorReturns[0]
      var moved = [Double]()
      var offset = 1
      for (group, labels) in byCap.labels.enumerated() {
        let shares = labels.map { label in
          table.rows.reduce(0.0) { $0 + ($1.labels[group] == panel.labels[group][label] ? 1 : 0) } / 50
        }
        let ofGroup = byCap.factorReturns[offset..<offset + labels.count]
        let level = zip(shares, ofGroup).reduce(0.0) { $0 + $1.0 * $1.1 }
        market += level
        moved += ofGroup.map { $0 - level }
        offset += labels.count
      }
      let expected = [market] + moved + byCap.factorReturns[offset...]
      for (found, value) in zip(equally.factorReturns, expected) {
        #expect(abs(found - value) <= InvariantCase.tolerance * 0.1)
      }
      #expect(abs(byCap.factorReturns[0] - equally.factorReturns[0]) > 1e-6)
      for (left, right) in zip(byCap.idioReturns, equally.idioReturns) {
        #expect(abs(left - right) <= InvariantCase.tolerance * 0.1)
      }
      #expect(abs(byCap.rSquared - equally.rSquared) <= InvariantCase.tolerance)
    }
  }

  /// Without a market the first group's returns are market plus label.
  @Test func theFreeGroupCarriesTheMarket() throws {
    let panel = try RandomPanel(assetCount: 50, dateCount: 1, labelCounts: [4, 6], seed: 4).table().panel(lag: 0)
    let with = CrossSectionalRegression().estimate(panel).periods[0]
    let without = CrossSectionalRegression(hasMarket: false).estimate(panel).periods[0]
    for label in 0..<4 {
      let level = with.factorReturns[0] + with.factorReturns[1 + label]
      #expect(abs(without.factorReturns[label] - level) <= InvariantCase.tolerance * 0.1)
    }
    for factor in 4..<without.factorCount {
      #expect(abs(without.factorReturns[factor] - with.factorReturns[factor + 1]) <= InvariantCase.tolerance * 0.1)
    }
  }

  @Test(arguments: InvariantCase.all)
  func constrainedGroupsSumToZero(example: InvariantCase) throws {
    let table = example.table()
    let period = DenseRegression(example.regression).estimate(table, lag: 0)[0]
    let found = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    var offset = example.regression.hasMarket ? 1 : 0
    for (group, labels) in found.labels.enumerated() {
      defer { offset += labels.count }
      guard example.regression.hasMarket || group > 0 else { continue }
      var sum = 0.0
      var total = 0.0
      for row in table.rows {
        guard let loadings = period.loadings[row.asset] else { continue }
        let weight =
          switch example.regression.constraintWeights ?? .cap {
          case .cap: row.cap
          case .column: row.constraintWeight
          case .equal: 1.0
          }
        for label in labels.indices {
          sum += weight * Double(loadings[offset + label]) * found.factorReturns[offset + label]
        }
        total += weight
      }
      #expect(abs(sum) <= InvariantCase.tolerance * total * 0.01)
    }
  }

  /// A column more explains no less.
  @Test(arguments: InvariantCase.all)
  func addedStylesNeverLowerTheFit(example: InvariantCase) throws {
    var last = -Double.infinity
    for count in 0...3 {
      var table = example.table()
      table.schema.styles = Array(table.schema.styles.prefix(count))
      for row in table.rows.indices { table.rows[row].styles = Array(table.rows[row].styles.prefix(count)) }
      guard count > 0 || example.regression.hasMarket || !example.labelCounts.isEmpty else { continue }
      let fit = example.regression.estimate(try table.panel(lag: 0)).periods[0].rSquared
      #expect(fit >= last - InvariantCase.tolerance)
      last = fit
    }
  }

  /// Frisch–Waugh: a style's return is the regression of what the other factors leave of the returns on what
  /// they leave of the style.
  @Test(arguments: InvariantCase.all)
  func aStyleReturnIsThatOfItsUnexplainedPart(example: InvariantCase) throws {
    let table = example.table()
    let weights = DenseRegression(example.regression).estimate(table, lag: 0)[0].weights
    let full = example.regression.estimate(try table.panel(lag: 0)).periods[0]
    var others = table
    others.schema.styles.removeLast()
    for row in others.rows.indices { others.rows[row].styles.removeLast() }
    let panel = try others.panel(lag: 0)
    let returns = example.regression.estimate(panel).periods[0].idioReturns
    for (row, original) in table.rows.enumerated() { others.rows[row].return = original.styles[2] }
    let style = example.regression.estimate(try others.panel(lag: 0)).periods[0].idioReturns
    var numerator = 0.0
    var denominator = 0.0
    for row in returns.indices {
      let weight = Double(weights[panel.assets[panel.crossSections[0].assets[row]]] ?? 0)
      numerator += weight * returns[row] * style[row]
      denominator += weight * style[row] * style[row]
    }
    #expect(abs(numerator / denominator - full.factorReturns[full.factorCount - 1]) <= InvariantCase.tolerance)
  }
}

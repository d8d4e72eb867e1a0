import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Stacked sufficient statistics: additive, and enough for every linear question.
@Suite struct NormalEquationsTests {
  static let table = RandomPanel(assetCount: 60, dateCount: 3, labelCounts: [3, 5], seed: 13).table()

  @Test func theirSolutionIsTheRegression() throws {
    let panel = try Self.table.panel(lag: 0)
    let statistics = CrossSectionalRegression().normalEquations(panel)
    for (period, equations) in zip(CrossSectionalRegression().estimate(panel).periods, statistics) {
      let solution = try #require(equations?.solution())
      for (a, b) in zip(period.factorReturns, solution.factorReturns) {
        #expect(abs(a - b) <= InvariantCase.tolerance)
      }
      let freedom = Double(period.assetCount - solution.parameterCount)
      for (error, unit) in zip(period.standardErrors, solution.unitVariances) {
        let expected = (solution.residualSumOfSquares / freedom * unit).squareRoot()
        #expect(abs(error - expected) <= InvariantCase.tolerance * error)
      }
      let unexplained = solution.residualSumOfSquares / (equations?.square ?? .nan)
      #expect(abs(unexplained - (1 - period.rSquared)) <= InvariantCase.tolerance)
    }
  }

  @Test func shardsAddUpToTheWhole() throws {
    var parts: [NormalEquations] = []
    for shard in 0..<3 {
      var table = Self.table
      table.rows = table.rows.filter { abs($0.asset.hashOfBytes) % 3 == shard && $0.date == RandomPanel.date(0) }
      // One code for a label in every shard: all labels are in each shard's tables.
      let panel = try Self.withAllLabels(table)
      parts.append(try #require(CrossSectionalRegression().normalEquations(panel)[0]))
    }
    var whole = Self.table
    whole.rows = whole.rows.filter { $0.date == RandomPanel.date(0) }
    let expected = try #require(
      CrossSectionalRegression().normalEquations(try Self.withAllLabels(whole))[0]?.solution())
    let sum = parts[0].adding(parts[1]).adding(parts[2])
    #expect(sum.assetCount == whole.rows.count)
    let found = try #require(sum.solution())
    // Labels may stand in another order; the market and the styles do not.
    #expect(abs(found.factorReturns[0] - expected.factorReturns[0]) <= InvariantCase.tolerance)
    for (a, b) in zip(found.factorReturns.suffix(3), expected.factorReturns.suffix(3)) {
      #expect(abs(a - b) <= InvariantCase.tolerance)
    }
    #expect(abs(found.residualSumOfSquares - expected.residualSumOfSquares) <= InvariantCase.tolerance * sum.square)
  }

  /// A panel whose label tables have every label, in one order.
  static func withAllLabels(_ table: PanelTable) throws -> Panel {
    var assets = IdentifierTable()
    var labels = [IdentifierTable(), IdentifierTable()]
    for row in Self.table.rows {
      for (group, label) in row.labels.enumerated() { _ = labels[group].code(for: label) }
    }
    var day = PanelRows(schema: table.schema)
    for row in table.rows {
      day.dates.append(row.date)
      day.assets.append(assets.code(for: row.asset))
      day.returns.append(row.return)
      if table.schema.hasCaps { day.caps.append(row.cap) }
      if table.schema.hasUniverse { day.inUniverse.append(row.inUniverse) }
      if table.schema.hasWeights { day.weights.append(row.weight) }
      if table.schema.hasConstraintWeights { day.constraintWeights.append(row.constraintWeight) }
      for (group, label) in row.labels.enumerated() {
        day.labels[group].append(labels[group].existingCode(of: label) ?? PanelRows.missingLabel)
      }
      for (style, loading) in row.styles.enumerated() { day.styles[style].append(loading) }
    }
    var assembler = PanelAssembler(schema: table.schema, lag: 0)
    let section = try #require(try assembler.append(day, assets: assets, labels: labels))
    return Panel(schema: table.schema, lag: 0, assets: assets, labels: labels, crossSections: [section])
  }

  @Test func aSubsetOfFactorsIsTheSmallerRegression() throws {
    let panel = try Self.table.panel(lag: 0)
    let equations = try #require(CrossSectionalRegression().normalEquations(panel)[0])
    let kept = Array(0..<equations.layout.count - 1)
    let found = try #require(equations.solution(keeping: kept))
    var smaller = Self.table
    smaller.schema.styles.removeLast()
    for row in smaller.rows.indices { smaller.rows[row].styles.removeLast() }
    let expected = CrossSectionalRegression().estimate(try smaller.panel(lag: 0)).periods[0]
    for (a, b) in zip(found.factorReturns, expected.factorReturns) { #expect(abs(a - b) <= InvariantCase.tolerance) }
    #expect(found.factorReturns.last == 0)
  }

  /// The F statistic of one style is the square of its t statistic.
  @Test func droppingOneStyleTestsItsTStatistic() throws {
    let panel = try Self.table.panel(lag: 0)
    let equations = try #require(CrossSectionalRegression().normalEquations(panel)[0])
    let period = CrossSectionalRegression().estimate(panel).periods[0]
    let style = equations.layout.styleOffset + 1
    let test = try #require(equations.dropTest([style]))
    #expect(test.numerator == 1)
    let square = period.tStatistics[style] * period.tStatistics[style]
    // Both sums of squares lose digits to cancellation: 1 / (1 − R²) and the statistic's own size.
    #expect(abs(test.statistic - square) <= 1e3 * InvariantCase.tolerance * max(1, square))
  }

  @Test func anAssetAddedAndTakenAwayLeavesTheStatistics() throws {
    let panel = try Self.table.panel(lag: 0)
    var equations = try #require(CrossSectionalRegression().normalEquations(panel)[0])
    let before = equations
    let loadings = (0..<equations.layout.count).map { Double($0 % 3) - 0.5 }
    equations.add(loadings: loadings, weight: 2, return: 0.01)
    #expect(equations.assetCount == before.assetCount + 1)
    #expect(equations.matrix[2, 1] == before.matrix[2, 1] + 2 * loadings[2] * loadings[1])
    equations.add(loadings: loadings, weight: -2, return: 0.01)
    #expect(equations.assetCount == before.assetCount)
    for (a, b) in zip(equations.rightHandSide, before.rightHandSide) { #expect(abs(a - b) <= 1e-13) }
  }

  @Test func aRidgeShrinks() throws {
    let panel = try Self.table.panel(lag: 0)
    let equations = try #require(CrossSectionalRegression().normalEquations(panel)[0])
    var ridge = [Double](repeating: 0, count: equations.layout.count)
    ridge[equations.layout.styleOffset] = 1e12
    let plain = try #require(equations.solution())
    let shrunk = try #require(equations.solution(ridge: ridge))
    #expect(
      abs(shrunk.factorReturns[equations.layout.styleOffset]) <= 1e-6
        * abs(plain.factorReturns[equations.layout.styleOffset]))
  }

  @Test func collinearFactorsHaveNoSolution() throws {
    var table = Self.table
    for row in table.rows.indices { table.rows[row].styles[1] = 2 * table.rows[row].styles[0] }
    let equations = try #require(CrossSectionalRegression().normalEquations(try table.panel(lag: 0))[0])
    #expect(equations.solution() == nil)
  }
}

extension String {
  /// A number made of the text's bytes, the same in every run.
  fileprivate var hashOfBytes: Int { utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF } }
}

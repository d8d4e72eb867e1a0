import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Full idio covariances, through the public call: the forms agree where they mean the same.
@Suite struct GeneralizedLeastSquaresTests {
  /// One date of 40 assets, two groups, three styles, some assets outside the universe.
  static func panel(labelCounts: [Int] = [3, 6], fractionalGroups: Set<Int> = []) throws -> Panel {
    try RandomPanel(
      assetCount: 40, dateCount: 1, labelCounts: labelCounts, fractionalGroups: fractionalGroups, outsideShare: 0.1,
      seed: 5
    ).table().panel(lag: 0)
  }

  /// Variances between 1 and 4, by row.
  static func variances(_ count: Int) -> [Double] {
    var random = TestRandom(seed: 21)
    return (0..<count).map { _ in 1 + 3 * random.uniform() }
  }

  /// Three blocks of linked rows, of two, three and four rows.
  static func blocks(_ variances: [Double]) -> [IdioCovariance.Block] {
    [[0, 7], [3, 12, 20], [5, 6, 30, 35]].map { rows in
      IdioCovariance.Block(
        rows: rows,
        covariance: SymmetricMatrix(order: rows.count) { row, column in
          let scale = (variances[rows[row]] * variances[rows[column]]).squareRoot()
          return row == column ? scale : 0.6 * scale
        })
    }
  }

  /// The dense matrix that blocks stand for.
  static func dense(_ variances: [Double], _ blocks: [IdioCovariance.Block]) -> SymmetricMatrix {
    var dense = SymmetricMatrix(order: variances.count) { $0 == $1 ? variances[$0] : 0 }
    for block in blocks {
      for (i, row) in block.rows.enumerated() {
        for (j, column) in block.rows.enumerated() where j <= i { dense[row, column] = block.covariance[i, j] }
      }
    }
    return dense
  }

  /// `10³ ε` times the `n κ²` of a well conditioned design, as for the invariants.
  static func expectSame(_ left: PeriodRegression, _ right: PeriodRegression) {
    #expect(left.outcome == .estimated && right.outcome == .estimated)
    let tolerance = InvariantCase.tolerance
    for (a, b) in zip(left.factorReturns, right.factorReturns) { #expect(abs(a - b) <= tolerance) }
    for (a, b) in zip(left.standardErrors, right.standardErrors) { #expect(abs(a - b) <= tolerance * max(a, 1e-3)) }
    for (a, b) in zip(left.varianceInflation, right.varianceInflation) { #expect(abs(a - b) <= tolerance * a) }
    for (a, b) in zip(left.idioReturns, right.idioReturns) { #expect(abs(a - b) <= tolerance) }
    for (a, b) in zip(left.leverage, right.leverage) { #expect(abs(a - b) <= tolerance) }
    #expect(abs(left.rSquared - right.rSquared) <= tolerance)
    #expect(abs(left.centeredRSquared - right.centeredRSquared) <= tolerance)
    #expect(abs(left.idioVolatility - right.idioVolatility) <= tolerance)
  }

  static let regressions: [CrossSectionalRegression] = [
    .init(computesLeverage: true), .init(hasMarket: false, computesLeverage: true),
    .init(constraintWeights: .equal, computesLeverage: true),
  ]

  @Test(arguments: regressions)
  func diagonalIsWeightingByTheInverse(regression: CrossSectionalRegression) throws {
    var table = RandomPanel(assetCount: 40, dateCount: 1, labelCounts: [3, 6], seed: 5).table()
    table.schema.hasWeights = true
    var random = TestRandom(seed: 3)
    for row in table.rows.indices { table.rows[row].weight = 1 + 3 * random.uniform() }
    let panel = try table.panel(lag: 0)
    var byColumn = regression
    byColumn.weights = .inverseOfVarianceColumn
    let found = regression.estimate(panel) { .diagonal(Array($0.weights.prefix($0.rowCount))) }
    Self.expectSame(found.periods[0], byColumn.estimate(panel).periods[0])
  }

  @Test(arguments: regressions)
  func blocksWithoutCovariancesAreDiagonal(regression: CrossSectionalRegression) throws {
    let panel = try Self.panel()
    let variances = Self.variances(panel.crossSections[0].rowCount)
    let blocks = Self.blocks(variances).map { block in
      IdioCovariance.Block(
        rows: block.rows,
        covariance: SymmetricMatrix(order: block.rows.count) { $0 == $1 ? variances[block.rows[$0]] : 0 })
    }
    let diagonal = regression.estimate(panel) { _ in .diagonal(variances) }.periods[0]
    let linked = regression.estimate(panel) { _ in .blocks(variances: variances, linked: blocks) }.periods[0]
    Self.expectSame(linked, diagonal)
  }

  @Test(arguments: regressions)
  func blocksAreTheDenseMatrix(regression: CrossSectionalRegression) throws {
    let panel = try Self.panel()
    let variances = Self.variances(panel.crossSections[0].rowCount)
    let blocks = Self.blocks(variances)
    let linked = regression.estimate(panel) { _ in .blocks(variances: variances, linked: blocks) }.periods[0]
    let dense = regression.estimate(panel) { _ in .dense(Self.dense(variances, blocks)) }.periods[0]
    Self.expectSame(linked, dense)
    let diagonal = regression.estimate(panel) { _ in .diagonal(variances) }.periods[0]
    #expect(zip(linked.factorReturns, diagonal.factorReturns).contains { abs($0 - $1) > 1e-5 })
  }

  @Test(arguments: regressions)
  func lowRankPlusDiagonalIsTheDenseMatrix(regression: CrossSectionalRegression) throws {
    let panel = try Self.panel()
    let count = panel.crossSections[0].rowCount
    let variances = Self.variances(count)
    var random = TestRandom(seed: 77)
    let loadings = Matrix(rowCount: count, columnCount: 3) { _, _ in random.normal() }
    let dense = SymmetricMatrix(order: count) { row, column in
      (0..<3).reduce(row == column ? variances[row] : 0) { $0 + loadings[row, $1] * loadings[column, $1] }
    }
    let lowRank = regression.estimate(panel) { _ in
      .lowRankPlusDiagonal(variances: variances, loadings: loadings)
    }.periods[0]
    Self.expectSame(lowRank, regression.estimate(panel) { _ in .dense(dense) }.periods[0])
  }

  @Test func fractionalMembershipGoesWithBlocks() throws {
    let panel = try Self.panel(labelCounts: [4, 5], fractionalGroups: [0])
    let variances = Self.variances(panel.crossSections[0].rowCount)
    let blocks = Self.blocks(variances)
    let regression = CrossSectionalRegression()
    let linked = regression.estimate(panel) { _ in .blocks(variances: variances, linked: blocks) }.periods[0]
    let dense = regression.estimate(panel) { _ in .dense(Self.dense(variances, blocks)) }.periods[0]
    Self.expectSame(linked, dense)
  }

  /// Adding what the factors already span changes no factor return: `Ω + B G Bᵀ` in place of `Ω`.
  @Test func covarianceAlongTheLoadingsIsNeutral() throws {
    let panel = try RandomPanel(assetCount: 40, dateCount: 1, labelCounts: [], seed: 9).table().panel(lag: 0)
    let section = panel.crossSections[0]
    let count = section.rowCount
    let variances = Self.variances(count)
    let spanned = Matrix(rowCount: count, columnCount: 2) { row, column in
      column == 0 ? 1 : 2 * section.loading(row: row, style: 0) - section.loading(row: row, style: 1)
    }
    let plain = CrossSectionalRegression().estimate(panel) { _ in .diagonal(variances) }.periods[0]
    let total = CrossSectionalRegression().estimate(panel) { _ in
      .lowRankPlusDiagonal(variances: variances, loadings: spanned)
    }.periods[0]
    for (a, b) in zip(plain.factorReturns, total.factorReturns) { #expect(abs(a - b) <= InvariantCase.tolerance) }
  }

  @Test func anIndefiniteBlockFailsItsPeriodAlone() throws {
    let panel = try RandomPanel(assetCount: 30, dateCount: 3, labelCounts: [3], seed: 4).table().panel(lag: 0)
    let bad = panel.crossSections[1].date
    let result = CrossSectionalRegression().estimate(panel) { section in
      let entry = section.date == bad ? 1.5 : 0.5
      return .blocks(
        variances: Array(repeating: 1, count: section.rowCount),
        linked: [.init(rows: [2, 4], covariance: SymmetricMatrix(order: 2) { $0 == $1 ? 1 : entry })])
    }
    #expect(result.periods[0].outcome == .estimated)
    #expect(result.periods[1].outcome == .failed(.indefiniteIdioCovariance(rows: [2, 4])))
    #expect(result.periods[2].outcome == .estimated)
  }

  @Test func manyThreadsGiveTheSameBits() throws {
    let panel = try RandomPanel(assetCount: 40, dateCount: 9, labelCounts: [5], seed: 6).table().panel(lag: 1)
    func run(_ workers: Int) -> [[Double]] {
      CrossSectionalRegression().estimate(panel, workers: workers) { section in
        let variances = Self.variances(section.rowCount)
        return .blocks(variances: variances, linked: Self.blocks(variances))
      }.factorReturns
    }
    #expect(run(1) == run(3))
  }
}

import LinAlg
import TestSupport
import Testing

@testable import RiskEngine

/// The covariance that correlations and volatilities make over the rows of a cross-section.
@Suite struct IdioCorrelationCovarianceTests {
  /// One date of 30 assets in rows that are not in the order of their codes.
  static func section() throws -> CrossSection {
    try RandomPanel(assetCount: 30, dateCount: 1, labelCounts: [4], seed: 2).table().panel(lag: 0).crossSections[0]
  }

  static func estimate(_ section: CrossSection) throws -> IdioCorrelationEstimate {
    let codes = section.assets.map(Int.init).sorted()
    var history = CorrelatedHistory.normal(
      assets: 31, periods: 80,
      pairs: [(codes[0], codes[1], 0.8), (codes[1], codes[5], 0.7), (codes[8], codes[20], -0.7)], seed: 3)
    history.issuers[codes[10]] = 0
    history.issuers[codes[12]] = 0
    // An asset without a row.
    history.issuers[30] = 0
    return try history.estimate(history.settings(.thresholded))
  }

  static func volatilities(_ section: CrossSection) -> [Double] {
    var random = TestRandom(seed: 4)
    return section.assets.map { _ in 0.01 + 0.03 * random.uniform() }
  }

  /// `diag(σ) R diag(σ)` from the definition.
  static func dense(
    _ estimate: IdioCorrelationEstimate, _ section: CrossSection, _ volatilities: [Double]
  ) -> SymmetricMatrix {
    let correlation = estimate.dense(section.assets)
    return SymmetricMatrix(order: section.rowCount) { correlation[$0][$1] * volatilities[$0] * volatilities[$1] }
  }

  @Test func blocksAreTheDefinition() throws {
    let section = try Self.section()
    let estimate = try Self.estimate(section)
    let volatilities = Self.volatilities(section)
    guard case .blocks(let variances, let linked) = estimate.covariance(of: section, volatilities: volatilities) else {
      Issue.record("expected blocks")
      return
    }
    #expect(linked.map(\.rows.count).sorted() == [2, 2, 3])
    #expect(linked.map { $0.rows[0] } == linked.map { $0.rows[0] }.sorted())
    let dense = Self.dense(estimate, section, volatilities)
    var found = SymmetricMatrix(order: section.rowCount) { $0 == $1 ? variances[$0] : 0 }
    for block in linked {
      for (i, row) in block.rows.enumerated() {
        #expect(block.covariance[i, i] == volatilities[row] * volatilities[row])
        for (j, column) in block.rows.enumerated() where j < i { found[row, column] = block.covariance[i, j] }
      }
    }
    // Two roundings an entry, in another order.
    for row in 0..<section.rowCount {
      for column in 0...row { #expect(abs(found[row, column] - dense[row, column]) <= 4e-16 * abs(dense[row, column])) }
    }
    #expect(variances == volatilities.map { $0 * $0 })
    let whole = try Cholesky(consuming: dense)
    // The inverse of each block is that part of the inverse of the whole; conditions are below 40, scales below 16.
    let inverse = whole.inverse()
    for block in linked {
      let part = try Cholesky(consuming: block.covariance).inverse()
      for (i, row) in block.rows.enumerated() {
        for (j, column) in block.rows.enumerated() where j <= i {
          #expect(abs(part[i, j] - inverse[row, column]) <= 1e-12 * inverse[row, row])
        }
      }
    }
  }

  /// A member without a row, or without a volatility, drops out; the others keep their correlations.
  @Test(arguments: [.nan, 0, -.infinity] as [Double])
  func membersDropOut(volatility: Double) throws {
    let section = try Self.section()
    let estimate = try Self.estimate(section)
    var volatilities = Self.volatilities(section)
    let full = estimate.covariance(of: section, volatilities: volatilities).blocks(
      amongRegressed: Array(repeating: true, count: section.rowCount))
    let three = try #require(full.first { $0.rows.count == 3 })
    let two = try #require(full.first { $0.rows.count == 2 })
    volatilities[three.rows[1]] = volatility
    volatilities[two.rows[0]] = volatility
    guard case .blocks(_, let linked) = estimate.covariance(of: section, volatilities: volatilities) else {
      Issue.record("expected blocks")
      return
    }
    #expect(linked.count == full.count - 1)
    let left = try #require(linked.first { $0.rows == [three.rows[0], three.rows[2]] })
    #expect(left.covariance[1, 0] == three.covariance[2, 0])
  }

  @Test func withoutComponentsItIsDiagonal() throws {
    let section = try Self.section()
    let history = CorrelatedHistory(returns: [[], []], live: [], issuers: [])
    let estimate = try history.estimate(history.settings(.linked))
    let volatilities = Self.volatilities(section)
    guard case .blocks(let variances, let linked) = estimate.covariance(of: section, volatilities: volatilities) else {
      Issue.record("expected blocks")
      return
    }
    #expect(linked.isEmpty && variances == volatilities.map { $0 * $0 })
  }
}

import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Factor-mimicking portfolios: their returns, loadings and idio variance.
@Suite struct FactorPortfolioTests {
  /// The holdings, and the regression whose factor returns they earn.
  static func portfolios(
    _ example: InvariantCase
  ) throws -> (portfolios: FactorPortfolios, period: PeriodRegression, panel: Panel) {
    let panel = try example.table().panel(lag: 0)
    let portfolios = try #require(
      example.regression.factorPortfolios(panel.crossSections[0], schema: panel.schema, labels: panel.labels))
    return (portfolios, example.regression.estimate(panel).periods[0], panel)
  }

  @Test(arguments: InvariantCase.all)
  func returnsOfThePortfoliosAreTheFactorReturns(example: InvariantCase) throws {
    let (portfolios, period, panel) = try Self.portfolios(example)
    let section = panel.crossSections[0]
    for (factor, expected) in period.factorReturns.enumerated() {
      let found = (0..<section.rowCount).reduce(0.0) { $0 + portfolios.holdings[$1, factor] * section.returns[$1] }
      #expect(abs(found - expected) <= InvariantCase.tolerance)
    }
  }

  /// `Pᵀ B = I − V (Cᵀ V)⁻¹ Cᵀ`: an industry's portfolio has loading 1 on it less the industries' shares.
  @Test func loadingsWithAMarketAndOneGroup() throws {
    let example = InvariantCase(name: "one group", labelCounts: [6], regression: .init())
    let (portfolios, _, panel) = try Self.portfolios(example)
    let section = panel.crossSections[0]
    let layout = portfolios.layout
    guard case .labels(let labels) = section.groups[0] else { return }
    let total = section.caps.reduce(0, +)
    let shares = layout.labels[0].map { label in
      (0..<section.rowCount).reduce(0.0) { labels[$1] == label ? $0 + section.caps[$1] : $0 } / total
    }
    for factor in 0..<layout.count {
      let net = portfolios.holdings.column(factor).reduce(0, +)
      #expect(abs(net - (factor == 0 ? 1 : 0)) <= InvariantCase.tolerance)
      for (place, label) in layout.labels[0].enumerated() {
        let loading = (0..<section.rowCount).reduce(0.0) {
          labels[$1] == label ? $0 + portfolios.holdings[$1, factor] : $0
        }
        let expected: Double =
          if factor == 0 { shares[place] } else if factor < layout.styleOffset {
            (factor == 1 + place ? 1 : 0) - shares[place]
          } else { 0 }
        #expect(abs(loading - expected) <= InvariantCase.tolerance)
      }
      for style in 0..<layout.styleCount {
        let loading = (0..<section.rowCount).reduce(0.0) {
          $0 + portfolios.holdings[$1, factor] * section.loading(row: $1, style: style)
        }
        #expect(abs(loading - (factor == layout.styleOffset + style ? 1 : 0)) <= InvariantCase.tolerance)
      }
    }
  }

  /// With `W = Ω⁻¹` no portfolio of the same loadings has less idio variance.
  @Test func idioVarianceIsTheLeast() throws {
    let panel = try GeneralizedLeastSquaresTests.panel(labelCounts: [])
    let section = panel.crossSections[0]
    let count = section.rowCount
    let variances = GeneralizedLeastSquaresTests.variances(count)
    let blocks = GeneralizedLeastSquaresTests.blocks(variances)
    let covariance = GeneralizedLeastSquaresTests.dense(variances, blocks)
    let best = try #require(
      CrossSectionalRegression().factorPortfolios(
        section, schema: panel.schema, labels: panel.labels,
        idioCovariance: .blocks(variances: variances, linked: blocks)))
    let other = try #require(
      CrossSectionalRegression().factorPortfolios(
        section, schema: panel.schema, labels: panel.labels, idioCovariance: .diagonal(variances)))
    for factor in 0..<best.layout.count {
      func variance(_ portfolios: FactorPortfolios) -> Double {
        let holdings = portfolios.holdings.column(factor)
        return zip(holdings, covariance.multiplied(by: holdings)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      #expect(variance(best) < variance(other))
    }
  }

  @Test func assetsOutsideTheRegressionAreNotHeld() throws {
    let panel = try GeneralizedLeastSquaresTests.panel()
    let section = panel.crossSections[0]
    let portfolios = try #require(
      CrossSectionalRegression().factorPortfolios(section, schema: panel.schema, labels: panel.labels))
    let period = CrossSectionalRegression().estimate(panel).periods[0]
    #expect(period.isRegressed.contains(false))
    for row in 0..<section.rowCount where !period.isRegressed[row] {
      for factor in 0..<portfolios.layout.count { #expect(portfolios.holdings[row, factor] == 0) }
    }
  }
}

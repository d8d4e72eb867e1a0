import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Recovery of the synthetic market's truth.
@Suite struct FactorReturnRecoveryTests {
  /// R1: without idio returns the truth comes back to `100 u κ² |f|`.
  @Test func exactMarketsAreRecoveredToRounding() throws {
    let example = try RecoveryCase(.exact)
    for regression in [CrossSectionalRegression(), .init(weights: .equal), .init(weights: .cap)] {
      for (index, period) in regression.estimate(example.panel).periods.enumerated() {
        let truth = example.factorReturns(index)
        let largest = truth.reduce(0) { max($0, abs($1)) }
        // The reported condition is that of the normal equations, the square of the rows'.
        let bound = 100 * unitRoundoff * period.condition * largest
        #expect(period.outcome == .estimated)
        for (found, expected) in zip(period.factorReturns, truth) { #expect(abs(found - expected) <= bound) }
      }
    }
  }

  /// `Σ_t (f̂ − f)ᵀ A_t (f̂ − f)`, chi-square with as many degrees of freedom as there are free factors.
  private func quadraticForm(_ example: RecoveryCase) throws -> (statistic: Double, freedom: Int) {
    let periods = RecoveryCase.efficient.estimate(example.panel).periods
    let equations = RecoveryCase.efficient.normalEquations(example.panel)
    var statistic = 0.0
    var freedom = 0
    for (index, period) in periods.enumerated() {
      let matrix = try #require(equations[index]).matrix
      let error = zip(period.factorReturns, example.factorReturns(index)).map { $0 - $1 }
      statistic += zip(error, matrix.multiplied(by: error)).reduce(0) { $0 + $1.0 * $1.1 }
      freedom += period.factorCount - 1
    }
    return (statistic, freedom)
  }

  /// R2: with `W = Ω⁻¹` errors have the covariance that theory gives them.
  @Test func generalizedLeastSquaresIsUnbiasedAndEfficient() throws {
    let (statistic, freedom) = try quadraticForm(RecoveryCase(.gaussStatic))
    RecoveryCase.expectChiSquare(statistic, freedom: freedom)
  }

  /// R19: the same where returns and loadings are missing at random.
  @Test func missingValuesLeaveItUnbiased() throws {
    let example = try RecoveryCase(.gaussMissing)
    let excluded = RecoveryCase.efficient.estimate(example.panel).periods.reduce(0) { $0 + $1.exclusions.total }
    #expect(excluded > 0)
    let (statistic, freedom) = try quadraticForm(example)
    RecoveryCase.expectChiSquare(statistic, freedom: freedom)
  }

  /// R3: other weights are valid with the sandwich covariance `Pᵀ Ω P`, and never better than the right ones.
  @Test(arguments: [WeightScheme.equal, .squareRootOfCap])
  func otherWeightsAreValidAndLessEfficient(weights: WeightScheme) throws {
    let example = try RecoveryCase(.gaussStatic, periodCount: 31)
    let regression = CrossSectionalRegression(weights: weights)
    let panel = example.panel
    var statistic = 0.0
    var freedom = 0
    for (index, period) in regression.estimate(panel).periods.enumerated() {
      let section = panel.crossSections[index]
      func covariance(_ regression: CrossSectionalRegression) throws -> SymmetricMatrix {
        let portfolios = try #require(
          regression.factorPortfolios(section, schema: panel.schema, labels: panel.labels))
        let count = portfolios.layout.count
        let scaled = Matrix(rowCount: section.rowCount, columnCount: count) {
          portfolios.holdings[$0, $1] * example.variances[index][$0].squareRoot()
        }
        return SymmetricMatrix(gramOf: scaled)
      }
      let own = try covariance(regression)
      #expect(own.trace > (try covariance(RecoveryCase.efficient)).trace)
      let error = zip(period.factorReturns, example.factorReturns(index)).map { $0 - $1 }
      // The constraint makes one eigenvalue zero; the rest are far from it.
      let eigen = try SymmetricEigen(consuming: own)
      for (k, value) in eigen.values.enumerated() where value > 1e-12 * (eigen.values.last ?? 0) {
        let projection = zip(eigen.vectors.column(k), error).reduce(0) { $0 + $1.0 * $1.1 }
        statistic += projection * projection / value
        freedom += 1
      }
    }
    #expect(freedom == 30 * (1 + 10 + 5 - 1))
    RecoveryCase.expectChiSquare(statistic, freedom: freedom)
  }

  /// R4: `Σ w e²` with `w = 1 / v` is chi-square with n − m + p degrees of freedom a period.
  @Test(arguments: [SyntheticMode.gaussStatic, .gaussMissing])
  func idioReturnsHaveTheirVariance(mode: SyntheticMode) throws {
    let example = try RecoveryCase(mode)
    var statistic = 0.0
    var freedom = 0
    for (index, period) in RecoveryCase.efficient.estimate(example.panel).periods.enumerated() {
      for (row, idio) in period.idioReturns.enumerated() where period.isRegressed[row] {
        statistic += idio * idio / example.variances[index][row]
      }
      freedom += period.assetCount - period.factorCount + 1
    }
    RecoveryCase.expectChiSquare(statistic, freedom: freedom)
  }

  /// Standard errors are right: `(f̂ − f) / se` is Student's t, whose variance is `ν / (ν − 2)`.
  @Test func standardErrorsHaveTheirMeaning() throws {
    let example = try RecoveryCase(.gaussStatic, periodCount: 121)
    let periods = RecoveryCase.efficient.estimate(example.panel).periods
    for factor in 0..<periods[0].factorCount {
      var sum = 0.0
      for (index, period) in periods.enumerated() {
        let score =
          (period.factorReturns[factor] - example.factorReturns(index)[factor]) / period.standardErrors[factor]
        sum += score * score
      }
      // ν = 285 makes the law normal for this purpose; level shared among the factors.
      RecoveryCase.expectChiSquare(
        sum, freedom: periods.count, level: RecoveryCase.level / Double(periods[0].factorCount))
    }
  }
}

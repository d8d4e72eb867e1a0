import RiskEngine
import TestSupport
import Testing

/// How far a regression in double precision may be from the same in extended precision.
///
/// The error of the normal equations is bounded by a multiple of `n ε κ²` times the size of what is
/// computed (Higham, *Accuracy and Stability of Numerical Algorithms*, 2002, section 20.4); `condition` is
/// the engine's estimate of `κ²`, which here counts for the whole design, whose labels are well conditioned.
struct DenseAgreement {
  /// The largest return, to whose size errors of factor and idio returns are compared.
  let largestReturn: Double
  /// `4 n ε κ²`.
  let relative: Double

  init(_ found: PeriodRegression, _ section: CrossSection) {
    largestReturn = section.returns.reduce(0) { max($0, abs($1)) }
    relative = 4 * Double(max(1, found.assetCount)) * .ulpOfOne * max(1, found.condition)
  }

  /// Checks everything that both give.
  static func check(_ result: RegressionResult, of panel: Panel, against expected: [DenseRegression.Period]) {
    let estimated = result.periods.indices.filter { result.periods[$0].outcome.hasEstimate }
    #expect(estimated.map { result.periods[$0].date } == expected.map(\.date))
    for (index, period) in zip(estimated, expected) {
      let section = panel.crossSections[index]
      DenseAgreement(result.periods[index], section).check(result.periods[index], section, panel, period)
    }
  }

  /// Checks one period.
  func check(_ found: PeriodRegression, _ section: CrossSection, _ panel: Panel, _ expected: DenseRegression.Period) {
    #expect(found.outcome == .estimated)
    #expect(zip(found.labels, panel.labels).map { codes, table in codes.map { table[$0] } } == expected.labels)
    #expect(found.assetCount == expected.weights.count)
    #expect(found.factorReturns.count == expected.factorReturns.count)
    for (factor, value) in expected.factorReturns.enumerated() {
      let size = largestReturn + abs(Double(value))
      #expect(abs(found.factorReturns[factor] - Double(value)) <= relative * size, "factor \(factor)")
      let error = Double(expected.standardErrors[factor])
      #expect(abs(found.standardErrors[factor] - error) <= relative * error, "standard error \(factor)")
    }
    for (factor, value) in expected.varianceInflation.enumerated() {
      guard !value.isNaN else {
        // The only label of a constrained group: its factor return is 0, whatever the data.
        #expect(found.varianceInflation[factor].isNaN && found.factorReturns[factor] == 0)
        continue
      }
      #expect(abs(found.varianceInflation[factor] - Double(value)) <= relative * Double(value), "inflation \(factor)")
      #expect(found.varianceInflation[factor] >= 1 - relative)
    }
    #expect(abs(found.rSquared - Double(expected.rSquared)) <= relative)
    #expect(abs(found.centeredRSquared - Double(expected.centeredRSquared)) <= relative)
    #expect(abs(found.idioVolatility - Double(expected.idioVolatility)) <= relative * largestReturn)
    checkRows(found, section, panel, expected)
  }

  private func checkRows(
    _ found: PeriodRegression, _ section: CrossSection, _ panel: Panel, _ expected: DenseRegression.Period
  ) {
    #expect(found.idioReturns.count == section.rowCount)
    var idioCount = 0
    for row in 0..<section.rowCount {
      let asset = panel.assets[section.assets[row]]
      if let idio = expected.idioReturns[asset] {
        idioCount += 1
        #expect(
          abs(found.idioReturns[row] - Double(idio)) <= relative * (largestReturn + abs(Double(idio))), "\(asset)")
      } else {
        #expect(found.idioReturns[row].isNaN, "\(asset)")
      }
      #expect(found.isRegressed[row] == (expected.weights[asset] != nil), "\(asset)")
      guard !found.leverage.isEmpty else { continue }
      #expect(abs(found.leverage[row] - Double(expected.leverage[asset] ?? 0)) <= relative, "\(asset)")
    }
    #expect(idioCount == expected.idioReturns.count)
  }
}

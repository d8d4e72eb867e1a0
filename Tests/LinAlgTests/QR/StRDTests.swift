import LinAlg
import Testing
import TestSupport

/// The linear regressions of the NIST Statistical Reference Datasets, to the digits that their conditioning leaves.
///
/// A backward error of at most `γ` in each column of `A` and in `b` moves a coefficient, to first order, by at most
///
///     |δxᵢ| ≤ γ cᵢ (‖b‖ + Σⱼ ‖aⱼ‖ |xⱼ|) + γ cᵢ Σⱼ cⱼ ‖aⱼ‖ ‖r‖,   cᵢ² = ((AᵀA)⁻¹)ᵢᵢ
///
/// (Björck, Numerical Methods for Least Squares Problems, 1996, section 1.4.5, with norms of rows of `A⁺` and of
/// `(AᵀA)⁻¹`). The certified standard deviations are `s cᵢ`, so that the bound comes from certified values alone:
/// digits that every backward stable method attains, and normal equations do not.
@Suite struct StRDTests {
  /// `cᵢ`; the two datasets without residual share the design of Wampler3.
  private func sensitivities(_ dataset: StRDDataset) -> [Double] {
    let source = dataset.residualStandardDeviation > 0 ? dataset : .wampler3
    return source.standardDeviations.map { $0 / source.residualStandardDeviation }
  }

  private func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Backward errors of the factorization, of applying `Qᵀ`, and one rounding of each number read.
  private func backwardError(_ dataset: StRDDataset) -> Double {
    2 * householderGamma(rowCount: dataset.design.rowCount, columnCount: dataset.design.columnCount) + gamma(1)
  }

  /// `‖b‖ + Σⱼ ‖aⱼ‖ |xⱼ|`.
  private func misfit(_ dataset: StRDDataset) -> Double {
    dataset.coefficients.indices.reduce(norm(dataset.responses)) {
      $0 + norm(dataset.design.column($1)) * abs(dataset.coefficients[$1])
    }
  }

  @Test(arguments: StRDDataset.all)
  func coefficientsHaveTheDigitsThatConditioningLeaves(dataset: StRDDataset) {
    let solution = QR(consuming: dataset.design).leastSquares(dataset.responses, relativeTolerance: 0)
    let sensitivities = sensitivities(dataset)
    let gamma = backwardError(dataset)
    let coupling = dataset.coefficients.indices.reduce(0) {
      $0 + sensitivities[$1] * norm(dataset.design.column($1))
    }
    let residual = dataset.residualSumOfSquares.squareRoot()
    for (i, certified) in dataset.coefficients.enumerated() {
      let bound = gamma * sensitivities[i] * (misfit(dataset) + coupling * residual)
      // The certified value itself is rounded to 15 digits.
      let printed = 0.5e-14 * abs(certified)
      let error = abs(solution.coefficients[i] - certified)
      #expect(error <= bound + printed, "B\(i): \(solution.coefficients[i]), certified \(certified)")
    }
  }

  /// `|δ‖r‖| ≤ γ (‖b‖ + Σⱼ ‖aⱼ‖ |xⱼ|)`.
  @Test(arguments: StRDDataset.all)
  func residualsHaveTheDigitsThatConditioningLeaves(dataset: StRDDataset) {
    let solution = QR(consuming: dataset.design).leastSquares(dataset.responses, relativeTolerance: 0)
    let certified = dataset.residualSumOfSquares.squareRoot()
    let error = abs(solution.residualSumOfSquares.squareRoot() - certified)
    #expect(error <= backwardError(dataset) * misfit(dataset) + 0.5e-14 * certified)
    let freedom = Double(dataset.design.rowCount - dataset.design.columnCount)
    let deviation = (solution.residualSumOfSquares / freedom).squareRoot()
    let deviationError = abs(deviation - dataset.residualStandardDeviation)
    #expect(
      deviationError <= backwardError(dataset) * misfit(dataset) / freedom.squareRoot()
        + 1e-14 * dataset.residualStandardDeviation)
  }

  /// The log relative error `−log₁₀ |x − c| / |c|` of the worst coefficient.
  ///
  /// The stated digits are those of the bound
  /// above with a backward error of n ε, size × ε, in place of the worst case `γ`, rounded down; 14 are those printed.
  @Test(
    arguments: [
      (StRDDataset.noInt1, 14), (.noInt2, 14), (.longley, 8), (.filip, 4), (.wampler1, 7), (.wampler2, 10),
      (.wampler3, 7), (.wampler4, 5), (.wampler5, 3),
    ])
  func logRelativeErrorsAreAsStated(dataset: StRDDataset, digits: Int) {
    let solution = QR(consuming: dataset.design).leastSquares(dataset.responses, relativeTolerance: 0)
    let worst = zip(solution.coefficients, dataset.coefficients).map(relativeDifference).max() ?? 0
    #expect(worst <= (0..<digits).reduce(1) { power, _ in power / 10 })
  }
}

internal import LinAlg

/// A portfolio that is best by a risk model under linear equalities, in closed form.
///
/// With `x_q = Ω_r⁻¹Qᵀ(QΩ_r⁻¹Qᵀ)⁻¹q`, the portfolio of least variance among those with `Qx = q`, and
/// `z = Ω_r⁻¹μ − Ω_r⁻¹Qᵀ(QΩ_r⁻¹Qᵀ)⁻¹QΩ_r⁻¹μ`, for which `Qz = 0` and which does not covary with `x_q`, all portfolios of
/// the frontier are `x_q + τz`. There are no bounds on weights: those need a solver of quadratic programs.
public struct OptimalPortfolio: Hashable, Sendable {
  /// `x`: the weight of each row of the model.
  public var weights: [Double]
  /// `xᵀΩ_r x` over the model's horizon.
  public var variance: Double
  /// `μᵀx`; `nan` without expected returns.
  public var expectedReturn: Double
  /// The names of constraints that follow from the others and were left out, such as a last label's beside the market
  /// and all other labels.
  public var redundantConstraints: [String]

  /// `σ` over the model's horizon.
  public var volatility: Double { variance.squareRoot() }
  /// `μᵀx / σ` over the model's horizon; `nan` without expected returns or without risk.
  public var sharpeRatio: Double { variance > 0 ? expectedReturn / volatility : .nan }

  /// The weights as holdings, in the order of the model's rows.
  public func holdings(of model: RiskModel) -> Holdings {
    precondition(model.assetCount == weights.count, "\(weights.count) weights for \(model.assetCount) assets")
    return Holdings(distinct: model.assets, weights: weights)
  }

  /// The portfolio of least variance with `Qx = q`.
  ///
  /// - Parameters:
  ///   - precision: `Ω_r⁻¹`.
  ///   - constraints: what holds; `nil`, the default, is a net weight of 1. Without any the portfolio holds nothing.
  ///   - expectedReturns: `μ` of each row over the horizon, to be reported only.
  /// - Throws: `PortfolioError`: a number is not finite, or no portfolio satisfies the constraints.
  /// - Complexity: O(c (n (K + G) + m²) + c³) for c constraints.
  public static func minimumVariance(
    _ precision: RiskModel.Precision, constraints: [LinearConstraint]? = nil, expectedReturns: [Double]? = nil
  ) throws(PortfolioError) -> OptimalPortfolio {
    if let expectedReturns { try check(expectedReturns, precision.model) }
    let frontier = try ConstraintFrontier(
      precision, constraints: constraints ?? [.netWeight(of: precision.model)])
    return OptimalPortfolio(
      frontier.leastVariance, precision: precision, expectedReturns: expectedReturns, frontier: frontier)
  }

  /// The portfolio of the largest ratio of expected return to volatility with `Qx = q`.
  ///
  /// `x = x_q + (x_qᵀΩ_r x_q / μᵀx_q) z`, of a squared ratio of `(μᵀx_q)² / x_qᵀΩ_r x_q + μᵀz`. Where all targets are 0
  /// only its direction is determined, and its size is that of `Ω_r⁻¹μ`, the best for a risk aversion of 1:
  /// `μᵀx = xᵀΩ_r x`.
  ///
  /// - Parameters:
  ///   - precision: `Ω_r⁻¹`.
  ///   - expectedReturns: `μ`, excess over the riskless return over the horizon, a number a row.
  ///   - constraints: what holds; none by default.
  /// - Throws: `PortfolioError`: a number is not finite, no portfolio satisfies the constraints, there is no expected
  ///   return, or the ratio has no largest value.
  /// - Complexity: O(c (n (K + G) + m²) + c³) for c constraints.
  public static func maximumSharpeRatio(
    _ precision: RiskModel.Precision, expectedReturns: [Double], constraints: [LinearConstraint] = []
  ) throws(PortfolioError) -> OptimalPortfolio {
    try check(expectedReturns, precision.model)
    let frontier = try ConstraintFrontier(precision, constraints: constraints)
    let (direction, isNegligible) = frontier.direction(expectedReturns)
    var weights = frontier.leastVariance
    if frontier.isHomogeneous {
      guard !isNegligible else { throw .noExpectedReturn }
      weights = direction
    } else {
      let expected = SampleSums.product(expectedReturns.span, weights.span)
      guard expected > 0 else { throw .sharpeRatioNotAttained(expectedReturn: expected) }
      let step = precision.model.variance(weights) / expected
      for row in weights.indices { weights[row] += step * direction[row] }
    }
    return OptimalPortfolio(weights, precision: precision, expectedReturns: expectedReturns, frontier: frontier)
  }

  private init(
    _ weights: [Double], precision: RiskModel.Precision, expectedReturns: [Double]?, frontier: ConstraintFrontier
  ) {
    self.weights = weights
    variance = weights.isEmpty ? 0 : precision.model.variance(weights)
    expectedReturn = expectedReturns.map { SampleSums.product($0.span, weights.span) } ?? .nan
    redundantConstraints = frontier.redundant
  }

  private static func check(_ expectedReturns: [Double], _ model: RiskModel) throws(PortfolioError) {
    precondition(
      expectedReturns.count == model.assetCount, "\(expectedReturns.count) returns for \(model.assetCount) assets")
    for (row, value) in expectedReturns.enumerated() where !value.isFinite {
      throw .expectedReturnNotFinite(asset: model.assets[row], found: value)
    }
  }
}

internal import LinAlg

extension RiskModel {
  /// The risk of a portfolio with its decomposition.
  ///
  /// - Parameters:
  ///   - holdings: the portfolio.
  ///   - periodsPerYear: what a year has of the model's periods, for annualized figures; default 252, daily data.
  /// - Complexity: O(n m (K + G)).
  public func risk(of holdings: Holdings, periodsPerYear: Double = 252) -> PortfolioRisk {
    risks(of: [holdings], periodsPerYear: periodsPerYear, workers: 1)[0]
  }

  /// The risks of many portfolios.
  ///
  /// Each portfolio gets the bits that it gets alone, for any number of workers.
  ///
  /// - Parameters:
  ///   - portfolios: the portfolios.
  ///   - periodsPerYear: as in `risk(of:periodsPerYear:)`.
  ///   - listsAssets: whether the results list the held assets, five numbers each; default yes.
  ///   - workers: the number of workers; `nil` takes one a processor. OpenBLAS is set to one thread.
  /// - Complexity: O(n m (K + G)) once, then O(n (K + G) + m²) a portfolio.
  public func risks(
    of portfolios: [Holdings], periodsPerYear: Double = 252, listsAssets: Bool = true, workers: Int? = nil
  ) -> [PortfolioRisk] {
    PortfolioRiskBlock(self, periodsPerYear: periodsPerYear, listsAssets: listsAssets)
      .risks(portfolios, workers: workers ?? CrossSectionalRegression.defaultWorkerCount)
  }

  /// The risk of a portfolio against a benchmark.
  ///
  /// - Complexity: O(n m (K + G)).
  public func risk(
    of holdings: Holdings, against benchmark: Holdings, periodsPerYear: Double = 252
  ) -> RelativeRisk {
    risks(of: [holdings], against: benchmark, periodsPerYear: periodsPerYear, workers: 1)[0]
  }

  /// The risks of many portfolios against one benchmark.
  ///
  /// - Parameters: as in `risks(of:periodsPerYear:listsAssets:workers:)`.
  /// - Complexity: O(n m (K + G)) once, then O(n (K + G) + m²) a portfolio.
  public func risks(
    of portfolios: [Holdings], against benchmark: Holdings, periodsPerYear: Double = 252, listsAssets: Bool = true,
    workers: Int? = nil
  ) -> [RelativeRisk] {
    let workers = workers ?? CrossSectionalRegression.defaultWorkerCount
    let block = PortfolioRiskBlock(self, periodsPerYear: periodsPerYear, listsAssets: listsAssets)
    let all = block.risks(
      [benchmark] + portfolios + portfolios.map { $0.active(against: benchmark) }, workers: workers)
    let y = block.rows.weights(benchmark)
    let withBenchmark = assetCount == 0 ? [] : covariances(with: y)
    let ofBenchmark = all[0]
    var betas = [Double]()
    var correlations = [Double]()
    for (portfolio, holdings) in portfolios.enumerated() {
      let covariance = SampleSums.product(block.rows.weights(holdings).span, withBenchmark.span)
      let volatility = all[1 + portfolio].volatility
      betas.append(ofBenchmark.variance > 0 ? covariance / ofBenchmark.variance : .nan)
      // Cauchy and Schwarz bound it by 1; rounding alone exceeds that.
      correlations.append(
        ofBenchmark.variance > 0 && volatility > 0
          ? min(1, max(-1, covariance / (volatility * ofBenchmark.volatility))) : .nan)
    }
    // The variance of x − βy itself, since σ_x² − β²σ_y² of similar numbers has no digits and may be negative.
    let residuals = PortfolioRiskBlock(self, periodsPerYear: periodsPerYear, listsAssets: false).risks(
      zip(portfolios, betas).map { $1.isFinite ? $0.adding(benchmark, scale: -$1) : .empty }, workers: workers)
    return portfolios.indices.map { portfolio in
      let isKnown = betas[portfolio].isFinite
      return RelativeRisk(
        portfolio: all[1 + portfolio], benchmark: ofBenchmark, active: all[1 + portfolios.count + portfolio],
        beta: betas[portfolio], correlation: correlations[portfolio],
        residualFactorVariance: isKnown ? residuals[portfolio].factorVariance : .nan,
        residualIdioVariance: isKnown ? residuals[portfolio].idioVariance : .nan)
    }
  }

  /// What of a portfolio the model covers.
  public func coverage(of holdings: Holdings) -> PortfolioCoverage { ModelRows(self).coverage(holdings) }

  /// The weight of each asset of the model in a portfolio, a number a row; assets that are not covered are left out.
  public func weights(of holdings: Holdings) -> [Double] { ModelRows(self).weights(holdings) }

  /// The holdings of weights in the order of the model's rows.
  ///
  /// - Throws: `PortfolioError.weightNotFinite`.
  public func holdings(_ weights: [Double], names: IdentifierTable) throws(PortfolioError) -> Holdings {
    precondition(weights.count == assetCount, "\(weights.count) weights for \(assetCount) assets")
    return try Holdings(assets: assets, weights: weights, names: names)
  }

  /// `Ω_r x / σ`: by how much the volatility over the horizon grows with the weight of each asset of the model, held or
  /// not; `nan` where the portfolio has no risk.
  ///
  /// - Complexity: O(n (K + G) + m²).
  public func marginalContributions(of holdings: Holdings) -> [Double] {
    guard assetCount > 0 else { return [] }
    let x = weights(of: holdings)
    let volatility = variance(x).squareRoot()
    return covariances(with: x).map { volatility > 0 ? $0 / volatility : .nan }
  }
}

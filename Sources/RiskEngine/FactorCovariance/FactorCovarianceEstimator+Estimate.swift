public import LinAlg

extension FactorCovarianceEstimator {
  /// The covariance of one period after the periods so far, before eigenvalues and level are adjusted.
  ///
  /// - Parameter shares: `ϖ` of the constraints that the covariance is to satisfy, one a factor, such as those of the
  ///   date's own cross-section; the latest that were appended where none are given.
  /// - Throws: `notFinite` where squares of returns overflow, `didNotConverge`.
  /// - Complexity: O(m² L + m³), and O(m³) for each period in which factors began; O(T m² L) and the iterations of the
  ///   completion where the settings go through the history.
  public func base(shares: [Double]? = nil) throws(LinAlgError) -> FactorCovarianceBase {
    precondition(
      shares.map { $0.count == blocks.count } ?? true, "\(shares?.count ?? 0) shares for \(blocks.count) factors")
    // Sums over threads would depend on their number.
    BLASThreads.count = 1
    let factors = presence.factors
    let ownBlocks = factors.map { blocks[$0] }
    let currentShares = shares ?? presence.latestShares
    let constraints = FactorConstraints(
      blocks: ownBlocks, shares: factors.map { $0 < currentShares.count ? currentShares[$0] : 0 })
    var report = FactorCovarianceReport()
    report.periodCount = presence.presentCount
    report.filledCount = settings.missing == .em ? presence.gapCount : 0
    report.effectiveCorrelationCount = correlationMoments.products.effectiveCount
    report.effectiveVarianceCount = varianceMoments.products.effectiveCount
    report.hasFewPeriods = report.effectiveCorrelationCount < 2 * Double(factors.count)

    var ofCorrelation = try moments(settings.correlation, of: factors, blocks: ownBlocks, report: &report)
    var ofVariance =
      settings.variance == settings.correlation && settings.shrinkage == .none
      ? ofCorrelation : try moments(settings.variance, of: factors, blocks: ownBlocks, report: &report)
    let noiseShares = try removeNoise(&ofCorrelation, &ofVariance, of: factors, report: &report)
    if settings.shrinkage != .none {
      ofCorrelation = try shrunk(ofCorrelation, factors: factors, blocks: ownBlocks, report: &report)
    }

    var variances = factors.indices.map { max(0, ofVariance[$0, $0]) }
    var correlation = Self.correlation(of: ofCorrelation)
    report.zeroVarianceCount = variances.count { $0 == 0 }
    report.shortVarianceCount = ShortHistories.blend(
      variances: &variances, counts: factors.map { presence.counts[$0] }, blocks: ownBlocks,
      minimumCount: settings.minimumVarianceCount)
    report.shortCorrelationCount = ShortHistories.blend(
      correlations: &correlation, commonCount: { presence.commonCount(factors[$0], factors[$1]) }, blocks: ownBlocks,
      minimumCount: settings.minimumCorrelationCount)
    let volatilities = variances.map { $0.squareRoot() }
    let repaired = try repair(correlation, constraints: constraints, volatilities: volatilities, report: &report)

    let squaredMultiplier = settings.regime.flatMap { regime.squaredMultiplier($0) }
    report.isRegimeAdjusted = squaredMultiplier != nil
    report.clippedScoreCount = regime.clippedCount
    return FactorCovarianceBase(
      factors: factors,
      covariance: SymmetricMatrix(order: factors.count) { repaired[$0, $1] * volatilities[$0] * volatilities[$1] },
      report: report, settings: settings, periodCount: presence.presentCount, constraints: constraints,
      seriesVolatilities: factors.map { regime.volatility(of: $0) }, noiseShares: noiseShares,
      squaredMultiplier: squaredMultiplier)
  }

  /// The covariance over the horizon after the periods so far, with scalings of its own.
  ///
  /// - Parameters:
  ///   - shares: as of ``base(shares:)``.
  ///   - workers: the number of workers; the same bits for any.
  /// - Throws: `notFinite` where squares of returns overflow, `didNotConverge`.
  /// - Complexity: that of the base and of the simulation of eigenfactors.
  public func estimate(shares: [Double]? = nil, workers: Int = 1) throws(LinAlgError) -> FactorCovariance {
    let base = try base(shares: shares)
    var draws: EigenfactorDraws?
    return try base.finished(scalings: try base.eigenScalings(draws: &draws, workers: workers))
  }

  /// The Newey-West covariance of one half-life.
  private func moments(
    _ moment: FactorMoment, of factors: [Int], blocks: [FactorBlock], report: inout FactorCovarianceReport
  ) throws(LinAlgError) -> SymmetricMatrix {
    let lagWeights = settings.lagWeights(moment)
    let isComplete = presence.isComplete(factors)
    guard !isComplete, settings.missing != .em, let history else {
      if !isComplete { report.shortHistoryCount = shortHistoryCount(of: factors) }
      let states = moment == settings.correlation ? correlationMoments : varianceMoments
      return try states.covariance(lagWeights: lagWeights, presence: presence, blocks: self.blocks)
    }
    if settings.missing == .available {
      return AvailableCases.covariance(history, factors: factors, moment: moment, lagWeights: lagWeights)
    }
    let completed = try CompletedHistory(history, factors: factors, blocks: blocks, moment: moment)
    report.completionIterationCount = max(report.completionIterationCount, completed.iterationCount)
    report.isCompletionConverged = report.isCompletionConverged && completed.isConverged
    report.shortHistoryCount = max(report.shortHistoryCount, completed.shortCount)
    let rooted = NeweyWest.rooted(completed.series, weights: completed.weights)
    var covariance =
      settings.aggregation == .scaled
      ? NeweyWest.covariance(rooted: rooted, lags: moment.lags)
      : NeweyWest.covariance(rooted: rooted, lagWeights: lagWeights)
    for i in covariance.storage.indices { covariance.storage[i] += completed.remainder.storage[i] }
    return covariance
  }

  /// Takes the noise of the regressions out of both covariances.
  ///
  /// Variances are less their own noise, down to the least share. Those of the matrices with capped directions would be
  /// too large: of many factors and few effective periods most small eigenvalues are below their noise by chance, each
  /// cap adds to the variance of every factor, and nothing takes it away again.
  ///
  /// - Returns: for each factor the share of its variance that is noise; NaN where it is not known.
  private func removeNoise(
    _ ofCorrelation: inout SymmetricMatrix, _ ofVariance: inout SymmetricMatrix, of factors: [Int],
    report: inout FactorCovarianceReport
  ) throws(LinAlgError) -> [Double] {
    guard varianceNoise.isKnown, !factors.isEmpty else { return factors.map { _ in .nan } }
    let noise = varianceNoise.average(of: factors)
    let shares = factors.indices.map { ofVariance[$0, $0] > 0 ? noise[$0, $0] / ofVariance[$0, $0] : .nan }
    guard settings.removesNoise else { return shares }
    report.isNoiseRemoved = true
    let isOne = settings.variance == settings.correlation
    let variances = factors.indices.map {
      max(ofVariance[$0, $0] - noise[$0, $0], settings.leastShare * ofVariance[$0, $0])
    }
    let fromCorrelation = try NoiseRemoval(
      of: isOne ? noise : correlationNoise.average(of: factors), from: isOne ? ofVariance : ofCorrelation,
      leastShare: settings.leastShare)
    report.cappedCorrelationCount = fromCorrelation.cappedCount
    report.cappedVarianceCount =
      isOne
      ? fromCorrelation.cappedCount
      : try NoiseRemoval.cappedCount(of: noise, from: ofVariance, leastShare: settings.leastShare)
    ofCorrelation = fromCorrelation.covariance
    // Only the variances of the other moment are looked at.
    for index in factors.indices { ofVariance[index, index] = variances[index] }
    return shares
  }

  /// The covariance with shrunk correlations.
  ///
  /// The intensity is that of the factor returns as they are, noise included, in units of their volatilities, since a
  /// common target for a market and a style means nothing in units of return.
  private func shrunk(
    _ covariance: SymmetricMatrix, factors: [Int], blocks: [FactorBlock], report: inout FactorCovarianceReport
  ) throws(LinAlgError) -> SymmetricMatrix {
    guard let history else { return covariance }
    let completed = try CompletedHistory(history, factors: factors, blocks: blocks, moment: settings.correlation)
    let correlation = Self.correlation(of: covariance)
    let order = factors.count
    if settings.shrinkage == .nonlinear {
      do throws(NonlinearShrinkage.Failure) {
        return try NonlinearShrinkage.estimate(correlation, effectiveCount: report.effectiveCorrelationCount)
      } catch {
        switch error {
        case .tooFewPeriods:
          report.isShrinkageSkipped = true
          return correlation
        case .linearAlgebra(let error): throw error
        }
      }
    }
    let sample = SymmetricMatrix(gramOf: NeweyWest.rooted(completed.series, weights: completed.weights))
    let deviations = (0..<order).map { sample[$0, $0].squareRoot() }
    let standardized = Matrix(rowCount: completed.series.rowCount, columnCount: order) {
      deviations[$1] > 0 ? completed.series[$0, $1] / deviations[$1] : 0
    }
    let isIdentity = settings.shrinkage == .identity
    let estimate =
      isIdentity
      ? LedoitWolf.identity(standardized, weights: completed.weights)
      : LedoitWolf.constantCorrelation(standardized, weights: completed.weights)
    let intensity = estimate.intensity
    report.shrinkageIntensity = intensity
    var mean = 0.0
    if !isIdentity, order > 1 {
      for column in 0..<order {
        for row in column + 1..<max(order, column + 1) { mean += correlation[row, column] }
      }
      mean /= 0.5 * Double(order * (order - 1))
    }
    return SymmetricMatrix(order: order) {
      $0 == $1 ? correlation[$0, $0] : (1 - intensity) * correlation[$0, $1] + intensity * mean
    }
  }

  /// The correlations made positive semidefinite where they are not.
  private func repair(
    _ correlation: SymmetricMatrix, constraints: FactorConstraints, volatilities: [Double],
    report: inout FactorCovarianceReport
  ) throws(LinAlgError) -> SymmetricMatrix {
    guard correlation.order > 0 else { return correlation }
    let repaired =
      switch settings.repair {
      case .clip:
        try NearestCorrelation.clip(
          correlation, nullVectors: constraints.nullVectors(of: correlation, volatilities: volatilities))
      case .higham: try NearestCorrelation.higham(correlation)
      }
    report.raisedEigenvalueCount = repaired.raisedCount
    report.repairChange = repaired.change
    report.isRepairConverged = repaired.isConverged
    return repaired.correlation
  }

  /// The number of factors with gaps and too few returns to be regressed on the others.
  private func shortHistoryCount(of factors: [Int]) -> Int {
    let coordinates = presence.coordinates(of: factors, blocks: blocks).coordinates
    return coordinates.count {
      let factor = factors[$0.factor]
      return presence.counts[factor] < presence.presentCount
        && presence.isShort(factor, coordinateCount: coordinates.count)
    }
  }

  /// `S_ij / √(S_ii S_jj)`, ones on the diagonal; a factor without variance correlates with nothing.
  private static func correlation(of covariance: SymmetricMatrix) -> SymmetricMatrix {
    let deviations = (0..<covariance.order).map { max(0, covariance[$0, $0]).squareRoot() }
    return SymmetricMatrix(order: covariance.order) { row, column in
      if row == column { return 1 }
      let scale = deviations[row] * deviations[column]
      return scale > 0 ? covariance[row, column] / scale : 0
    }
  }
}

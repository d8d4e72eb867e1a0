internal import LinAlg

/// From cross-sections to a risk model: regressions, idio risk and factor covariances, block after block.
///
/// A fold over dates. Blocks of any length, any number of workers and a pipeline that was saved and taken up again give
/// the same bits, and what is stored of a date depends on nothing later (but the idio variances of the iterated span,
/// which are those of the whole span).
public struct RiskModelPipeline: Sendable {
  /// How the model is estimated.
  public let settings: RiskModelSettings
  /// The columns of the panel.
  public let schema: PanelSchema
  /// The factors so far.
  public internal(set) var registry: FactorRegistry
  /// The number of dates so far.
  public internal(set) var dateCount = 0
  /// The periods with factor returns so far.
  public var periodCount: Int { covariance.periodCount }

  /// The regressions whose weights are idio variances; `nil` where `estimation` is off.
  var walk: WalkForwardEstimation?
  let regression: CrossSectionalRegression
  var idioRisk: IdioRiskForecaster
  var covariance: FactorCovarianceEstimator
  /// `nil` where idio returns do not covary.
  var correlations: IdioCorrelations?
  /// The issuer of each asset, by code; -1 where it is not known.
  var issuers: [Int32] = []
  var assetOrder = IdentifierOrder()
  var scalings: EigenfactorScalings?
  /// The number of factors that the scalings are of.
  var scaledFactorCount = 0
  /// The date of the last period so far.
  var lastPeriod: CalendarDate?
  /// The draws of eigenfactors, always the same and not saved.
  private var draws: EigenfactorDraws?
  /// The one-period variance of each asset, by code, as of the date before; NaN where there is none.
  var lastVariances: [Double] = []
  /// `nil` where turnover is not measured.
  var turnover: FactorPortfolioTurnover?

  /// Starts a model.
  ///
  /// - Parameters:
  ///   - settings: how it is estimated.
  ///   - schema: the columns of the panel.
  ///   - firstSpan: the variances of the iterated span and its last date, where `estimation` is not off.
  /// - Throws: `FeasibleSettingsError`, `IdioRiskSettingsError`, `IdioCorrelationSettingsError` or
  ///   `FactorCovarianceError`: the first setting that cannot be used.
  public init(
    settings: RiskModelSettings, schema: PanelSchema,
    firstSpan: (estimate: IdioVarianceEstimate, lastDate: CalendarDate)? = nil
  ) throws {
    self.settings = settings
    self.schema = schema
    regression = settings.preparedRegression
    registry = FactorRegistry(schema: schema, hasMarket: regression.hasMarket)
    if settings.estimation != .off {
      walk = try WalkForwardEstimation(
        regression: regression, settings: settings.walkForward, firstSpan: firstSpan)
      if let window = settings.sweepWindow {
        _ = try PicardWalkForward(
          regression: regression, settings: settings.walkForward, state: IdioVarianceState(), windowLength: window)
      }
    }
    idioRisk = try IdioRiskForecaster(settings.idioRisk, regression: regression, schema: schema)
    covariance = try FactorCovarianceEstimator(settings: settings.factorCovariance)
    if case .estimated(let chosen) = settings.correlations { correlations = try IdioCorrelations(chosen) }
    if settings.measuresTurnover { turnover = FactorPortfolioTurnover() }
  }

  /// Takes in some dates, in their order and later than any before.
  ///
  /// - Parameters:
  ///   - inputs: the dates.
  ///   - assets: the asset table, which may have grown since the last call.
  ///   - labels: the label table of each group, likewise.
  ///   - workers: the number of workers; `nil` takes one a processor.
  /// - Complexity: O(n K² + n log n) a date, O(m³) a factor covariance, and what the eigenfactors take.
  public mutating func advance(
    _ inputs: [RiskModelInput], assets: IdentifierTable, labels: [IdentifierTable], workers: Int? = nil
  ) -> [RiskModelDay] {
    let workers = workers ?? CrossSectionalRegression.defaultWorkerCount
    assetOrder.update(assets)
    guard settings.correlatesRegressions, let correlations else {
      return advanced(inputs, assets: assets, labels: labels, workers: workers)
    }
    // The regressions after an estimate of correlations wait for it.
    var days: [RiskModelDay] = []
    var chunk: [RiskModelInput] = []
    var count = correlations.periodCount
    for input in inputs {
      chunk.append(input)
      guard input.section != nil else { continue }
      if count % correlations.settings.interval == 0 {
        days += advanced(chunk, assets: assets, labels: labels, workers: workers)
        chunk = []
      }
      count += 1
    }
    return days + advanced(chunk, assets: assets, labels: labels, workers: workers)
  }

  /// Takes in dates of which no regression needs correlations that another one brings.
  private mutating func advanced(
    _ inputs: [RiskModelInput], assets: IdentifierTable, labels: [IdentifierTable], workers: Int
  ) -> [RiskModelDay] {
    guard !inputs.isEmpty else { return [] }
    let sections = inputs.compactMap(\.section)
    let correlated = settings.correlatesRegressions ? correlations?.latest : nil
    lastPeriod = sections.last?.date ?? lastPeriod
    let periods = regressions(sections, correlated: correlated, labels: labels, workers: workers)
    var idioReturns: [IdioReturns] = []
    var places: [Int?] = []
    var place = 0
    for input in inputs {
      guard let section = input.section else {
        idioReturns.append(IdioReturns())
        places.append(nil)
        continue
      }
      idioReturns.append(
        IdioReturns(
          periods[place].regression, of: section, weightVariances: periods[place].weightVariances))
      places.append(place)
      place += 1
    }
    let forecasts = idioRisk.advance(
      inputs.indices.map { IdioRiskPeriod(snapshot: inputs[$0].snapshot, idioReturns: idioReturns[$0]) },
      assets: assets, labels: labels, workers: workers)
    let known = variancesBefore(forecasts)
    let noise = noise(inputs, periods: periods, places: places, known: known, labels: labels, workers: workers)
    let coefficients = informationCoefficients(inputs, periods: periods, places: places, workers: workers)
    var days: [RiskModelDay] = []
    for index in inputs.indices {
      var day = RiskModelDay(date: inputs[index].snapshot.date, input: inputs[index], idioRisk: forecasts[index])
      day.informationCoefficients = coefficients[index]
      if let place = places[index] {
        let period = periods[place]
        day.regression = period.regression
        day.isInSample = period.isInSample
        day.newAssetCount = period.newAssetCount
        day.returningAssetCount = period.returningAssetCount
        day.guardedCount = period.guardedObservationCount
      }
      days.append(day)
    }
    for index in days.indices {
      appendCorrelations(&days[index], idioReturns[index], known: known[index], workers: workers)
    }
    appendCovariances(&days, noise: noise, labels: labels, workers: workers)
    appendTurnover(
      &days, weightVariances: places.map { $0.map { periods[$0].weightVariances } ?? [] }, correlations: correlated,
      labels: labels, workers: workers)
    dateCount += inputs.count
    return days
  }

  // MARK: Stages

  private mutating func regressions(
    _ sections: [CrossSection], correlated: IdioCorrelationEstimate?, labels: [IdentifierTable], workers: Int
  ) -> [WalkForwardPeriod] {
    if var current = walk {
      // Taken out, so that its state is changed in place.
      walk = nil
      defer { walk = current }
      let known: @Sendable (CrossSection) -> [IdioCorrelation] = { correlated?.correlations(of: $0) ?? [] }
      guard let window = settings.sweepWindow else {
        return current.append(sections, schema: schema, labels: labels, workers: workers, correlations: known)
      }
      // Sweeps are of what follows the iterated span.
      let end = current.splitDate.map { split in sections.firstIndex { $0.date > split } ?? sections.count } ?? 0
      var periods = current.append(
        Array(sections[..<end]), schema: schema, labels: labels, workers: workers, correlations: known)
      guard end < sections.count else { return periods }
      do {
        var sweeps = try PicardWalkForward(
          regression: regression, settings: settings.walkForward, state: current.state, windowLength: window)
        periods +=
          sweeps.append(
            Array(sections[end...]), schema: schema, labels: labels, workers: workers, correlations: known
          ).periods
        current = try WalkForwardEstimation(
          regression: regression, settings: settings.walkForward, resuming: sweeps.state)
      } catch {
        preconditionFailure("settings that were checked when the model began: \(error)")
      }
      return periods
    }
    return regression.estimate(sections, schema: schema, labels: labels, workers: workers).map {
      WalkForwardPeriod(regression: $0, isInSample: false, variances: [], weightVariances: [])
    }
  }

  /// For each period and style the correlation of loadings and returns over the assets regressed.
  private func informationCoefficients(
    _ inputs: [RiskModelInput], periods: [WalkForwardPeriod], places: [Int?], workers: Int
  ) -> [[Double]] {
    concurrentMap(count: inputs.count, workers: workers) { index in
      guard let section = inputs[index].section, let place = places[index],
        periods[place].regression.outcome.hasEstimate
      else { return [] }
      let isRegressed = periods[place].regression.isRegressed
      let loadings = section.loadings.inDoublePrecision
      return (0..<section.styleCount).map { style in
        let first = style * section.rowCount
        return SampleCorrelation.of(
          loadings.span.extracting(first..<first + section.rowCount), section.returns.span, isCounted: isRegressed)
      }
    }
  }

  /// The errors of each period's factor returns, with idio variances known before it.
  private mutating func noise(
    _ inputs: [RiskModelInput], periods: [WalkForwardPeriod], places: [Int?], known: [[Double]],
    labels: [IdentifierTable], workers: Int
  ) -> [FactorReturnErrors?] {
    guard walk == nil else { return places.map { $0.flatMap { periods[$0].errors } } }
    guard settings.factorCovariance.removesNoise, regression.loss == .squares, regression.thinGroupMinimum == nil
    else { return inputs.map { _ in nil } }
    let (regression, schema) = (regression, schema)
    return concurrentMap(count: inputs.count, workers: workers) { index in
      guard let section = inputs[index].section, let place = places[index],
        periods[place].regression.outcome.hasEstimate
      else { return nil }
      let variances = known[index]
      let ofRows = section.assets.map { Int($0) < variances.count ? variances[Int($0)] : .nan }
      var finite = ofRows.filter { $0 > 0 && $0 < .infinity }
      // Half of the rows at least, so that a median stands for the others.
      guard finite.count * 2 >= section.rowCount, !finite.isEmpty else { return nil }
      finite.sort()
      let median = Quantile.interpolated(0.5, ofSorted: finite)
      return regression.factorReturnErrors(
        section, schema: schema, labels: labels, idioVariances: ofRows.map { $0 > 0 && $0 < .infinity ? $0 : median })
    }
  }

  /// For each date the one-period variance of each asset, by code, as known before it.
  private mutating func variancesBefore(_ forecasts: [IdioRiskDay]) -> [[Double]] {
    var known = [lastVariances]
    for forecast in forecasts {
      known.append(Self.variances(forecast, before: known[known.count - 1], horizon: settings.idioRisk.horizon))
    }
    lastVariances = known.removeLast()
    return known
  }

  /// Takes a period's idio returns into the estimator of their correlations.
  private mutating func appendCorrelations(
    _ day: inout RiskModelDay, _ idioReturns: IdioReturns, known: [Double], workers: Int
  ) {
    guard var current = correlations else { return }
    correlations = nil
    defer {
      day.correlations = current.latest
      correlations = current
    }
    let snapshot = day.input.snapshot
    let count = assetOrder.ranks.count
    while issuers.count < count { issuers.append(-1) }
    for (row, issuer) in snapshot.issuers.enumerated() { issuers[Int(snapshot.assets[row])] = issuer }
    guard day.input.section != nil else { return }
    var standardized = [Double](repeating: .nan, count: count)
    for (place, asset) in idioReturns.assets.enumerated() where !idioReturns.isLeftOut[place] {
      let variance = Int(asset) < known.count ? known[Int(asset)] : .nan
      if variance > 0 { standardized[Int(asset)] = idioReturns.values[place] / variance.squareRoot() }
    }
    let live =
      current.isEstimateDue ? snapshot.assets.sorted { assetOrder.ranks[Int($0)] < assetOrder.ranks[Int($1)] } : []
    day.hasNewCorrelations = current.advance(standardized, live: live, issuers: issuers, workers: workers)
  }

  /// The one-period variance of each asset after a date, by code.
  private static func variances(_ day: IdioRiskDay?, before: [Double], horizon: Double) -> [Double] {
    guard let day else { return before }
    var variances = [Double](repeating: .nan, count: max(before.count, Int((day.assets.max() ?? -1) + 1)))
    for (row, asset) in day.assets.enumerated() {
      let volatility =
        day.onePeriod.isEmpty ? day.volatilities[row] / horizon.squareRoot() : day.onePeriod[row]
      variances[Int(asset)] = volatility * volatility
    }
    return variances
  }

  /// The factor covariances of the dates of a block.
  private mutating func appendCovariances(
    _ days: inout [RiskModelDay], noise: [FactorReturnErrors?], labels: [IdentifierTable], workers: Int
  ) {
    /// A date whose covariance is to be made, with what it is made from.
    struct Pending {
      var day: Int
      var estimator: FactorCovarianceEstimator
      var shares: [Double]
      var isRescaling: Bool
    }
    var pending: [Pending] = []
    for index in days.indices {
      append(&days[index], noise: noise[index], labels: labels)
      let count = covariance.periodCount
      guard days[index].regression != nil, count >= settings.warmup else {
        days[index].missing = .warmup
        continue
      }
      let age = count - settings.warmup
      let isRescaling =
        settings.factorCovariance.eigenfactor != nil && age % settings.eigenfactorInterval == 0
      let isStored = age % settings.covarianceInterval == 0
      if !isStored { days[index].missing = .interval }
      guard isStored || isRescaling else { continue }
      let snapshot = days[index].input.snapshot
      let usesCaps = regression.usesCaps(schema)
      let shares = ConstraintShares.of(
        snapshot, regression: regression, schema: schema, registry: registry, labels: labels,
        isCounted: { snapshot.reasons[$0].isDisjoint(with: usesCaps ? [.outsideUniverse, .noCap] : .outsideUniverse) })
      pending.append(Pending(day: index, estimator: covariance, shares: shares, isRescaling: isRescaling))
    }
    let estimators = pending
    BLASThreads.count = 1
    let bases = concurrentMap(count: estimators.count, workers: workers) { index in
      Result { () throws(LinAlgError) in try estimators[index].estimator.base(shares: estimators[index].shares) }
    }
    // Scalings follow one another: each date has those of the latest recomputation.
    var scaled: [(day: Int, base: FactorCovarianceBase, scalings: EigenfactorScalings?)] = []
    for (entry, base) in zip(pending, bases) {
      guard case .success(let base) = base else {
        days[entry.day].missing = .failed
        continue
      }
      if entry.isRescaling || base.factors.count != scaledFactorCount {
        guard let fresh = try? base.eigenScalings(draws: &draws, workers: workers) else {
          if settings.factorCovariance.eigenfactor != nil { days[entry.day].missing = .failed }
          scaled.append((entry.day, base, nil))
          continue
        }
        scalings = fresh
        scaledFactorCount = base.factors.count
        days[entry.day].isRescaled = true
      }
      scaled.append((entry.day, base, settings.factorCovariance.eigenfactor == nil ? nil : scalings))
    }
    let parts = scaled.filter { days[$0.day].missing == nil }
    let finished = concurrentMap(count: parts.count, workers: workers) { index in
      Result { () throws(LinAlgError) in try parts[index].base.finished(scalings: parts[index].scalings) }
    }
    for (part, result) in zip(parts, finished) {
      switch result {
      case .success(let covariance): days[part.day].covariance = covariance
      case .failure: days[part.day].missing = .failed
      }
    }
  }

  /// Takes a period's factor returns into the estimator of covariances.
  private mutating func append(_ day: inout RiskModelDay, noise: FactorReturnErrors?, labels: [IdentifierTable]) {
    guard let section = day.input.section, let period = day.regression else { return }
    guard period.outcome.hasEstimate else {
      covariance.append(Array(repeating: .nan, count: registry.count))
      return
    }
    let layout = FactorLayout(hasMarket: regression.hasMarket, labels: period.labels, styleCount: schema.styles.count)
    let known = registry.count
    covariance.addFactors(registry.update(layout, labels: labels, date: day.date))
    day.newFactors = Array(registry.factors[known...])
    let positions = registry.positions(of: layout, labels: labels)
    day.factorPositions = positions.compactMap(\.self)
    var returns = [Double](repeating: .nan, count: registry.count)
    for (position, value) in zip(positions, period.factorReturns) {
      if let position { returns[position] = value }
    }
    let shares = ConstraintShares.of(
      section, regression: regression, schema: schema, registry: registry, labels: labels,
      isCounted: { period.isRegressed[$0] })
    covariance.append(returns, shares: shares, noise: noise.map { aligned($0, positions: positions) })
  }

  /// The errors of a period on the factors of the registry; NaN for those that the period lacks.
  private func aligned(_ errors: FactorReturnErrors, positions: [Int?]) -> SymmetricMatrix {
    var places = [Int](repeating: -1, count: registry.count)
    for (place, position) in positions.enumerated() {
      if let position { places[position] = place }
    }
    return SymmetricMatrix(order: registry.count) { row, column in
      places[row] < 0 || places[column] < 0 ? .nan : errors.covariance[places[row], places[column]]
    }
  }
}

/// The steps that look at one date's assets together, and the scratch for them.
///
/// Not copyable, so two workers cannot share one by accident.
struct IdioCrossSection: ~Copyable {
  /// What the steps make of time-series forecasts.
  struct Stages: Sendable {
    var structural: [Double]
    var blended: [Double]
    var shrunk: [Double]
    var flags: [IdioRiskFlags]
    var fit: StructuralFit?
  }

  private let settings: IdioRiskSettings
  private let assetRanks: [Int32]
  private var model: StructuralModel
  private var groups = SizeGroups()
  private var statistics = OrderStatistics()

  /// Makes scratch.
  ///
  /// - Parameter assetRanks: for each asset its place by bytes.
  init(
    settings: IdioRiskSettings, regression: CrossSectionalRegression, schema: PanelSchema, assetRanks: [Int32],
    labelRanks: [[Int32]]
  ) {
    self.settings = settings
    self.assetRanks = assetRanks
    model = StructuralModel(regression: regression, schema: schema, labelRanks: labelRanks)
  }

  /// Makes the forecasts of a date but for the regime and the bounds.
  ///
  /// - Parameter histories: for each chunk of assets what its histories say at the dates of the block.
  /// - Parameter day: the position of the date in the block.
  mutating func forecast(_ period: IdioRiskPeriod, histories: [IdioHistories.Estimates], day: Int) -> IdioRiskDay {
    let snapshot = period.snapshot
    let rowCount = snapshot.rowCount
    var result = IdioRiskDay(date: snapshot.loadingsDate, assets: snapshot.assets)
    // σ for one period, without the ratio for serial correlation.
    var onePeriod = [Double](repeating: .nan, count: rowCount)
    var ratios = [Double](repeating: 1, count: rowCount)
    var reliability = [Double](repeating: 0, count: settings.hasStructuralModel ? rowCount : 0)
    var counts = [Int32](repeating: 0, count: rowCount)
    var flags = [IdioRiskFlags](repeating: [], count: rowCount)
    for row in 0..<rowCount {
      let asset = Int(snapshot.assets[row])
      let chunk = asset / IdioHistories.assetCount
      let entry = day * IdioHistories.assetCount + asset % IdioHistories.assetCount
      counts[row] = histories[chunk].counts[entry]
      ratios[row] = histories[chunk].neweyWestRatios[entry]
      if counts[row] >= Int32(settings.minimumObservations) {
        onePeriod[row] = histories[chunk].variances[entry].squareRoot()
        if settings.hasStructuralModel { reliability[row] = histories[chunk].reliability[entry] }
      } else {
        flags[row] = .noTimeSeries
      }
    }
    if settings.neweyWestLags > 0 {
      result.medianNeweyWestRatio = NeweyWestRatios.shrink(
        &ratios, counts: counts, settings: settings, statistics: &statistics)
    }
    let timeSeries = onePeriod.indices.map { onePeriod[$0] * (settings.horizon * ratios[$0]).squareRoot() }
    let sizeCaps = period.issuerCaps.isEmpty ? snapshot.caps : period.issuerCaps
    groups.assign(caps: sizeCaps, assets: snapshot.assets, ranks: assetRanks)
    let stages = stages(snapshot, timeSeries: timeSeries, reliability: reliability, flags: flags)
    if settings.regimeHalfLife != nil {
      // Without ratios both are the same but for the horizon.
      result.onePeriod =
        settings.neweyWestLags > 0
        ? self.stages(snapshot, timeSeries: onePeriod, reliability: reliability, flags: flags).shrunk
        : stages.shrunk.map { $0 / settings.horizon.squareRoot() }
    }
    result.observationCounts = counts
    result.neweyWestRatios = ratios
    result.timeSeries = timeSeries
    result.reliability = reliability
    result.structural = stages.structural
    result.blended = stages.blended
    result.shrunk = stages.shrunk
    result.flags = stages.flags
    result.structuralFit = stages.fit
    result.sizeGroups = groups.groups
    return result
  }

  /// Blends time-series forecasts with the structural model, fills what is missing, and shrinks.
  private mutating func stages(
    _ snapshot: CrossSection, timeSeries: [Double], reliability: [Double], flags: [IdioRiskFlags]
  ) -> Stages {
    var stages = Stages(structural: [], blended: timeSeries, shrunk: [], flags: flags, fit: nil)
    if settings.hasStructuralModel {
      let forecast = model.forecast(snapshot, volatilities: timeSeries, reliability: reliability)
      for row in forecast.rowsOfUnknownLabels { stages.flags[row].insert(.unknownLabel) }
      for row in timeSeries.indices where forecast.volatilities[row].isFinite {
        let share = reliability[row]
        if share == 0 {
          stages.flags[row].insert(.structuralOnly)
          stages.blended[row] = forecast.volatilities[row]
        } else {
          stages.blended[row] = share * timeSeries[row] + (1 - share) * forecast.volatilities[row]
        }
      }
      stages.structural = forecast.volatilities
      stages.fit = forecast.fit
    }
    fillMissing(&stages, timeSeries: timeSeries)
    stages.shrunk = BayesianShrinkage.apply(
      stages.blended, caps: snapshot.caps, groups: groups, strength: settings.bayesianShrinkage)
    return stages
  }

  /// Gives rows without any forecast the median of the time-series forecasts of their size group.
  private mutating func fillMissing(_ stages: inout Stages, timeSeries: [Double]) {
    let missing = stages.blended.indices.filter { !stages.blended[$0].isFinite }
    guard !missing.isEmpty else { return }
    // A row without a size group, or of one without a forecast, takes the median of all.
    var medians = [Double?](repeating: nil, count: groups.count + 1)
    func median(ofGroup group: Int?) -> Double {
      let place = group ?? groups.count
      if let known = medians[place] { return known }
      var sample = [Double]()
      for row in timeSeries.indices where timeSeries[row].isFinite {
        if group.map({ $0 == Int(groups.groups[row]) }) ?? true { sample.append(timeSeries[row]) }
      }
      let value = sample.isEmpty ? .nan : statistics.median(of: sample.span)
      medians[place] = value
      return value
    }
    for row in missing {
      let group = Int(groups.groups[row])
      var value = group >= 0 ? median(ofGroup: group) : .nan
      if value.isNaN { value = median(ofGroup: nil) }
      stages.blended[row] = value
      stages.flags[row].insert(value.isFinite ? .sizeGroupMedian : .noForecast)
    }
  }
}

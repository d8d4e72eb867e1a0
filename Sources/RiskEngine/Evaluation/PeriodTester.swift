internal import LinAlg

/// Forms the test portfolios of a period and confronts their forecasts with what came of them.
///
/// Portfolios are formed of the assets of the model that have a return in the period; the covariance is that of those
/// assets. Which returns were observed is thus known beforehand, but never what they are.
struct PeriodTester {
  let settings: EvaluationSettings
  let draws: PortfolioDraws
  let assetNames: IdentifierTable

  private var result: PeriodForecasts
  private var model: RiskModel
  private var returns: [Double] = []
  private var idioReturns: [Double] = []

  /// Tests a period.
  static func test(
    _ period: EvaluationPeriod, settings: EvaluationSettings, draws: PortfolioDraws, assetNames: IdentifierTable
  ) -> PeriodForecasts {
    var tester = PeriodTester(period, settings: settings, draws: draws, assetNames: assetNames)
    tester.run(period)
    return tester.result
  }

  private init(
    _ period: EvaluationPeriod, settings: EvaluationSettings, draws: PortfolioDraws, assetNames: IdentifierTable
  ) {
    self.settings = settings
    self.draws = draws
    self.assetNames = assetNames
    result = PeriodForecasts(date: period.date)
    let whole = period.model
    let rows = whole.assets.indices.filter { row in
      Self.value(of: whole.assets[row], in: period.returns).isFinite
        && (whole.isInUniverse[row] || !settings.onlyEstimationUniverse)
    }
    model = whole.over(periods: Double(settings.horizon)).keeping(rows)
    returns = model.assets.map { Self.value(of: $0, in: period.returns) }
    idioReturns =
      period.idioReturns.isEmpty ? [] : model.assets.map { Self.value(of: $0, in: period.idioReturns) }
  }

  /// The number of an asset in an array by code; `nan` beyond the end.
  private static func value(of asset: Int32, in values: [Double]) -> Double {
    Int(asset) < values.count ? values[Int(asset)] : .nan
  }

  private func wants(_ family: TestFamily) -> Bool { settings.families.contains(family) }

  private mutating func run(_ period: EvaluationPeriod) {
    addSeries(period.factorReturns)
    result.assetCount = model.assetCount
    guard model.assetCount > 0 else {
      result.skipped = settings.families.subtracting([.factorReturns, .custom, .leadingAlpha])
      return
    }
    addIdioScores()
    if wants(.assets) { addAssets() }
    addCapWeighted()
    if wants(.randomLong) || wants(.randomNeutral) { addRandom() }
    if wants(.custom) { addCustom(period.portfolios) }
    if wants(.assetEigen), settings.assetEigenCount > 0 { addAssetEigen() }
    guard let precision = try? model.precision() else {
      result.skipped.formUnion(
        settings.families.intersection([.minimumVariance, .optimized, .leadingAlpha, .factorPortfolios, .factorEigen]))
      return
    }
    result.squaredLength = precision.squaredLength(returns)
    result.logDeterminant = precision.logDeterminant
    if wants(.minimumVariance) {
      add(.minimumVariance, ["minimum variance"], RiskModel.column(precision.minimumVariance()))
    }
    if wants(.optimized), settings.randomCount > 0 {
      let alphas = draws.alphas(
        model.assets, weights: model.caps.isEmpty ? Array(repeating: 1, count: model.assetCount) : model.caps)
      add(.optimized, Self.numbers(settings.randomCount), precision.minimumVariance(alphas: alphas))
    }
    if wants(.leadingAlpha), !period.leadingReturns.isEmpty {
      let alpha = model.assets.map { asset in
        let value = Self.value(of: asset, in: period.leadingReturns)
        return value.isFinite ? value : 0
      }
      if let holdings = precision.minimumVariance(alpha: alpha) {
        add(.leadingAlpha, ["leading alpha"], RiskModel.column(holdings))
      } else {
        result.skipped.insert(.leadingAlpha)
      }
    }
    if wants(.factorPortfolios) || wants(.factorEigen) { addFactorPortfolios(precision) }
  }

  private static func numbers(_ count: Int) -> [String] { (0..<count).map { String($0 + 1) } }

  private mutating func addSeries(_ series: [EvaluationPeriod.SeriesForecast]) {
    guard wants(.factorReturns) else { return }
    for forecast in series {
      add(
        .init(
          portfolio: TestPortfolio(.factorReturns, forecast.name),
          variance: forecast.variance * Double(settings.horizon), idioVariance: .nan, realized: forecast.return,
          idioReturn: .nan))
    }
  }

  /// Keeps a forecast that can be judged: a positive variance and a return.
  private mutating func add(_ forecast: PeriodForecasts.Forecast) {
    guard forecast.variance > 0, forecast.variance < .infinity, forecast.realized.isFinite else { return }
    result.forecasts.append(forecast)
  }

  /// Keeps the forecasts of portfolios, assets × portfolios; a portfolio that holds nothing is left out.
  private mutating func add(_ family: TestFamily, _ names: [String], _ holdings: Matrix) {
    let (factor, idio) = model.varianceParts(holdings)
    let realized = holdings.view.transposed.multiplied(by: returns)
    let ofIdio = idioReturns(of: holdings)
    for portfolio in names.indices {
      add(
        .init(
          portfolio: TestPortfolio(family, names[portfolio]), variance: factor[portfolio] + idio[portfolio],
          idioVariance: idio[portfolio], realized: realized[portfolio], idioReturn: ofIdio[portfolio]))
    }
  }

  /// `xᵀe` of each portfolio; `nan` where one that it holds has no idio return.
  private func idioReturns(of holdings: Matrix) -> [Double] {
    guard !idioReturns.isEmpty else { return Array(repeating: .nan, count: holdings.columnCount) }
    let missing = idioReturns.indices.filter { !idioReturns[$0].isFinite }
    var sums = holdings.view.transposed.multiplied(by: idioReturns.map { $0.isFinite ? $0 : 0 })
    for portfolio in sums.indices where missing.contains(where: { holdings[$0, portfolio] != 0 }) {
      sums[portfolio] = .nan
    }
    return sums
  }

  private mutating func addIdioScores() {
    guard !idioReturns.isEmpty else { return }
    for (row, variance) in model.idioVariances.enumerated() where idioReturns[row].isFinite {
      result.idioScores.append((model.assets[row], idioReturns[row] / variance.squareRoot()))
    }
  }

  private mutating func addAssets() {
    let variances = model.assetVariances
    let idio = model.idioVariances
    for row in variances.indices {
      add(
        .init(
          portfolio: TestPortfolio(.assets, assetNames[model.assets[row]]), variance: variances[row],
          idioVariance: idio[row], realized: returns[row], idioReturn: idioReturns.isEmpty ? .nan : idioReturns[row]))
    }
  }

  private mutating func addCapWeighted() {
    let total = model.caps.reduce(0, +)
    guard total > 0 else {
      result.skipped.formUnion(settings.families.intersection([.index, .labels]))
      return
    }
    let index = model.caps.map { $0 / total }
    if wants(.index) {
      add(.index, ["index"], RiskModel.column(index))
      let covariances = model.covariances(with: index)
      let variance = SampleSums.product(index.span, covariances.span)
      if variance > 0 {
        result.indexReturn = SampleSums.product(index.span, returns.span)
        for row in covariances.indices {
          result.betas.append((model.assets[row], covariances[row] / variance, returns[row]))
        }
      }
    }
    guard wants(.labels) else { return }
    let layout = model.layout
    let positions = layout.labels.indices.flatMap { layout.positions(ofGroup: $0) }
    guard let first = positions.first else { return }
    var sums = [Double](repeating: 0, count: positions.count)
    var holdings = Matrix.zeros(rowCount: model.assetCount, columnCount: positions.count)
    for row in 0..<model.assetCount {
      model.loadings.forEachEntry(ofRow: row) { factor, fraction in
        guard factor >= first, factor < layout.styleOffset else { return }
        holdings[row, factor - first] += fraction * model.caps[row]
        sums[factor - first] += fraction * model.caps[row]
      }
    }
    let present = positions.indices.filter { sums[$0] > 0 }
    add(
      .labels, present.map { model.factorNames[positions[$0]] },
      Matrix(rowCount: model.assetCount, columnCount: present.count) {
        holdings[$0, present[$1]] / sums[present[$1]]
      })
  }

  private mutating func addRandom() {
    guard settings.randomCount > 0 else { return }
    let share = Double(settings.randomHoldings) / Double(model.assetCount)
    let names = Self.numbers(settings.randomCount)
    if wants(.randomLong) { add(.randomLong, names, draws.longOnly(model.assets, share: share)) }
    if wants(.randomNeutral) { add(.randomNeutral, names, draws.dollarNeutral(model.assets, share: share)) }
  }

  private mutating func addCustom(_ portfolios: [EvaluationPeriod.CustomPortfolio]) {
    guard !portfolios.isEmpty else { return }
    add(
      .custom, portfolios.map(\.name),
      Matrix(rowCount: model.assetCount, columnCount: portfolios.count) { row, portfolio in
        let holding = Self.value(of: model.assets[row], in: portfolios[portfolio].holdings)
        return holding.isFinite ? holding : 0
      })
  }

  private mutating func addAssetEigen() {
    guard let holdings = AssetEigenportfolios.leading(settings.assetEigenCount, of: model) else {
      result.skipped.insert(.assetEigen)
      return
    }
    add(.assetEigen, Self.numbers(holdings.columnCount), holdings)
  }

  /// Portfolios of least idio variance for each factor, and for each eigenvector of `F`.
  ///
  /// `x = Ω_ε⁻¹ B R (RᵀAR)⁻¹ Rᵀ c` with `A = BᵀΩ_ε⁻¹B` and `R` spanning the factor returns whose label returns sum to
  /// zero by capitalization: the factor-mimicking portfolios of a regression with weights `Ω_ε⁻¹`.
  private mutating func addFactorPortfolios(_ precision: RiskModel.Precision) {
    let layout = model.layout
    let information = precision.factorInformation
    let kept = (0..<layout.count).filter { information[$0, $0] > 0 }
    let restriction = Restriction(layout: layout, shares: labelShares(), keeping: kept)
    let reduced = restriction.restrict(information)
    let scale = (0..<reduced.order).map { reduced[$0, $0].squareRoot() }
    let scaled = SymmetricMatrix(order: reduced.order) { reduced[$0, $1] / (scale[$0] * scale[$1]) }
    let norm = scaled.oneNorm
    guard !kept.isEmpty, scale.allSatisfy({ $0 > 0 && $0 < .infinity }),
      let cholesky = try? Cholesky(consuming: scaled),
      cholesky.reciprocalCondition(oneNorm: norm) > Double(reduced.order) * .ulpOfOne
    else {
      result.skipped.formUnion(settings.families.intersection([.factorPortfolios, .factorEigen]))
      return
    }
    let root = model.factorRoot
    let directions: Matrix
    let names: [String]
    let mimicked = wants(.factorPortfolios) ? kept : []
    let eigenCount = wants(.factorEigen) ? root.columnCount : 0
    let lengths = (0..<eigenCount).map { root.squaredLength(ofColumn: $0).squareRoot() }
    directions = Matrix(rowCount: layout.count, columnCount: mimicked.count + eigenCount) { row, column in
      if column < mimicked.count { return row == mimicked[column] ? 1 : 0 }
      return root[row, column - mimicked.count] / lengths[column - mimicked.count]
    }
    names = mimicked.map { model.factorNames[$0] } + Self.numbers(eigenCount)
    guard directions.columnCount > 0 else { return }
    var coefficients = Matrix.zeros(rowCount: layout.count, columnCount: directions.columnCount)
    for column in 0..<directions.columnCount {
      var target = zip(restriction.restrict(directions.column(column)), scale).map { $0 / $1 }
      cholesky.solve(&target)
      for (row, value) in restriction.expand(zip(target, scale).map { $0 / $1 }).enumerated() {
        coefficients[row, column] = value
      }
    }
    let holdings = precision.idioProduct(model.loadings.product(coefficients))
    let split = mimicked.count
    add(
      .factorPortfolios, Array(names[..<split]),
      Matrix(rowCount: holdings.rowCount, columnCount: split) { holdings[$0, $1] })
    add(
      .factorEigen, Array(names[split...]),
      Matrix(rowCount: holdings.rowCount, columnCount: eigenCount) { holdings[$0, split + $1] })
  }

  /// For each group the share of each label in the capitalization; by the count of assets without any.
  private func labelShares() -> [[Double]] {
    let layout = model.layout
    let hasCaps = model.caps.contains { $0 > 0 }
    var sums = [Double](repeating: 0, count: layout.count)
    for row in 0..<model.assetCount {
      let weight = hasCaps ? model.caps[row] : 1
      model.loadings.forEachEntry(ofRow: row) { factor, fraction in
        if factor < layout.styleOffset { sums[factor] += weight * fraction }
      }
    }
    return layout.labels.indices.map { group in
      let ofGroup = layout.positions(ofGroup: group).map { sums[$0] }
      let total = ofGroup.reduce(0, +)
      return ofGroup.map { $0 / total }
    }
  }
}

internal import LinAlg
public import ModelStore
public import RiskEngine

/// The dates of a stored model, one after the other: what was known at each, and the returns that came.
public final class ModelHistory {
  /// A forecast of risk as of one date.
  public struct Forecast: Sendable {
    /// The date at whose close it was made.
    public var date: CalendarDate
    /// The factors, in the order of the matrix.
    var factors: [String]
    /// `F`, squared fractions over the horizon.
    var covariance: SymmetricMatrix
    /// The idio volatility of each asset over the horizon, by code; NaN where there is none.
    var idioVolatilities: [Double]
    /// For each of the factors the one-period volatility of its estimated returns.
    var seriesVolatilities: [Double]
    /// The pairs of assets whose idio returns correlate.
    var correlations: [(first: Int32, second: Int32, value: Double)]
  }

  /// A date.
  public struct Entry: Sendable {
    /// The date.
    public var date: CalendarDate
    /// What is known of assets at its close.
    public var snapshot: CrossSection
    /// The return of each asset over the period that ends there, by code; NaN where there is none.
    public var returns: [Double]
    /// The idio return of each asset, by code; NaN where there is none.
    public var idioReturns: [Double]
    /// The factor returns of the period, by name.
    public var factorReturns: [String: Double]
    /// The forecast made at the close; `nil` where there is none.
    public var forecast: Forecast?
  }

  /// The model.
  public let model: StoredModel
  /// The columns of the loadings.
  public let columns: PanelColumns
  /// The periods that covariances are for.
  public let horizon: Double
  /// The periods of a year.
  public let periodsPerYear: Int
  /// By how many dates loadings are older than the returns that they explain.
  public let lag: Int
  private let factors: [StoredModel.Factor]
  private let file: PanelFile
  private var covariances: FactorCovarianceReader
  private var idioRisk: DatedTable
  private var idioReturns: DatedTable
  private var factorRisk: DatedTable
  private var statistics: DatedTable
  private var nextCovariance: FactorCovarianceReader.Entry?
  private let correlations: [CalendarDate: [(Int32, Int32, Double)]]
  private var recomputed: [CalendarDate] = []
  private var currentCorrelations: [(first: Int32, second: Int32, value: Double)] = []
  private let idioScale: Double

  /// Opens a model.
  ///
  /// - Parameters:
  ///   - first: the first date to read; `nil` for the first of the model.
  ///   - last: the last date to read.
  ///   - known: asset ids that are to have codes whether the model has them or not.
  ///   - knowsAllLabels: whether a label of the model without an asset in what is read has a factor all the same, so that
  ///     the factors of a date do not depend on the first date that is read.
  /// - Throws: `StoreError`, `PanelFileError`, `TableError`, or `ModelError` where a part is missing.
  public init(
    path: String, from first: CalendarDate? = nil, through last: CalendarDate? = nil, threads: Int? = nil,
    assets known: IdentifierTable = IdentifierTable(), knowsAllLabels: Bool = false
  ) throws {
    // Roots of covariances have other bits on more threads.
    BLASThreads.count = 1
    let model = try StoredModel(path: path)
    self.model = model
    let metadata = model.manifest.metadata
    guard let columns = ModelRecord.columns(metadata["columns"], model: path),
      let horizon = metadata["horizon"]?.number,
      let idioHorizon = metadata["idio_horizon"]?.number, let periods = metadata["periods_per_year"]?.number,
      let lag = metadata["lag"]?.number
    else { throw ModelError.missing(path: path, what: "columns, horizon, lag and periods of a year") }
    self.columns = columns
    self.horizon = horizon
    self.lag = Int(lag)
    periodsPerYear = Int(periods)
    idioScale = (horizon / idioHorizon).squareRoot()
    let factors = try model.factors()
    self.factors = factors
    let loadings = try model.paths(of: EstimationJob.loadingsTable, from: first, through: last)
    guard !loadings.isEmpty else { throw ModelError.missing(path: path, what: "loadings of the dates asked for") }
    let labels = columns.groups.map { group in
      IdentifierTable(texts: knowsAllLabels ? factors.filter { $0.kind == group }.compactMap(\.label) : [])
    }
    file = try PanelFile(
      paths: loadings, columns: columns, lag: 0, options: PanelFile.Options(threads: threads), assets: known,
      labels: labels, from: first)
    covariances = try FactorCovarianceReader(model, from: first, through: last)
    func table(_ name: String, _ key: String, _ values: [String]) throws -> DatedTable {
      try DatedTable(try model.paths(of: name, from: first, through: last), key: key, values: values, from: first)
    }
    idioRisk = try table("idio_risk", "asset", ["idio_risk"])
    idioReturns = try table("idio_returns", "asset", ["idio_return"])
    factorRisk = try table("factor_risk", "factor", ["series_risk"])
    statistics = try table("factor_statistics", "factor", ["factor_return"])
    var pairs: [CalendarDate: [(Int32, Int32, Double)]] = [:]
    // Codes are those of the loadings' file as they come, so pairs are kept as texts' codes of a table of their own.
    var assets = IdentifierTable()
    for path in try model.paths(of: "idio_correlations", through: last) {
      let reader = try TableReader(
        path: path,
        columns: [
          ColumnRequest("date", .date), ColumnRequest("asset_1", .identifier), ColumnRequest("asset_2", .identifier),
          ColumnRequest("correlation", .number),
        ])
      var translations = (IdentifierTranslation(), IdentifierTranslation())
      while let batch = try reader.next() {
        let dates = batch.dates("date")
        let first = batch.identifiers("asset_1", through: &translations.0, into: &assets)
        let second = batch.identifiers("asset_2", through: &translations.1, into: &assets)
        let values = batch.numbers("correlation")
        for row in dates.indices { pairs[dates[row], default: []].append((first[row], second[row], values[row])) }
      }
    }
    correlations = pairs
    pairAssets = assets
    for path in try model.paths(of: "forecasts", through: last) {
      let reader = try TableReader(
        path: path,
        columns: [ColumnRequest("date", .date), ColumnRequest("idio_correlations_recomputed", .number)])
      while let batch = try reader.next() {
        let dates = batch.dates("date")
        let flags = batch.numbers("idio_correlations_recomputed")
        for row in dates.indices where flags[row] == 1 { recomputed.append(dates[row]) }
      }
    }
  }

  private let pairAssets: IdentifierTable

  /// The assets met so far.
  public var assets: IdentifierTable { file.assets }

  /// For each group the labels met so far.
  var labels: [IdentifierTable] { file.labels }

  /// The next date; `nil` after the last.
  public func next() throws -> Entry? {
    guard let day = try file.nextDay() else { return nil }
    let date = day.snapshot.date
    let count = file.assets.count
    let idioReturns = try idioReturns.values(on: date)
    let returns = try statistics.values(on: date)
    var entry = Entry(
      date: date, snapshot: day.snapshot, returns: day.returns(assetCount: count),
      idioReturns: Self.byCode(idioReturns, file.assets), factorReturns: [:], forecast: nil)
    for (name, values) in returns { entry.factorReturns[name] = values[0] }
    entry.forecast = try forecast(on: date)
    return entry
  }

  private static func byCode(_ values: [(key: String, values: [Double])], _ assets: IdentifierTable) -> [Double] {
    var column = [Double](repeating: .nan, count: assets.count)
    for entry in values {
      if let code = assets.existingCode(of: entry.key) { column[Int(code)] = entry.values[0] }
    }
    return column
  }

  private func forecast(on date: CalendarDate) throws -> Forecast? {
    let risk = try idioRisk.values(on: date)
    let series = Dictionary(
      try factorRisk.values(on: date).map { ($0.key, $0.values[0]) }, uniquingKeysWith: { first, _ in first })
    if let last = recomputed.last(where: { $0 <= date }) {
      currentCorrelations = (correlations[last] ?? []).compactMap { pair in
        guard let first = file.assets.existingCode(of: pairAssets[pair.0]),
          let second = file.assets.existingCode(of: pairAssets[pair.1])
        else { return nil }
        return (first, second, pair.2)
      }
    }
    while nextCovariance == nil || (nextCovariance.map { $0.date < date } ?? false) {
      nextCovariance = covariances.next()
      if let failure = covariances.failure { throw failure }
      if nextCovariance == nil { return nil }
    }
    guard let found = nextCovariance, found.date == date else { return nil }
    return Forecast(
      date: date, factors: found.factors, covariance: found.covariance,
      idioVolatilities: Self.byCode(risk, file.assets).map { $0 * idioScale },
      seriesVolatilities: found.factors.map { series[$0] ?? .nan }, correlations: currentCorrelations)
  }

  /// The risk model of the assets of a snapshot by a forecast.
  ///
  /// - Throws: `RiskModelError`.
  public func model(_ snapshot: CrossSection, _ forecast: Forecast) throws(RiskModelError) -> RiskModel {
    let kinds = Dictionary(factors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var hasMarket = false
    var codes = columns.groups.map { _ in [(code: Int32, place: Int)]() }
    var styles = [Int](repeating: -1, count: columns.styles.count)
    var market = -1
    for (place, name) in forecast.factors.enumerated() {
      guard let factor = kinds[name] else { continue }
      if let label = factor.label, let group = columns.groups.firstIndex(of: factor.kind) {
        // A label that no asset has had in what was read is nobody's.
        if let code = file.labels[group].existingCode(of: label) { codes[group].append((code, place)) }
      } else if factor.kind == "market" {
        hasMarket = true
        market = place
      } else if let style = columns.styles.firstIndex(of: name) {
        styles[style] = place
      }
    }
    let layout = FactorLayout(
      hasMarket: hasMarket, labels: codes.map { $0.map(\.code) }, styleCount: columns.styles.count)
    let places = (hasMarket ? [market] : []) + codes.flatMap { $0.map(\.place) } + styles
    return try RiskModel(
      snapshot: snapshot, layout: layout, factorNames: places.map { $0 < 0 ? "" : forecast.factors[$0] },
      factorCovariance: SymmetricMatrix(order: places.count) { row, column in
        places[row] < 0 || places[column] < 0 ? .nan : forecast.covariance[places[row], places[column]]
      },
      idioCovariance: idioCovariance(snapshot, forecast), horizon: horizon)
  }

  /// `Ω_ε` of the rows of a snapshot over the horizon.
  func idioCovariance(_ snapshot: CrossSection, _ forecast: Forecast) -> IdioCovariance {
    let volatilities = snapshot.assets.map { asset in
      Int(asset) < forecast.idioVolatilities.count ? forecast.idioVolatilities[Int(asset)] : .nan
    }
    let variances = volatilities.map { $0 * $0 }
    var rows = [Int](repeating: -1, count: file.assets.count)
    for (row, asset) in snapshot.assets.enumerated() where variances[row] > 0 { rows[Int(asset)] = row }
    let pairs = forecast.correlations.compactMap { pair -> (Int, Int, Double)? in
      let (first, second) = (rows[Int(pair.first)], rows[Int(pair.second)])
      return first < 0 || second < 0 ? nil : (min(first, second), max(first, second), pair.value)
    }
    guard !pairs.isEmpty else { return .diagonal(variances) }
    // Rows that pairs join, however many steps apart, are one block.
    var root = Array(0..<snapshot.rowCount)
    func find(_ row: Int) -> Int {
      var row = row
      while root[row] != row { row = root[row] }
      return row
    }
    for pair in pairs { root[find(pair.1)] = find(pair.0) }
    var members: [Int: [Int]] = [:]
    for row in Set(pairs.flatMap { [$0.0, $0.1] }).sorted() { members[find(row), default: []].append(row) }
    var blocks: [IdioCovariance.Block] = []
    for rows in members.values.sorted(by: { $0[0] < $1[0] }) {
      let places = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
      var covariance = SymmetricMatrix(order: rows.count) { $0 == $1 ? variances[rows[$0]] : 0 }
      for pair in pairs {
        guard let one = places[pair.0], let other = places[pair.1] else { continue }
        covariance[other, one] = pair.2 * volatilities[pair.0] * volatilities[pair.1]
      }
      blocks.append(IdioCovariance.Block(rows: rows, covariance: covariance))
    }
    return .blocks(variances: variances, linked: blocks)
  }
}

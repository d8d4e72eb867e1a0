/// The vendors of a synthetic market: what they tell of it day by day, with labelled errors.
///
/// Vendor A and vendor B show the same market, each with errors of its own. Prices are unadjusted: a total return is
/// `(q P + c) / P₋ − 1` with the split ratio `q` and the dividend `c` on an old share, and is the panel's return plus
/// the risk-free return that was known at the date before. A vendor's return is what its own closes and the true
/// actions give since its last close, so a wrong close makes two wrong returns. Market capitalizations are the panel's;
/// shares are these over closes. An asset has no row while it is halted, and a row without prices where its return is
/// missing completely at random.
///
/// ```swift
/// var market = try SyntheticMarket(configuration, workers: 2)
/// var vendors = SyntheticVendors(market)
/// while let block = market.nextBlock(periodCount: SyntheticVendors.periodsPerBlock) {
///   use(vendors.tables(of: block))
/// }
/// ```
///
/// The same configuration gives the same bits on every platform, for any number of workers. Errors do not cross from
/// one block to the next, so they do depend on the blocks' lengths. The state is a few numbers an asset, and the
/// numbers that wait for their publication.
public struct SyntheticVendors: Sendable {
  /// The periods of a block for which errors are made.
  public static let periodsPerBlock = 64
  /// The names of the vendors with daily tables.
  public static let vendorNames = ["vendor_a", "vendor_b"]
  /// The columns of the table of actions.
  public static let actionSchema = SourceSchema(numbers: ["ratio", "cash"], labels: ["type"])
  /// The columns of the table of risk-free rates.
  public static let riskFreeSchema = SourceSchema(hasAssets: false, numbers: ["rate"], labels: [.currency])
  /// The columns of the table of exchange rates.
  public static let exchangeSchema = SourceSchema(hasAssets: false, numbers: ["rate"], labels: ["pair"])
  /// The columns of the table of published numbers; rows are ordered by their knowledge date.
  public static let publicationSchema = SourceSchema(numbers: ["value"], labels: ["item"], dates: ["fiscal_end"])

  /// The columns of the daily tables.
  public let dailySchema: SourceSchema
  /// The assets and labels behind all codes; those of assets and groups are the market's.
  public let identifiers: MarketIdentifiers
  /// How vendors show the styles.
  public let signals: [SyntheticSignal]

  let population: SyntheticPopulation
  let accounts: SyntheticAccounts
  private let groups: [String]
  private let actions: SyntheticActions
  private let plan: SyntheticErrorPlan
  private let rates: SyntheticRates
  private let tradingDay: RandomStream
  private let fridayPhase: Int
  private let workers: Int
  private let unknownIndustry: Int32
  private var states: [SyntheticPricePath.State]
  private var publications: SyntheticPublications
  private var errorCount = 0

  /// Makes the vendors of a market before its first period.
  public init(_ market: SyntheticMarket) {
    population = market.population
    workers = market.workers
    groups = market.schema.groups
    signals = SyntheticSignal.all(styleCount: market.configuration.styleCount)
    accounts = SyntheticAccounts(market)
    actions = SyntheticActions(market.configuration)
    plan = SyntheticErrorPlan(market.configuration)
    rates = SyntheticRates(market.configuration)
    publications = SyntheticPublications(market, accounts: accounts)
    tradingDay = SyntheticStream.tradingDay.stream(seed: market.configuration.seed)
    states = Array(repeating: SyntheticPricePath.State(), count: market.population.count)
    // 1970-01-01 was a Thursday.
    fridayPhase = (0..<5).first { market.date(ofPeriod: $0).isFriday } ?? 0
    dailySchema = SourceSchema(
      numbers: Self.priceFields + accounts.fields + [Self.universeField],
      labels: [.currency] + groups.map { FieldName(rawValue: $0) } + [.securityType, .issuer])

    var labels: [FieldName: IdentifierTable] = [
      .currency: IdentifierTable(texts: [SyntheticRates.currency, SyntheticRates.otherCurrency]),
      .securityType: IdentifierTable(texts: ["common", "fund"]),
      .issuer: IdentifierTable(texts: market.assets.texts.map { "F" + $0.dropFirst() }),
      "type": IdentifierTable(texts: ["dividend", "split", "delisting"]),
      "pair": IdentifierTable(texts: [SyntheticRates.otherCurrency + SyntheticRates.currency]),
      "item": IdentifierTable(texts: SyntheticPublications.items.map(\.rawValue)),
    ]
    for (group, table) in zip(groups, market.labels) { labels[FieldName(rawValue: group)] = table }
    unknownIndustry = labels[.industry]?.code(for: "X99") ?? -1
    identifiers = MarketIdentifiers(assets: market.assets, labels: labels)
  }

  /// The field that says who is in the estimation universe: 1, else 0.
  public static let universeField: FieldName = "in_estimation_universe"

  private static let priceFields: [FieldName] = [
    .close, .open, .high, .low, .volume, .shares, .marketCap, .return,
  ]

  /// What vendors tell of a block, which follows the one before.
  ///
  /// - Complexity: O(rows · fields), the draws of it on the workers.
  public mutating func tables(of block: SyntheticBlock) -> SyntheticVendorBlock {
    precondition(!block.periods.isEmpty, "a block without periods")
    let loadings = trueLoadings(block)
    let chunks = assetPaths(block)
    var prices = Prices(rowCount: block.rows.count)
    var injections: [SyntheticInjection] = []
    for chunk in chunks {
      for path in chunk { take(path, &prices, &injections) }
    }
    let columns = dailyColumns(block, loadings, prices)
    var labels: [SyntheticErrorLabel] = []
    let publications = publications.rows(block, loadings: loadings, labels: &labels)
    // Row, then vendor: an order that no worker has a say in.
    injections.sort { ($0.row, $0.vendor) < ($1.row, $1.vendor) }
    let daily = Self.vendorNames.indices.map { vendor in
      vendorRows(vendor, block, columns, injections.filter { $0.vendor == vendor })
    }
    labels = label(injections, block) + labels
    number(&labels)
    return SyntheticVendorBlock(
      daily: daily, actions: actionRows(block, prices), riskFree: riskFreeRows(block),
      exchange: exchangeRows(block), publications: publications, errors: labels)
  }

  // MARK: Prices

  /// The true prices of a block and what follows from them: one entry a row.
  private struct Prices {
    var close, open, high, low, volume, shares, told, ratio, dividend: [Double]
    var isUnadjusted: [Bool]

    init(rowCount: Int) {
      let column = [Double](repeating: .nan, count: rowCount)
      (close, open, high, low, volume, shares, told) = (column, column, column, column, column, column, column)
      (ratio, dividend) = (column, column)
      isUnadjusted = Array(repeating: false, count: rowCount)
    }
  }

  /// One asset over a block.
  private struct AssetBlock: Sendable {
    var asset: Int32
    var path: SyntheticPricePath
    var trading: SyntheticTrading
    var errors: [SyntheticInjection]
  }

  /// The prices and errors of all assets, by chunks of assets in parallel.
  private func assetPaths(_ block: SyntheticBlock) -> [[AssetBlock]] {
    var rowsOfAsset = [[Int]](repeating: [], count: population.count)
    for (row, asset) in block.rows.assets.enumerated() { rowsOfAsset[Int(asset)].append(row) }
    let alive = rowsOfAsset.indices.filter { !rowsOfAsset[$0].isEmpty }
    let firstIndex = block.periods[0].index
    var totalReturns = block.returns
    for period in block.periods where period.index > 0 {
      let riskFree = rates.riskFree(after: period.index - 1)
      for row in period.rows { totalReturns[row] += riskFree }
    }
    let size = 64
    let (rows, total) = (rowsOfAsset, totalReturns)
    return concurrentMap(count: (alive.count + size - 1) / size, workers: workers) { chunk in
      alive[chunk * size..<min((chunk + 1) * size, alive.count)].map { index in
        let asset = Int32(index)
        let first = max(firstIndex, Int(population.firstPeriods[index]))
        var path = SyntheticPricePath(
          asset: asset, rows: rows[index], firstPeriod: first, state: states[index], actions: actions,
          totalReturns: total, events: block.events)
        let trading = SyntheticTrading(
          asset: asset, path: path, firstPeriod: first, caps: block.rows.caps, stream: tradingDay)
        let errors = plan.errors(
          asset: asset, path: &path, trading: trading, firstPeriod: first, fridayPhase: fridayPhase, actions: actions,
          exchange: { rates.exchange(at: first + $0) })
        return AssetBlock(asset: asset, path: path, trading: trading, errors: errors)
      }
    }
  }

  /// Takes the block of an asset to the rows of the block of all.
  private mutating func take(_ asset: AssetBlock, _ prices: inout Prices, _ injections: inout [SyntheticInjection]) {
    for (place, row) in asset.path.rows.enumerated() {
      prices.close[row] = asset.path.close[place]
      prices.open[row] = asset.trading.open[place]
      prices.high[row] = asset.trading.high[place]
      prices.low[row] = asset.trading.low[place]
      prices.volume[row] = asset.trading.volume[place]
      prices.shares[row] = asset.trading.shares[place]
      prices.told[row] = asset.path.told[place]
      prices.ratio[row] = asset.path.ratio[place]
      prices.dividend[row] = asset.path.dividend[place]
      prices.isUnadjusted[row] = asset.path.isUnadjusted[place]
    }
    injections.append(contentsOf: asset.errors)
    states[Int(asset.asset)] = asset.path.state
  }

  /// The loadings of the block, hidden ones put back.
  private func trueLoadings(_ block: SyntheticBlock) -> [[Double]] {
    var loadings = block.rows.styles
    for hidden in block.hiddenLoadings { loadings[hidden.style][hidden.row] = hidden.loading }
    return loadings
  }

  // MARK: Daily rows

  /// The right columns of the daily tables: numbers, then labels, one entry a row of the block.
  private func dailyColumns(
    _ block: SyntheticBlock, _ loadings: [[Double]], _ prices: Prices
  ) -> (numbers: [[Double]], labels: [[Int32]]) {
    let accounts = accounts
    let byPeriod = concurrentMap(count: block.periods.count, workers: workers) { step in
      accounts.columns(block, rows: block.periods[step].rows, loadings: loadings, closes: prices.close)
    }
    var numbers = [
      prices.close, prices.open, prices.high, prices.low, prices.volume, prices.shares, block.rows.caps, prices.told,
    ]
    for row in block.rows.assets.indices where !block.events[row].isDisjoint(with: .withoutReturn) {
      // Without a close there are no prices, no volume, no cap and no return.
      for column in numbers.indices where column != 5 { numbers[column][row] = .nan }
    }
    for column in accounts.fields.indices { numbers.append(byPeriod.flatMap { $0[column] }) }
    for hidden in block.hiddenLoadings {
      guard let column = dailySchema.numbers.firstIndex(of: signals[hidden.style].field) else { continue }
      numbers[column][hidden.row] = .nan
    }
    numbers.append(block.rows.inUniverse.map { $0 ? 1 : 0 })
    let labels =
      [block.rows.assets.map { _ in 0 }] + block.rows.labels
      + [
        block.rows.assets.map { population.isOutsideUniverse[Int($0)] ? 1 : 0 },
        block.rows.assets.map { population.issuers[Int($0)] },
      ]
    return (numbers, labels)
  }

  /// The rows of one vendor: the right ones, but for its errors.
  private func vendorRows(
    _ vendor: Int, _ block: SyntheticBlock, _ columns: (numbers: [[Double]], labels: [[Int32]]),
    _ errors: [SyntheticInjection]
  ) -> SourceRows {
    var twice: Set<Int> = []
    var saturdays: [Int] = []
    for error in errors {
      switch error.kind {
      case .duplicateRow, .conflictingRows: twice.insert(error.row)
      case .nonTradingDate: saturdays.append(error.row)
      default: continue
      }
    }
    var rows = SourceRows(schema: dailySchema)
    // For each row of the table the row of the block, and for each row of the block its last one in the table.
    var sources: [Int] = []
    var places = [Int](repeating: -1, count: block.rows.count)
    var nextSaturday = 0
    for period in block.periods {
      for row in period.rows where !block.events[row].contains(.halted) {
        for _ in 0..<(twice.contains(row) ? 2 : 1) {
          places[row] = sources.count
          sources.append(row)
          rows.dates.append(period.date)
        }
      }
      while nextSaturday < saturdays.count, saturdays[nextSaturday] < period.rows.upperBound {
        sources.append(saturdays[nextSaturday])
        rows.dates.append(CalendarDate(daysSinceEpoch: period.date.daysSinceEpoch + 1))
        nextSaturday += 1
      }
    }
    rows.assets = sources.map { block.rows.assets[$0] }
    let order = sources
    rows.numbers = concurrentMap(count: columns.numbers.count, workers: workers) { column in
      order.map { columns.numbers[column][$0] }
    }
    rows.labels = columns.labels.map { column in sources.map { column[$0] } }
    let industry = dailySchema.labels.firstIndex(of: .industry)
    for error in errors where error.kind != .unadjustedSplit {
      if let industry, error.kind == .unknownIndustry || error.kind == .blankIndustry {
        rows.labels[industry][places[error.row]] = error.kind == .unknownIndustry ? unknownIndustry : -1
        continue
      }
      for cell in error.cells {
        guard let column = dailySchema.numbers.firstIndex(of: cell.field) else { continue }
        rows.numbers[column][places[cell.row]] = cell.reportedValue
      }
    }
    return rows
  }

  // MARK: Long tables

  private func actionRows(_ block: SyntheticBlock, _ prices: Prices) -> SourceRows {
    var rows = SourceRows(schema: Self.actionSchema)
    for period in block.periods {
      for row in period.rows {
        func add(_ type: Int32, ratio: Double, cash: Double) {
          rows.dates.append(period.date)
          rows.assets.append(block.rows.assets[row])
          rows.numbers[0].append(ratio)
          rows.numbers[1].append(cash)
          rows.labels[0].append(type)
        }
        if prices.dividend[row] > 0 { add(0, ratio: .nan, cash: prices.dividend[row]) }
        if prices.ratio[row] != 1, !prices.isUnadjusted[row] { add(1, ratio: prices.ratio[row], cash: .nan) }
        if block.events[row].contains(.delistingLoss), prices.told[row].isFinite,
          block.events[row].isDisjoint(with: .withoutReturn)
        {
          add(2, ratio: .nan, cash: prices.told[row])
        }
      }
    }
    return rows
  }

  private func riskFreeRows(_ block: SyntheticBlock) -> SourceRows {
    var rows = SourceRows(schema: Self.riskFreeSchema)
    for period in block.periods {
      // By the bytes of the currencies' names.
      rows.dates += [period.date, period.date]
      rows.labels[0] += [1, 0]
      rows.numbers[0] += [rates.otherRiskFree(after: period.index), rates.riskFree(after: period.index)]
    }
    return rows
  }

  private func exchangeRows(_ block: SyntheticBlock) -> SourceRows {
    var rows = SourceRows(schema: Self.exchangeSchema)
    rows.dates = block.periods.map(\.date)
    rows.labels[0] = block.periods.map { _ in 0 }
    rows.numbers[0] = block.periods.map { rates.exchange(at: $0.index) }
    return rows
  }

  // MARK: Labels of errors

  private func label(_ injections: [SyntheticInjection], _ block: SyntheticBlock) -> [SyntheticErrorLabel] {
    var labels: [SyntheticErrorLabel] = []
    for (number, error) in injections.enumerated() {
      func add(_ row: Int, _ field: FieldName?, _ trueValue: Double, _ reportedValue: Double) {
        var date = block.rows.dates[row]
        if error.kind == .nonTradingDate { date = CalendarDate(daysSinceEpoch: date.daysSinceEpoch + 1) }
        labels.append(
          SyntheticErrorLabel(
            error: number, kind: error.kind, source: Self.vendorNames[error.vendor],
            table: error.kind == .unadjustedSplit ? "actions" : "daily", date: date, asset: block.rows.assets[row],
            field: field, trueValue: trueValue, reportedValue: reportedValue))
      }
      if error.cells.isEmpty { add(error.row, nil, .nan, .nan) }
      for cell in error.cells { add(cell.row, cell.field, cell.trueValue, cell.reportedValue) }
    }
    return labels
  }

  /// Gives errors numbers that no error of an earlier block has.
  private mutating func number(_ labels: inout [SyntheticErrorLabel]) {
    var inBlock: Int?
    for index in labels.indices {
      // Each wrong publication is an error of its own.
      if inBlock != labels[index].error || labels[index].kind == .lookAhead { errorCount += 1 }
      inBlock = labels[index].error
      labels[index].error = errorCount - 1
    }
  }
}

extension CalendarDate {
  /// Whether the day is a Friday; 1970-01-01 was a Thursday.
  fileprivate var isFriday: Bool { ((Int(daysSinceEpoch) + 3) % 7 + 7) % 7 == 4 }
}

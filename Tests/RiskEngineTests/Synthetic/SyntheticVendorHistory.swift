import RiskEngine

/// A whole synthetic market with what its vendors tell of it.
struct SyntheticVendorHistory {
  let market: SyntheticMarket
  let vendors: SyntheticVendors
  let blocks: [SyntheticBlock]
  let tables: [SyntheticVendorBlock]

  init(_ configuration: SyntheticConfiguration, workers: Int = 2) throws {
    var market = try SyntheticMarket(configuration, workers: workers)
    var vendors = SyntheticVendors(market)
    var blocks: [SyntheticBlock] = []
    var tables: [SyntheticVendorBlock] = []
    while let block = market.nextBlock(periodCount: SyntheticVendors.periodsPerBlock) {
      tables.append(vendors.tables(of: block))
      blocks.append(block)
    }
    self.market = market
    self.vendors = vendors
    self.blocks = blocks
    self.tables = tables
  }

  /// A market that vendors make errors of every kind about in a short time.
  static func configuration(errorRate: Double, styleCount: Int = 11) -> SyntheticConfiguration {
    var configuration = SyntheticConfiguration(mode: .full)
    configuration.assetCount = 80
    configuration.periodCount = 190
    configuration.industryCount = 5
    configuration.styleCount = styleCount
    configuration.seed = 11
    configuration.lifetimes.annualDeathRate = 0.15
    configuration.idio.pairedFraction = 0.1
    configuration.vendors.errorRates = SyntheticConfiguration.Vendors.errorRates(errorRate)
    configuration.vendors.splitRate = 200
    return configuration
  }

  /// A column of the daily tables.
  func column(_ field: FieldName) -> Int {
    guard let column = vendors.dailySchema.numbers.firstIndex(of: field) else {
      preconditionFailure("no column \(field)")
    }
    return column
  }

  /// A date of the market and its period.
  func period(of date: CalendarDate) -> Int {
    guard let period = (0..<market.configuration.periodCount).first(where: { market.date(ofPeriod: $0) == date }) else {
      preconditionFailure("\(date) is no date of the market")
    }
    return period
  }

  /// All rows of a table, block after block.
  func all(_ part: (SyntheticVendorBlock) -> SourceRows) -> SourceRows {
    var rows = part(tables[0])
    for table in tables.dropFirst() {
      let more = part(table)
      rows.dates += more.dates
      rows.assets += more.assets
      for column in rows.numbers.indices { rows.numbers[column] += more.numbers[column] }
      for column in rows.labels.indices { rows.labels[column] += more.labels[column] }
      for column in rows.furtherDates.indices { rows.furtherDates[column] += more.furtherDates[column] }
    }
    return rows
  }

  /// All labels of errors.
  var errors: [SyntheticErrorLabel] { tables.flatMap(\.errors) }
}

/// A date and an asset.
struct AssetDate: Hashable {
  var date: CalendarDate
  var asset: Int32
}

import RiskEngine
import Testing

/// What holds of the tables of vendors that make no errors.
@Suite struct SyntheticVendorsTests {
  static func clean(_ mode: SyntheticMode = .full, styleCount: Int = 11) throws -> SyntheticVendorHistory {
    var configuration = SyntheticVendorHistory.configuration(errorRate: 0, styleCount: styleCount)
    if mode != .full {
      let full = configuration
      configuration = SyntheticConfiguration(mode: mode)
      configuration.assetCount = full.assetCount
      configuration.periodCount = 70
      configuration.industryCount = 5
      configuration.styleCount = styleCount
      configuration.vendors = full.vendors
    }
    return try SyntheticVendorHistory(configuration)
  }

  /// The return of the panel and the risk-free return are what a holder makes of closes and actions.
  ///
  /// A return over closes loses what two prices of double precision round: a few units in the last place of 1 + R, and
  /// of the price path before the split.
  @Test(arguments: SyntheticMode.allCases)
  func closesAndActionsGiveTheReturnsOfThePanel(mode: SyntheticMode) throws {
    let history = try Self.clean(mode)
    let daily = history.all { $0.daily[0] }
    let (close, told) = (history.column(.close), history.column(.return))
    let actions = history.all(\.actions)
    var ratioOf: [AssetDate: Double] = [:]
    var cashOf: [AssetDate: Double] = [:]
    for row in actions.dates.indices where actions.labels[0][row] != 2 {
      let key = AssetDate(date: actions.dates[row], asset: actions.assets[row])
      if actions.numbers[0][row].isFinite { ratioOf[key] = actions.numbers[0][row] }
      if actions.numbers[1][row].isFinite { cashOf[key] = actions.numbers[1][row] }
    }
    #expect(ratioOf.count >= 3 && cashOf.count >= 20)
    let rates = history.all(\.riskFree)
    var riskFree: [CalendarDate: Double] = [:]
    for row in rates.dates.indices where rates.labels[0][row] == 0 {
      riskFree[rates.dates[row]] = rates.numbers[0][row]
    }
    var rowOf: [AssetDate: Int] = [:]
    for row in daily.dates.indices { rowOf[AssetDate(date: daily.dates[row], asset: daily.assets[row])] = row }
    #expect(rowOf.count == daily.count)

    var compared = 0
    for block in history.blocks {
      for period in block.periods where period.index > 0 {
        let dayBefore = history.market.date(ofPeriod: period.index - 1)
        for row in period.rows {
          let key = AssetDate(date: period.date, asset: block.rows.assets[row])
          let here = rowOf[key]
          #expect((here == nil) == block.events[row].contains(.halted))
          guard let here else { continue }
          #expect(daily.numbers[close][here].isNaN == block.events[row].contains(.returnMissing))
          guard block.rows.returns[row].isFinite,
            let before = rowOf[AssetDate(date: dayBefore, asset: key.asset)], daily.numbers[close][before].isFinite
          else { continue }
          let (ratio, cash) = (ratioOf[key] ?? 1, cashOf[key] ?? 0)
          let earned = (ratio * daily.numbers[close][here] + cash) / daily.numbers[close][before] - 1
          let expected = block.rows.returns[row] + (riskFree[dayBefore] ?? .nan)
          let differences = [earned - expected, daily.numbers[told][here] - expected]
          #expect(differences.allSatisfy { abs($0) <= 16 * Double.ulpOfOne })
          compared += 1
        }
      }
    }
    #expect(compared > 70 * 60)
  }

  /// Over a gap a vendor's return is that of all its periods.
  @Test func aReturnAfterAGapSpansIt() throws {
    var configuration = SyntheticVendorHistory.configuration(errorRate: 0)
    configuration.vendors.payingFraction = 0
    configuration.missing.haltProbability = 0.01
    configuration.missing.returnFraction = 0.02
    let history = try SyntheticVendorHistory(configuration)
    let daily = history.all { $0.daily[0] }
    var toldOf: [AssetDate: Double] = [:]
    for row in daily.dates.indices {
      let key = AssetDate(date: daily.dates[row], asset: daily.assets[row])
      toldOf[key] = daily.numbers[history.column(.return)][row]
    }
    let rates = history.all(\.riskFree)
    let dollars = rates.dates.indices.filter { rates.labels[0][$0] == 0 }.map { rates.numbers[0][$0] }
    var growth = [Double](repeating: 1, count: history.market.assets.count)
    var length = [Int](repeating: 0, count: growth.count)
    var isListed = [Bool](repeating: false, count: growth.count)
    var gaps = 0
    for block in history.blocks {
      for period in block.periods {
        for row in period.rows {
          let asset = Int(block.rows.assets[row])
          if block.returns[row].isFinite, isListed[asset] {
            growth[asset] *= 1 + block.returns[row] + dollars[period.index - 1]
            length[asset] += 1
          }
          guard block.events[row].isDisjoint(with: .withoutReturn) else { continue }
          if isListed[asset] {
            let told = try #require(toldOf[AssetDate(date: period.date, asset: block.rows.assets[row])])
            // One more rounding a period of the gap.
            let bound = 16 * Double(length[asset]) * max(1, growth[asset]) * Double.ulpOfOne
            let difference = told - (growth[asset] - 1)
            #expect(abs(difference) <= bound)
            if length[asset] > 1 { gaps += 1 }
          }
          (growth[asset], length[asset], isListed[asset]) = (1, 0, true)
        }
      }
    }
    #expect(gaps > 50)
  }

  /// Caps are the panel's, and close times shares to a rounding of each.
  @Test(arguments: SyntheticMode.allCases)
  func capsAreThoseOfThePanel(mode: SyntheticMode) throws {
    let history = try Self.clean(mode)
    for (block, table) in zip(history.blocks, history.tables) {
      let daily = table.daily[0]
      var capOf: [AssetDate: Double] = [:]
      for row in block.rows.dates.indices {
        capOf[AssetDate(date: block.rows.dates[row], asset: block.rows.assets[row])] = block.rows.caps[row]
      }
      for row in daily.dates.indices where daily.numbers[history.column(.close)][row].isFinite {
        let cap = daily.numbers[history.column(.marketCap)][row]
        #expect(cap == capOf[AssetDate(date: daily.dates[row], asset: daily.assets[row])])
        let product = daily.numbers[history.column(.close)][row] * daily.numbers[history.column(.shares)][row]
        let bound = 2 * cap * Double.ulpOfOne
        #expect(abs(product - cap) <= bound)
        let (high, low) = (daily.numbers[history.column(.high)][row], daily.numbers[history.column(.low)][row])
        let close = daily.numbers[history.column(.close)][row]
        #expect(low <= close && close <= high && low < high)
        #expect(daily.numbers[history.column(.volume)][row] > 0)
      }
    }
  }

  /// Of each date, what each descriptor gives ascends as the true loading does: rank correlation 1.
  @Test(arguments: [2, 9, 11])
  func signalsRankAssetsAsTheirLoadingsDo(styleCount: Int) throws {
    let history = try Self.clean(styleCount: styleCount)
    #expect(history.vendors.signals.count == styleCount)
    var compared = 0
    for (block, table) in zip(history.blocks, history.tables) {
      var loadings = block.rows.styles
      for hidden in block.hiddenLoadings { loadings[hidden.style][hidden.row] = hidden.loading }
      let daily = table.daily[0]
      var rowOf: [AssetDate: Int] = [:]
      for row in daily.dates.indices { rowOf[AssetDate(date: daily.dates[row], asset: daily.assets[row])] = row }
      for period in block.periods where period.index % 20 == 0 {
        var issuerCaps: [Int32: Double] = [:]
        for row in period.rows {
          issuerCaps[history.market.population.issuers[Int(block.rows.assets[row])], default: 0] += block.rows.caps[row]
        }
        for signal in history.vendors.signals {
          var points: [(loading: Double, value: Double)] = []
          for row in period.rows {
            guard let here = rowOf[AssetDate(date: period.date, asset: block.rows.assets[row])] else { continue }
            let cap = issuerCaps[history.market.population.issuers[Int(block.rows.assets[row])]] ?? .nan
            let value = descriptor(signal, of: daily, at: here, issuerCap: cap, history)
            #expect(
              !daily.numbers[history.column(signal.field)][here].isNaN || block.rows.styles[signal.style][row].isNaN)
            if value.isFinite { points.append((loadings[signal.style][row], value)) }
          }
          points.sort { $0.loading < $1.loading }
          #expect(points.count > 50)
          #expect(zip(points, points.dropFirst()).allSatisfy { $0.value < $1.value }, "\(signal.field)")
          compared += 1
        }
      }
    }
    #expect(compared == 10 * styleCount)
  }

  /// The formulas of the descriptors, written once more.
  private func descriptor(
    _ signal: SyntheticSignal, of daily: SourceRows, at row: Int, issuerCap: Double, _ history: SyntheticVendorHistory
  ) -> Double {
    func field(_ name: FieldName) -> Double { daily.numbers[history.column(name)][row] }
    return switch signal.descriptor {
    case "book_to_price": field(.bookEquity) / issuerCap
    case "earnings_to_price": field(.netIncome) / issuerCap
    case "forward_earnings_to_price": field(.forwardEarnings) / field(.close)
    case "sales_to_price": field(.sales) / issuerCap
    case "cash_flow_to_price": field(.operatingCashFlow) / issuerCap
    case "dividend_to_price": field(.dividends) / issuerCap
    case "gross_margin": (field(.sales) - field(.costOfRevenue)) / field(.sales)
    case "asset_turnover": field(.sales) / field(.totalAssets)
    case "debt_to_assets": field(.totalDebt) / field(.totalAssets)
    default: field(signal.field)
    }
  }

  /// Clean vendors agree in every bit and have nothing labelled.
  @Test func withoutErrorsVendorsAreTheSame() throws {
    let history = try Self.clean()
    #expect(history.errors.isEmpty)
    for table in history.tables {
      #expect(table.daily[0].dates == table.daily[1].dates && table.daily[0].assets == table.daily[1].assets)
      #expect(bits(table.daily[0]) == bits(table.daily[1]) && table.daily[0].labels == table.daily[1].labels)
      #expect(zip(table.daily[0].dates, table.daily[0].dates.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  /// The draws of an asset do not depend on which worker makes them.
  @Test(arguments: [1, 3])
  func theSameBitsForAnyNumberOfWorkers(workers: Int) throws {
    let configuration = SyntheticVendorHistory.configuration(errorRate: 300)
    let (found, expected) = (
      try SyntheticVendorHistory(configuration, workers: workers), try SyntheticVendorHistory(configuration)
    )
    for (found, expected) in zip(found.tables, expected.tables) {
      for (one, other) in zip(
        found.daily + [found.actions, found.riskFree, found.exchange, found.publications],
        expected.daily + [expected.actions, expected.riskFree, expected.exchange, expected.publications])
      {
        #expect(one.dates == other.dates && one.assets == other.assets && one.labels == other.labels)
        #expect(bits(one) == bits(other) && one.furtherDates == other.furtherDates)
      }
      #expect(found.errors.map { "\($0)" } == expected.errors.map { "\($0)" })
    }
    #expect(!expected.errors.isEmpty)
  }

  private func bits(_ rows: SourceRows) -> [[UInt64]] { rows.numbers.map { $0.map(\.bitPattern) } }

  /// Publications come after their fiscal end by the lag, some never, some again.
  @Test func publicationsLagAndAreRestated() throws {
    let history = try Self.clean()
    let rows = history.all(\.publications)
    #expect(zip(rows.dates, rows.dates.dropFirst()).allSatisfy { $0 <= $1 })
    var vintages: [AssetDate: [Int: Int]] = [:]
    for row in rows.dates.indices {
      let end = rows.furtherDates[0][row]
      let lag = rows.dates[row].daysSinceEpoch - end.daysSinceEpoch
      #expect((40...80).contains(lag) || (130...170).contains(lag))
      vintages[AssetDate(date: end, asset: rows.assets[row]), default: [:]][Int(rows.labels[0][row]), default: 0] += 1
    }
    let counts = vintages.values.flatMap(\.values)
    #expect(counts.contains(2) && counts.allSatisfy { $0 <= 2 })
    // Three items of each asset that lives at a quarter's end, 95% of them: within five standard deviations.
    var due = 0.0
    // Those of 2009 are known on the first date, which is in 2010, or soon after; no asset is born late for them.
    for (year, month, day) in [(2009, 9, 30), (2009, 12, 31), (2010, 3, 31), (2010, 6, 30)] {
      let end = try #require(CalendarDate(year: year, month: month, day: day))
      let period = try #require(history.blocks.flatMap(\.periods).first { $0.date >= end })
      due += 3 * Double(period.rows.count)
    }
    let difference = Double(counts.count) - 0.95 * due
    let deviation = (due * 0.95 * 0.05).squareRoot()
    #expect(abs(difference) < 5 * deviation)
    #expect(Double(counts.count) < due)
  }

  /// What is out of range is named.
  @Test func badNumbersAreNamed() {
    func message(_ change: (inout SyntheticConfiguration.Vendors) -> Void) -> String {
      var configuration = SyntheticConfiguration()
      change(&configuration.vendors)
      do throws(SyntheticConfigurationError) {
        _ = try configuration.validated()
        return ""
      } catch { return "\(error)" }
    }
    #expect(message { _ in } == "")
    #expect(message { $0.errorRates[.spike] = -1 }.contains("vendors.errorRates.spike is -1.0"))
    #expect(message { $0.errorRates = SyntheticConfiguration.Vendors.errorRates(50_000) }.contains("sum of vendors"))
    #expect(message { $0.splitRate = .nan }.contains("vendors.splitRate"))
    #expect(message { $0.secondVendorShare = 1.5 }.contains("vendors.secondVendorShare"))
    #expect(message { $0.payingFraction = 2 }.contains("vendors.payingFraction"))
    #expect(message { $0.dividendYield = 0.5 }.contains("vendors.dividendYield"))
    #expect(message { $0.riskFreeRate = 2 }.contains("vendors.riskFreeRate"))
    #expect(message { $0.publicationLag = -1 }.contains("vendors.publicationLag"))
    #expect(message { $0.publicationLagSpread = 61 }.contains("vendors.publicationLagSpread"))
    #expect(message { $0.unpublishedFraction = 2 }.contains("vendors.unpublishedFraction"))
    #expect(message { $0.restatedFraction = -0.5 }.contains("vendors.restatedFraction"))
  }
}

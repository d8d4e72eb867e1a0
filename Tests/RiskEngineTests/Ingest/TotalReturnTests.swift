import RiskEngine
import Testing

/// Total returns in closed form: splits, dividends, delistings, gaps, currencies and the risk-free rate.
@Suite struct TotalReturnTests {
  /// A vendor of unadjusted closes of one asset, by day, with its table of actions.
  ///
  /// `nil` is a day without a row. A second asset has a row on every day.
  private func feed(_ closes: [Double?], _ actions: (inout VendorTable) -> Void = { _ in }) -> VendorFeed {
    var table = VendorTable("prices", .prices, numbers: [.close], isAdjusted: false)
    for (day, close) in closes.enumerated() {
      table.rows.append(VendorRow(date: VendorFeed.date(day), asset: "other", numbers: [.close: 100 + Double(day % 3)]))
      guard let close else { continue }
      table.rows.append(VendorRow(date: VendorFeed.date(day), asset: "X", numbers: [.close: close]))
    }
    var events = VendorTable("actions", .actions, priority: 2)
    actions(&events)
    return VendorFeed([table, events])
  }

  @Test func aSplit() throws {
    let found = try feed([100, 26, 27]) { $0.split("X", VendorFeed.date(1), ratio: 4) }.ingest()
    // 4 · 26 / 100 − 1, rounded once.
    #expect(found.totalReturn("X", 1) == 104.0 / 100 - 1)
    #expect(found.totalReturn("X", 2) == 27.0 / 26 - 1)
    #expect(found.findings.isEmpty)
  }

  @Test func aDividend() throws {
    let found = try feed([100, 98, 99]) { $0.dividend("X", VendorFeed.date(1), cash: 3) }.ingest()
    #expect(found.totalReturn("X", 1) == 101.0 / 100 - 1)
    #expect(found.totalReturn("X", 2) == 99.0 / 98 - 1)
  }

  /// The cash of a day is paid on an old share, in whatever order the vendor tells of the two.
  @Test(arguments: [false, true])
  func aSplitAndADividendOnOneDay(dividendFirst: Bool) throws {
    let feed = feed([100, 49, 50]) { actions in
      if dividendFirst { actions.dividend("X", VendorFeed.date(1), cash: 3) }
      actions.split("X", VendorFeed.date(1), ratio: 2)
      if !dividendFirst { actions.dividend("X", VendorFeed.date(1), cash: 3) }
    }
    let gross = (2 * 49.0 + 3.0) / 100.0
    #expect(try feed.ingest().totalReturn("X", 1) == gross - 1)
  }

  /// Cash after a split is paid on each of the new shares.
  @Test func aDividendOnTheDayAfterASplitWithinAGap() throws {
    let feed = feed([100, nil, nil, 49]) { actions in
      actions.split("X", VendorFeed.date(1), ratio: 2)
      actions.dividend("X", VendorFeed.date(2), cash: 3)
    }
    let found = try feed.ingest()
    let gross = (2 * 49.0 + 2 * 3.0) / 100.0
    #expect(found.totalReturn("X", 3) == gross - 1)
    #expect(found.span("X", 3) == 3 && found.totalReturn("X", 1).isNaN && found.totalReturn("X", 2).isNaN)
  }

  /// Day 2 is a Friday, so day 3 is the Monday after.
  @Test func anActionOnASaturdayCountsOnMonday() throws {
    let feed = feed([100, 101, 102, 51, 52]) { $0.split("X", VendorFeed.date(2, plus: 1), ratio: 2) }
    let found = try feed.ingest()
    #expect(found.totalReturn("X", 3) == 0)
    #expect(found.totalReturn("X", 4) == 52.0 / 51 - 1)
    // Also where the Saturday is ingested on its own.
    var asked = feed
    asked.furtherDates = [VendorFeed.date(2, plus: 1)]
    #expect(try asked.ingest().totalReturn("X", 3) == 0)
  }

  @Test func anActionBeforeTheFirstCloseIsNoBusinessOfIt() throws {
    let found = try feed([nil, nil, 51, 52]) { $0.split("X", VendorFeed.date(1), ratio: 2) }.ingest()
    #expect(found.totalReturn("X", 2).isNaN && found.totalReturn("X", 3) == 52.0 / 51 - 1)
  }

  @Test func anActionTwiceIsAppliedOnce() throws {
    let feed = feed([100, 26, 27]) { actions in
      for _ in 0..<2 { actions.split("X", VendorFeed.date(1), ratio: 4) }
    }
    let found = try feed.ingest()
    #expect(found.totalReturn("X", 1) == 104.0 / 100 - 1)
    #expect(found.count(.duplicateRow, .info, source: 1) == 1)
  }

  @Test func twoDividendsAddUpAndTwoRatiosContradict() throws {
    var found = try feed([100, 98]) { actions in
      actions.dividend("X", VendorFeed.date(1), cash: 2)
      actions.dividend("X", VendorFeed.date(1), cash: 1)
    }.ingest()
    #expect(found.totalReturn("X", 1) == 101.0 / 100 - 1)
    found = try feed([100, 98]) { actions in
      actions.split("X", VendorFeed.date(1), ratio: 2)
      actions.split("X", VendorFeed.date(1), ratio: 3)
    }.ingest()
    #expect(found.totalReturn("X", 1) == 98.0 / 100 - 1)
    #expect(found.findings(.conflictingRows).map(\.before) == [2, 3])
  }

  /// Vendors name types as they like; what counts is what an action does.
  @Test func anActionThatTwoVendorsTellOfIsAppliedOnce() throws {
    var feed = feed([100, 26, 27]) { $0.split("X", VendorFeed.date(1), ratio: 4) }
    var second = VendorTable("more_actions", .actions, priority: 3)
    second.rows.append(
      VendorRow(
        date: VendorFeed.date(1), asset: "X", numbers: ["ratio": 4], labels: ["type": "stock split"]))
    second.dividend("X", VendorFeed.date(2), cash: 1)
    feed.tables.append(second)
    let found = try feed.ingest()
    #expect(found.totalReturn("X", 1) == 104.0 / 100 - 1)
    #expect(found.totalReturn("X", 2) == 28.0 / 26 - 1)
    #expect(found.findings.isEmpty)
    feed.tables[2].rows[0].numbers["ratio"] = 5
    let other = try feed.ingest()
    #expect(other.totalReturn("X", 1) == 104.0 / 100 - 1)
    #expect(other.findings.map(\.check) == [.vendorsDisagree])
    #expect(other.findings.first?.before == 5 && other.findings.first?.after == 4)
  }

  @Test func anImpossibleActionIsDropped() throws {
    let found = try feed([100, 101]) { actions in
      actions.split("X", VendorFeed.date(1), ratio: 0)
      actions.dividend("X", VendorFeed.date(1), cash: -1)
      actions.dividend("X", VendorFeed.date(1), cash: .infinity)
    }.ingest()
    #expect(found.totalReturn("X", 1) == 101.0 / 100 - 1)
    #expect(found.findings(.impossibleValue).count == 3)
  }

  // MARK: The split identity

  /// A series with its splits not in it and their actions has the returns of the series with them in it: bit for
  /// bit where they are powers of two, else within 2 units in the last place of the gross return for each action.
  @Test(arguments: [(2.0, 0), (4.0, 0), (0.5, 0), (0.125, 0), (3.0, 2), (1.5, 2), (0.1, 2), (7.0 / 3.0, 2)])
  func theSplitIdentity(ratio: Double, ulps: Int) throws {
    let market = CleanMarket(assets: 4, days: 30, seed: 3)
    let adjusted = market.table("prices", numbers: [.close])
    var raw = adjusted
    raw.profile.hasAdjustedPrices = false
    let splits = [5, 11, 20]
    var actions = VendorTable("actions", .actions, priority: 2)
    for day in splits { actions.split("A001", VendorFeed.date(day), ratio: ratio) }
    for index in raw.rows.indices where raw.rows[index].asset == "A001" {
      for day in splits where raw.rows[index].date < VendorFeed.date(day) { raw.rows[index].numbers[.close]! *= ratio }
    }
    var expected = VendorFeed([adjusted, actions])
    expected.tables[1].rows = []
    let a = try expected.ingest()
    let b = try VendorFeed([raw, actions]).ingest()
    for day in 1..<30 {
      let (left, right) = (1 + a.totalReturn("A001", day), 1 + b.totalReturn("A001", day))
      // Before the first split a close has three roundings of its ratio in it, one for each split to come.
      let limit = Double(ulps * splits.count) * max(left, right).ulp
      #expect(abs(left - right) <= limit, "day \(day): \(left), \(right)")
      #expect(ulps > 0 || a.totalReturn("A001", day).bitPattern == b.totalReturn("A001", day).bitPattern)
      #expect(a.totalReturn("A000", day).bitPattern == b.totalReturn("A000", day).bitPattern)
    }
    #expect(b.findings.isEmpty)
  }

  /// Adjusted prices have the actions in them already; they only explain a jump.
  @Test func actionsAreNotAppliedToAdjustedPrices() throws {
    var feed = feed([100, 260, 270]) { $0.split("X", VendorFeed.date(1), ratio: 4) }
    feed.tables[0].profile.hasAdjustedPrices = true
    let found = try feed.ingest()
    #expect(found.totalReturn("X", 1) == 260.0 / 100 - 1)
    #expect(found.findings.isEmpty)
  }

  // MARK: Delistings

  @Test func aDelistingHasItsReturnAndEndsTheAsset() throws {
    // The row of the date, one day later, and long after the last row.
    for (day, last) in [(3, 2), (6, 2), (12, 2)] {
      let closes: [Double?] = (0..<30).map { $0 <= last ? 100 + Double($0) : nil }
      let found = try feed(closes) { $0.delisting("X", VendorFeed.date(day), return: -0.55) }.ingest()
      #expect(found.totalReturn("X", day) == -0.55, "day \(day)")
      #expect(found.span("X", day) == 1 && !found.contains("X", day + 1))
      #expect(found.findings.isEmpty, "\(found.findings)")
    }
  }

  @Test func aDelistingOfEverythingIsMinusOne() throws {
    let found = try feed([100, 50, nil, nil]) { $0.delisting("X", VendorFeed.date(2), return: -1) }.ingest()
    #expect(found.totalReturn("X", 2) == -1)
  }

  @Test func aDelistingReplacesTheReturnOfItsDay() throws {
    let found = try feed([100, 75, nil]) { $0.delisting("X", VendorFeed.date(1), return: -0.75) }.ingest()
    #expect(found.totalReturn("X", 1) == -0.75)
    let finding = try #require(found.findings(.returnMismatch).first)
    #expect(finding.before == -0.25 && finding.after == -0.75 && finding.action == .replaced)
  }

  /// A delisting without its return is told of, and is no return of 0.
  @Test func aDelistingWithoutItsReturnIsMissing() throws {
    let found = try feed([100, 50, nil, nil, nil]) { $0.delisting("X", VendorFeed.date(2), return: .nan) }.ingest()
    #expect(found.totalReturn("X", 2).isNaN && !found.contains("X", 3))
    #expect(found.findings(.gap).count == 1)
  }

  @Test func aDelistingOfAnAssetThatIsGoneIsDropped() throws {
    let closes: [Double?] = (0..<40).map { $0 < 3 || $0 > 34 ? 100 + Double($0) : nil }
    let found = try feed(closes) { $0.delisting("X", VendorFeed.date(30), return: -0.5) }.ingest()
    #expect(found.isNew("X", 35) && found.totalReturn("X", 35).isNaN)
    #expect(found.findings(.gap).map(\.action) == [.kept, .dropped])
  }

  // MARK: Gaps

  @Test func aReturnSpansAGap() throws {
    for gap in 1...7 {
      let closes: [Double?] = (0..<12).map { (3..<3 + gap).contains($0) ? nil : 100 + Double($0) }
      let found = try feed(closes).ingest()
      let day = 3 + gap
      let expected = (100 + Double(day)) / 102 - 1
      // After more than five missing days there is none.
      #expect(gap <= 5 ? found.totalReturn("X", day) == expected : found.totalReturn("X", day).isNaN)
      #expect(gap <= 5 ? found.span("X", day) == gap + 1 : found.span("X", day) == 1)
      #expect(found.totalReturn("X", day + 1) == (101 + Double(day)) / (100 + Double(day)) - 1)
    }
  }

  // MARK: Currencies

  private func rates(_ pair: String, _ values: [Double]) -> VendorTable {
    var table = VendorTable("rates", .fx, priority: 9)
    for (day, value) in values.enumerated() { table.rate(pair, VendorFeed.date(day), value) }
    return table
  }

  @Test(arguments: ["EURUSD", "USDEUR"])
  func returnsAndMoneyAreConverted(pair: String) throws {
    let euro = [1.25, 1.5, 2, 1]
    var feed = feed([100, 110, 121, 121])
    feed.currency = "USD"
    feed.tables[0].profile.currency = "EUR"
    feed.tables.append(rates(pair, pair == "EURUSD" ? euro : euro.map { 1 / $0 }))
    let found = try feed.ingest()
    let closes = [100.0, 110, 121, 121]
    for day in 0..<4 {
      // The inverse of an inverse is off by a unit in the last place at most, as is each product.
      let close = closes[day] * euro[day]
      #expect(abs(found.number(.close, "X", day) - close) <= 2 * close.ulp)
      guard day > 0 else { continue }
      let gross = close / (closes[day - 1] * euro[day - 1])
      #expect(abs(1 + found.totalReturn("X", day) - gross) <= 4 * gross.ulp, "day \(day)")
    }
    #expect(found.findings.isEmpty, "\(found.findings)")
  }

  /// The rate at the start of a return is that of the close from which it is, also over a gap.
  @Test func aReturnOverAGapIsConvertedOverTheGap() throws {
    var feed = feed([100, nil, nil, 110, 121])
    feed.currency = "USD"
    feed.tables[0].profile.currency = "EUR"
    feed.tables.append(rates("EURUSD", [1.25, 1.5, 2, 2.5, 1.25]))
    let found = try feed.ingest()
    let overGap = 110.0 / 100 - 1
    let after = 121.0 / 110 - 1
    #expect(found.totalReturn("X", 3) == (1 + overGap) * 2 - 1)
    #expect(found.totalReturn("X", 4) == (1 + after) * 0.5 - 1)
  }

  /// What a vendor tells is converted from the first day on, and so is the first return of closes.
  @Test func toldReturnsAreConverted() throws {
    var table = VendorTable("returns", .returns, numbers: [.return], labels: [.currency])
    for day in 0..<4 {
      for (asset, currency) in [("E", "EUR"), ("U", "USD")] {
        table.rows.append(
          VendorRow(
            date: VendorFeed.date(day), asset: asset, numbers: [.return: 0.25], labels: [.currency: currency]))
      }
    }
    var feed = VendorFeed([table, rates("EURUSD", [1, 2, 1, 1])])
    feed.currency = "USD"
    let found = try feed.ingest()
    #expect((0..<4).map { found.totalReturn("U", $0) } == [0.25, 0.25, 0.25, 0.25])
    // On the first day the rate of the day before is not known.
    #expect(found.totalReturn("E", 0).isNaN)
    #expect((1..<4).map { found.totalReturn("E", $0) } == [1.5, -0.375, 0.25])
  }

  @Test func aRateIsCarriedForFiveDays() throws {
    var feed = feed((0..<10).map { 100 + Double($0) })
    feed.currency = "USD"
    feed.tables[0].profile.currency = "EUR"
    feed.tables.append(rates("EURUSD", [1.5, 2]))
    let found = try feed.ingest()
    #expect(found.number(.close, "X", 6) == 106 * 2)
    #expect(found.totalReturn("X", 6) == 106.0 / 105 - 1)
    // Then there is none, and the run stops.
    #expect(found.totalReturn("X", 7).isNaN)
    #expect(found.days.map { !$0.fatal.isEmpty } == (0..<10).map { $0 > 6 })
  }

  @Test func publishedMoneyIsConvertedAtTheRateOfTheDate() throws {
    var feed = feed([100, 101, 102, 103])
    feed.currency = "USD"
    feed.tables[0].profile.currency = "USD"
    feed.tables.append(rates("EURUSD", [1.5, 2, 4, 1]))
    var accounts = VendorTable("accounts", .fundamentals, priority: 3)
    let end = VendorFeed.date(0, plus: -20)
    accounts.publish("X", "sales_ttm", end: end, known: VendorFeed.date(1), 10, currency: "EUR")
    accounts.publish("other", "sales_ttm", end: end, known: VendorFeed.date(1), 10)
    accounts.publish("X", "long_term_growth", end: end, known: VendorFeed.date(1), 0.5, currency: "EUR")
    feed.tables.append(accounts)
    feed.items = [.sales, .longTermGrowth]
    let found = try feed.ingest()
    #expect(found.number(.sales, "X", 0).isNaN)
    #expect((1..<4).map { found.number(.sales, "X", $0) } == [20, 40, 10])
    #expect((1..<4).map { found.number(.sales, "other", $0) } == [10, 10, 10])
    #expect((1..<4).map { found.number(.longTermGrowth, "X", $0) } == [0.5, 0.5, 0.5])
  }

  // MARK: The risk-free rate

  @Test func theRateOfADayIsForThePeriodAfterIt() throws {
    var feed = feed((0..<6).map { 100 + Double($0) })
    var table = VendorTable("risk_free", .riskFree, priority: 3)
    for day in [0, 1, 3, 4, 5] { table.rate("USD", VendorFeed.date(day), Double(day + 1) / 1024) }
    // Day 2 is a Friday without a rate; that of the Saturday is not known at its close.
    table.rate("USD", VendorFeed.date(2, plus: 1), 0.5)
    feed.tables.append(table)
    let expected = [0, 1, 2, 2, 4, 5].map { Double($0) / 1024 }
    #expect(try feed.ingest().days.compactMap(\.market?.riskFreeReturn) == expected)
    feed.furtherDates = [VendorFeed.date(2, plus: 1)]
    #expect(try feed.ingest().days.compactMap(\.market?.riskFreeReturn) == expected)
  }

  @Test func aRateBeforeTheFirstDayIsForIt() throws {
    var feed = feed([100, 101])
    var table = VendorTable("risk_free", .riskFree, priority: 3)
    table.rate("USD", VendorFeed.date(0, plus: -1), 0.125)
    table.rate("USD", VendorFeed.date(0), 0.25)
    feed.tables.append(table)
    #expect(try feed.ingest().days.compactMap(\.market?.riskFreeReturn) == [0.125, 0.25])
  }

  @Test func ofTwoSourcesOfRatesTheFirstCounts() throws {
    var feed = feed([100, 101, 102, 103])
    for (name, priority, value) in [("late", 9, 0.5), ("early", 3, 0.25)] {
      var table = VendorTable(name, .riskFree, priority: priority)
      for day in 0..<4 { table.rate("USD", VendorFeed.date(day), value) }
      feed.tables.append(table)
    }
    let found = try feed.ingest()
    #expect(found.days.compactMap(\.market?.riskFreeReturn) == [0, 0.25, 0.25, 0.25])
    #expect(found.findings(.vendorsDisagree).count == 4)
    // Rates of one source that contradict each other are none.
    feed.tables[3].rate("USD", VendorFeed.date(1), 0.75)
    let conflict = try feed.ingest()
    #expect(conflict.days.compactMap(\.market?.riskFreeReturn) == [0, 0.25, 0.5, 0.25])
    #expect(conflict.findings(.conflictingRows).count == 1)
  }
}

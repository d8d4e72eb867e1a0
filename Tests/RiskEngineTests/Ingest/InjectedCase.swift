import RiskEngine
import Testing

/// An error put into clean data, with what has to be found of it.
struct InjectedCase: CustomTestStringConvertible {
  /// A finding that has to be there, exactly.
  struct Expected {
    var severity: Severity
    var source: Int?
    var day: Int
    /// The day on which it is known; `nil` for its own.
    var knownDay: Int?
    var asset: String?
    var field: FieldName?
    var before: Double
    var after: Double
    var action: Finding.Action
    /// A part of the note.
    var note = ""

    init(
      _ severity: Severity, source: Int? = nil, day: Int, knownDay: Int? = nil, asset: String? = nil,
      field: FieldName? = nil, before: Double = .nan, after: Double = .nan, _ action: Finding.Action, note: String = ""
    ) {
      (self.severity, self.source, self.day, self.knownDay) = (severity, source, day, knownDay)
      (self.asset, self.field, self.before, self.after) = (asset, field, before, after)
      (self.action, self.note) = (action, note)
    }
  }

  var check: Check
  var name: String
  var feed: VendorFeed
  /// The findings of the check, all of them; empty for what is counted only.
  var expected: [Expected] = []
  /// How often it is counted at `info`, by source where that is told.
  var counted: (source: Int?, times: Int)?

  init(
    _ check: Check, _ name: String, _ feed: VendorFeed, expected: [Expected] = [],
    counted: (source: Int?, times: Int)? = nil, _ inject: (inout VendorFeed) -> Void
  ) {
    self.check = check
    self.name = name
    self.feed = feed
    self.expected = expected
    self.counted = counted
    inject(&self.feed)
  }

  var testDescription: String { "\(check.rawValue): \(name)" }
}

extension InjectedCase {
  static let market = CleanMarket(assets: 14, days: 60, seed: 7)
  static let one = market.feed()
  static let two = market.feed(vendors: 2)

  /// A feed of closes and shares alone, so that nothing but them tells.
  static let bare = market.feed(numbers: [.close, .volume, .shares])

  /// The asset that errors are put into, and its number.
  static let id = "A005"
  static func close(_ day: Int) -> Double { market.closes[5][day] }
  static func cap(_ day: Int) -> Double { market.closes[5][day] * market.shares[5] }
  static func totalReturn(_ day: Int) -> Double { market.totalReturn(5, day) }

  static let all: [InjectedCase] =
    rows + values + prices + returns + vendors + absences + dates + publications + labels + rates

  private static let rows: [InjectedCase] = [
    InjectedCase(.duplicateRow, "a row twice", one, counted: (0, 1)) { feed in
      feed.tables[0].rows.append(feed.row(0, id, 30))
    },
    InjectedCase(
      .conflictingRows, "a row twice, its close changed", one,
      expected: [Expected(.error, source: 0, day: 30, asset: id, .dropped, note: "all are dropped")]
    ) { feed in
      var row = feed.row(0, id, 30)
      row.numbers[.close] = close(30) * 1.001
      feed.tables[0].rows.append(row)
    },
    InjectedCase(
      .nonTradingDate, "a row on a Saturday", one,
      // Day 32 is a Friday.
      expected: [Expected(.error, source: 0, day: 32, asset: id, .dropped)]
    ) { feed in
      var row = feed.row(0, id, 32)
      row.date = VendorFeed.date(32, plus: 1)
      feed.tables[0].rows.append(row)
    },
  ]

  private static func impossible(_ field: FieldName, _ value: Double) -> InjectedCase {
    InjectedCase(
      .impossibleValue, "\(field) is \(value)", one,
      expected: [Expected(.error, source: 0, day: 30, asset: id, field: field, before: value, .dropped)]
    ) { $0.change(0, id, 30..<31) { $0.numbers[field] = value } }
  }

  private static let values: [InjectedCase] =
    [
      impossible(.volume, -5), impossible(.close, 0), impossible(.close, -3), impossible(.close, .infinity),
      impossible(.shares, 0), impossible(.marketCap, -1), impossible(.bookEquity, .infinity),
      impossible(.return, -1), impossible(.return, .infinity), impossible(.volume, -.infinity),
    ] + [
      InjectedCase(
        .impossibleValue, "a high below the low", one,
        expected: [
          Expected(.error, source: 0, day: 30, asset: id, field: .high, before: close(30) * 0.98, .dropped)
        ]
      ) { $0.change(0, id, 30..<31) { $0.numbers[.high] = close(30) * 0.98 } },
      InjectedCase(
        .impossibleValue, "a close above the high", one,
        expected: [
          Expected(.error, source: 0, day: 30, asset: id, field: .close, before: close(30) * 1.05, .dropped)
        ]
      ) { $0.change(0, id, 30..<31) { $0.numbers[.close] = close(30) * 1.05 } },
    ]

  private static let prices: [InjectedCase] = [
    InjectedCase(
      .stalePrice, "5 equal closes with volume", bare,
      expected: [
        Expected(.warn, source: 0, day: 34, asset: id, field: .close, before: close(30), after: close(30), .kept)
      ]
    ) { $0.change(0, id, 31..<35) { $0.numbers[.close] = close(30) } },
    InjectedCase(
      .stalePrice, "10 equal closes without volume", bare,
      expected: [
        Expected(.warn, source: 0, day: 39, asset: id, field: .close, before: close(30), after: close(30), .kept)
      ]
    ) { feed in
      feed.change(0, id, 30..<40) {
        $0.numbers[.close] = close(30)
        $0.numbers[.volume] = 0
      }
    },
    InjectedCase(
      .stalePrice, "21 equal closes", bare,
      expected: [
        Expected(.warn, source: 0, day: 24, asset: id, field: .close, before: close(20), after: close(20), .kept),
        Expected(.warn, source: 0, day: 29, asset: id, field: .close, before: close(20), after: close(20), .kept),
        Expected(.error, source: 0, day: 40, asset: id, field: .return, before: 0, .dropped),
      ]
    ) { $0.change(0, id, 21..<41) { $0.numbers[.close] = close(20) } },
    InjectedCase(
      .jump, "a price that changes its level", bare,
      expected: [
        Expected(
          .error, source: 0, day: 30, asset: id, field: .return, before: 2 * close(30) / close(29) - 1, .dropped)
      ]
    ) { $0.change(0, id, 30..<60) { $0[.close] *= 2 } },
    InjectedCase(
      .unadjustedSplit, "a split without its action, the shares two days later", bare,
      expected: [
        Expected(
          .warn, source: 0, day: 30, knownDay: 32, asset: id, field: .close, before: close(30) / 4,
          after: close(30) / 4, .proposed, note: "proposed: 4.0 new shares")
      ]
    ) { feed in
      feed.change(0, id, 30..<60) { $0[.close] /= 4 }
      feed.change(0, id, 32..<60) { $0[.shares] *= 4 }
    },
    InjectedCase(
      .spike, "a close of one day that is far off", bare,
      expected: [
        Expected(
          .error, source: 0, day: 30, knownDay: 31, asset: id, field: .close, before: 1.35 * close(30), .dropped)
      ]
    ) { $0.change(0, id, 30..<31) { $0[.close] *= 1.35 } },
  ]

  private static let returns: [InjectedCase] = [
    InjectedCase(
      .returnMismatch, "a return that is off a little", one,
      expected: [
        Expected(
          .warn, source: 0, day: 30, asset: id, field: .return, before: totalReturn(30) + 0.005,
          after: totalReturn(30) + 0.005, .kept)
      ]
    ) { $0.change(0, id, 30..<31) { $0[.return] += 0.005 } },
    InjectedCase(
      .returnMismatch, "a return that is off", one,
      expected: [
        Expected(.error, source: 0, day: 30, asset: id, field: .return, before: totalReturn(30) + 0.05, .dropped)
      ]
    ) { $0.change(0, id, 30..<31) { $0[.return] += 0.05 } },
    InjectedCase(
      .capMismatch, "a cap that is off by 5%", one,
      expected: [
        Expected(
          .warn, source: 0, day: 30, asset: id, field: .marketCap, before: cap(30) * 1.05, after: cap(30) * 1.05,
          .kept)
      ]
    ) { $0.change(0, id, 30..<31) { $0[.marketCap] *= 1.05 } },
    InjectedCase(
      .capMismatch, "a cap times 2", one,
      expected: [Expected(.error, source: 0, day: 30, asset: id, field: .marketCap, before: cap(30) * 2, .dropped)]
    ) { $0.change(0, id, 30..<31) { $0[.marketCap] *= 2 } },
    InjectedCase(
      .balanceSheet, "total assets times 2", one,
      expected: [
        Expected(
          .warn, day: 30, asset: id, field: .totalAssets, before: market.shares[5] * 24,
          after: market.shares[5] * 24, .kept)
      ]
    ) { $0.change(0, id, 30..<60) { $0[.totalAssets] *= 2 } },
  ]

  private static let vendors: [InjectedCase] = [
    InjectedCase(
      .unitError, "a close times 100", two,
      expected: [
        Expected(
          .error, source: 1, day: 30, asset: id, field: .close, before: close(30) * 100, after: close(30), .replaced)
      ]
    ) { feed in
      feed.change(1, id, 30..<31) { row in
        for field in [FieldName.close, .high, .low] { row[field] *= 100 }
        row.numbers[.high] = nil
        row.numbers[.low] = nil
      }
    },
    InjectedCase(
      .unitError, "a number of the first vendor in thousands", two,
      expected: [
        Expected(
          .error, source: 0, day: 30, asset: id, field: .volume, before: market.shares[5] / 100 / 1000,
          after: market.shares[5] / 100, .replaced)
      ]
    ) { $0.change(0, id, 30..<31) { $0.numbers[.volume] = market.shares[5] / 100 / 1000 } },
    InjectedCase(
      .unitError, "a number in another currency", two,
      expected: [
        Expected(
          .error, source: 1, day: 30, asset: id, field: .bookEquity, before: market.shares[5] * 4.5 / 1.25,
          after: market.shares[5] * 4.5, .replaced)
      ]
    ) { feed in
      var rates = VendorTable("rates", .fx, priority: 9)
      for day in 0..<60 { rates.rate("EURUSD", VendorFeed.date(day), 1.25) }
      feed.tables.append(rates)
      feed.change(1, id, 30..<31) { $0[.bookEquity] /= 1.25 }
    },
    InjectedCase(
      .vendorsDisagree, "a number that one of two vendors has wrong", two,
      expected: [
        Expected(
          .warn, source: 1, day: 30, asset: id, field: .volume, before: market.shares[5] / 100 * 1.5,
          after: market.shares[5] / 100, .replaced, note: "unresolved")
      ]
    ) { $0.change(1, id, 30..<31) { $0[.volume] *= 1.5 } },
    InjectedCase(
      .vendorsDisagree, "a number that one of three vendors has wrong", market.feed(vendors: 3), counted: (0, 1)
    ) { $0.change(0, id, 30..<31) { $0[.volume] *= 1.5 } },
  ]

  private static let absences: [InjectedCase] = [
    InjectedCase(.gap, "3 rows left out", one, counted: (nil, 1)) { $0.remove(0, id, 30..<33) },
    InjectedCase(
      .gap, "8 rows left out", one, expected: [Expected(.warn, day: 38, asset: id, before: 8, .kept)]
    ) { $0.remove(0, id, 30..<38) },
    InjectedCase(
      .gap, "25 rows left out", one, expected: [Expected(.warn, day: 50, asset: id, before: 21, .kept)]
    ) { $0.remove(0, id, 30..<55) },
    InjectedCase(
      .gap, "a trading day of the calendar left out", one, expected: [Expected(.warn, day: 30, knownDay: 31, .kept)],
      counted: (nil, 14)
    ) { feed in
      feed.calendar = Set((0..<60).map(VendorFeed.date))
      feed.tables[0].rows.removeAll { $0.date == VendorFeed.date(30) }
    },
    InjectedCase(.gap, "two weeks left out", one, expected: [Expected(.warn, day: 40, .kept)]) { feed in
      feed.tables[0].rows.removeAll { (VendorFeed.date(30)..<VendorFeed.date(40)).contains($0.date) }
    },
    InjectedCase(.gap, "a vendor without rows", two, expected: [Expected(.warn, source: 1, day: 30, .kept)]) { feed in
      feed.tables[1].rows.removeAll { $0.date == VendorFeed.date(30) }
    },
    InjectedCase(
      .reusedIdentifier, "an id that is used again", one,
      expected: [Expected(.warn, day: 55, asset: id, before: 25, .kept)]
    ) { $0.remove(0, id, 30..<55) },
  ]

  private static let dates: [InjectedCase] = [
    InjectedCase(
      .universeDrift, "half of the assets left out from one date on", one,
      expected: [Expected(.fatal, day: 35, before: 14, after: 7, .stopped, note: "0 assets came and 7 went")]
    ) { feed in for asset in market.ids.suffix(7) { feed.remove(0, asset, 30..<60) } },
    InjectedCase(
      .universeDrift, "a few assets come and go", CleanMarket(assets: 100, days: 40, seed: 8).feed(),
      expected: [Expected(.warn, day: 30, before: 100, after: 106, .kept, note: "6 assets came and 0 went")]
    ) { feed in
      let rows = feed.tables[0].rows.filter { ($0.asset ?? "") < "A006" && $0.date >= VendorFeed.date(30) }
      feed.tables[0].rows += rows.map {
        var row = $0
        row.asset = "B" + ($0.asset ?? "")
        return row
      }
    },
    InjectedCase(
      .missingDrift, "a field left out on one date", one,
      expected: [Expected(.fatal, day: 30, field: .volume, before: 0, after: 1, .stopped)]
    ) { feed in for asset in market.ids { feed.change(0, asset, 30..<31) { $0.numbers[.volume] = nil } } },
    InjectedCase(
      .missingDrift, "a field left out for some assets", CleanMarket(assets: 100, days: 40, seed: 8).feed(),
      expected: [Expected(.warn, day: 30, field: .volume, before: 0, after: 0.06, .kept)]
    ) { feed in
      for asset in 0..<6 { feed.change(0, "A00\(asset)", 30..<31) { $0.numbers[.volume] = nil } }
    },
    InjectedCase(
      .missingDrift, "half of the assets left out on one date", market.feed(numbers: [.close, .shares]),
      expected: [Expected(.fatal, day: 30, field: .asset, before: 0, after: 0.5, .stopped)]
    ) { feed in for asset in market.ids.suffix(7) { feed.remove(0, asset, 30..<31) } },
    InjectedCase(
      .unusualDay, "a date of equal returns", market.feed(numbers: [.return, .volume]),
      expected: [
        Expected(.fatal, day: 30, field: .return, before: 0.0125, after: 0.0125, .stopped, note: "all 14 returns")
      ]
    ) { feed in for asset in market.ids { feed.change(0, asset, 30..<31) { $0.numbers[.return] = 0.0125 } } },
    InjectedCase(
      .unusualDay, "a date of returns times 20", unusual,
      expected: [Expected(.warn, day: 30, field: .return, before: 0.01, after: 0.2, .kept)]
    ) { feed in for asset in market.ids { feed.change(0, asset, 30..<31) { $0[.return] *= 20 } } },
  ]

  /// Returns of one size with alternating signs, whose medians are known.
  private static let unusual: VendorFeed = {
    var feed = market.feed(numbers: [.return, .volume])
    for index in feed.tables[0].rows.indices {
      feed.tables[0].rows[index].numbers[.return] = index % 2 == 0 ? 0.01 : -0.01
    }
    return feed
  }()

  private static let publications: [InjectedCase] = {
    var feed = market.feed(numbers: [.close, .volume])
    feed.items = [.sales]
    var table = VendorTable("accounts", .fundamentals, priority: 2)
    for asset in market.ids {
      table.publish(asset, "sales_ttm", end: VendorFeed.date(0, plus: -30), known: VendorFeed.date(0), 100)
    }
    feed.tables.append(table)
    return [
      InjectedCase(
        .lookAhead, "a knowledge date before the fiscal end", feed,
        expected: [
          Expected(.error, source: 1, day: 30, asset: id, field: .sales, before: 120, .dropped)
        ]
      ) {
        $0.tables[1].publish(id, "sales_ttm", end: VendorFeed.date(30, plus: 1), known: VendorFeed.date(30), 120)
      },
      InjectedCase(
        .lookAhead, "a row known after its date", one,
        expected: [Expected(.error, source: 0, day: 30, asset: id, field: .knowledgeDate, .dropped)]
      ) { feed in
        feed.tables[0].profile.schema.dates = [.knowledgeDate]
        feed.change(0, id, 30..<31) { $0.dates[.knowledgeDate] = VendorFeed.date(31) }
      },
      InjectedCase(.restatement, "a second vintage", feed, counted: (1, 1)) {
        $0.tables[1].publish(id, "sales_ttm", end: VendorFeed.date(0, plus: -30), known: VendorFeed.date(30), 120)
      },
    ]
  }()

  private static let labels: [InjectedCase] = [
    InjectedCase(
      .classification, "an unknown code", one,
      expected: [
        Expected(.warn, source: 0, day: 30, asset: id, field: .industry, .dropped, note: "unknown label 'Nonsense'")
      ]
    ) { feed in
      feed.validLabels = [.industry: ["Banks", "Energy", "Software"]]
      feed.change(0, id, 30..<31) { $0.labels[.industry] = "Nonsense" }
    },
    InjectedCase(
      .classification, "a missing code", one,
      expected: [Expected(.warn, day: 0, asset: id, field: .industry, .replaced, note: Ingestion.unclassified)],
      counted: (nil, 59)
    ) { $0.change(0, id, 0..<60) { $0.labels[.industry] = nil } },
    InjectedCase(
      .classification, "two codes on one date", spells,
      expected: [
        Expected(
          .warn, source: 1, day: 30, asset: id, field: .industry, .dropped,
          note: "several labels are valid on one date: 'Banks', 'Energy'")
      ]
    ) { feed in
      feed.tables[1].classify(id, "industry", "Energy", from: VendorFeed.date(30), to: VendorFeed.date(30))
      feed.tables[1].classify(id, "industry", "Banks", from: VendorFeed.date(30), to: VendorFeed.date(30))
    },
  ]

  /// Closes, and spells of classification in a table of their own.
  static let spells: VendorFeed = {
    var feed = market.feed(numbers: [.close, .volume])
    feed.tables[0].profile.schema.labels = []
    var table = VendorTable("classes", .classification, priority: 2)
    for (asset, industry) in zip(market.ids, market.industries) {
      table.classify(asset, "industry", industry, from: VendorFeed.date(0))
    }
    feed.tables.append(table)
    return feed
  }()

  private static let rates: [InjectedCase] = [
    InjectedCase(.carriedForward, "a missing value", one, counted: (nil, 1)) {
      $0.change(0, id, 30..<31) { $0.numbers[.shares] = nil }
    },
    InjectedCase(
      .carriedForward, "risk-free rates that end", one,
      expected: (37..<60).map {
        Expected(.fatal, day: $0, field: "risk_free", before: 0.0001, .stopped)
      }, counted: (nil, 5)
    ) { feed in
      var rates = VendorTable("rates", .riskFree, priority: 9)
      for day in 0...30 { rates.rate("USD", VendorFeed.date(day), 0.0001) }
      feed.tables.append(rates)
    },
    InjectedCase(
      .carriedForward, "exchange rates that end", one,
      expected: (36..<60).map { Expected(.fatal, source: 0, day: $0, field: .currency, .stopped, note: "EUR to USD") }
    ) { feed in
      feed.currency = "USD"
      feed.tables[0].profile.currency = "EUR"
      var rates = VendorTable("rates", .fx, priority: 9)
      for day in 0...30 { rates.rate("EURUSD", VendorFeed.date(day), 1.25) }
      feed.tables.append(rates)
    },
  ]
}

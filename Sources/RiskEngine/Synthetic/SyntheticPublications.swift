/// Accounts as they are published: each quarter's numbers some weeks after its end, some never, some again.
struct SyntheticPublications: Sendable {
  /// The numbers that are published.
  static let items: [FieldName] = [.ebitda, .capitalExpenditure, .netBuybacks]
  /// Days before a fiscal end on which a number is known by mistake, at most.
  static let earliness: Int32 = 20
  /// Days before the first date whose fiscal ends are published.
  private static let historyDays: Int32 = 185
  /// Days from a publication to its restatement.
  private static let restatementLag: Int32 = 90

  /// A number that will be published.
  private struct Pending: Sendable {
    var known: CalendarDate
    var asset: Int32
    var item: Int
    var fiscalEnd: CalendarDate
    var value: Double
    /// Whether it is known too early, and what its knowledge date should be.
    var rightfullyKnown: CalendarDate?
  }

  private let vendors: SyntheticConfiguration.Vendors
  private let accounts: SyntheticAccounts
  private let styleCount: Int
  private let stream: RandomStream
  private var pending: [Pending] = []
  private var lastDate: CalendarDate?

  /// Prepares the publications of a market.
  init(_ market: SyntheticMarket, accounts: SyntheticAccounts) {
    vendors = market.configuration.vendors
    styleCount = market.configuration.styleCount
    self.accounts = accounts
    stream = SyntheticStream.publication.stream(seed: market.configuration.seed)
  }

  /// The rows that become known in a block's periods, by knowledge date, asset and item.
  ///
  /// - Parameters:
  ///   - loadings: for each style the true loading of each row of the block.
  ///   - labels: receives the wrong ones.
  mutating func rows(
    _ block: SyntheticBlock, loadings: [[Double]], labels: inout [SyntheticErrorLabel]
  ) -> SourceRows {
    for period in block.periods {
      if let lastDate {
        // Those that are known too early are made while their quarter lasts.
        let ahead = Self.quarterEnds(
          after: lastDate.daysSinceEpoch + Self.earliness, through: period.date.daysSinceEpoch + Self.earliness)
        for end in ahead { publish(end, block, period, loadings, tooEarly: true) }
        for end in Self.quarterEnds(after: lastDate.daysSinceEpoch, through: period.date.daysSinceEpoch) {
          publish(end, block, period, loadings, tooEarly: false)
        }
      } else {
        // The first date knows the quarters before it, with accounts as of that date.
        let first = period.date.daysSinceEpoch
        for end in Self.quarterEnds(after: first - Self.historyDays, through: first) {
          publish(end, block, period, loadings, tooEarly: false)
        }
      }
      lastDate = period.date
    }
    return release(through: block.periods[block.periods.count - 1].date, labels: &labels)
  }

  /// The ends of quarters in a range of days.
  static func quarterEnds(after: Int32, through: Int32) -> [CalendarDate] {
    guard after < through else { return [] }
    return (after + 1...through).map { CalendarDate(daysSinceEpoch: $0) }.filter { date in
      let next = CalendarDate(daysSinceEpoch: date.daysSinceEpoch + 1).components
      return next.day == 1 && next.month % 3 == 1
    }
  }

  /// Makes the numbers of a fiscal end, as of a period.
  private mutating func publish(
    _ end: CalendarDate, _ block: SyntheticBlock, _ period: SyntheticPeriod, _ loadings: [[Double]], tooEarly: Bool
  ) {
    let date = UInt32(bitPattern: end.daysSinceEpoch)
    let lookAheadRate = min((vendors.errorRates[.lookAhead] ?? 0) / 4000, 1)
    for row in period.rows {
      let asset = block.rows.assets[row]
      let id = UInt32(asset)
      // One number at most of a fiscal end is known too early.
      var early: Int?
      if stream.uniform(draw: 0, id: id, date: date) < lookAheadRate {
        early = Int(stream.uniform(draw: 1, id: id, date: date) * Double(Self.items.count))
      }
      for item in Self.items.indices where (item == early) == tooEarly {
        let draw = 2 + 8 * item
        let value = block.rows.caps[row] * ratio(item, row, asset, loadings)
        let lag =
          vendors.publicationLag
          + vendors.publicationLagSpread * (2 * stream.uniform(draw: draw, id: id, date: date) - 1)
        let due = CalendarDate(daysSinceEpoch: end.daysSinceEpoch + Int32(lag.rounded()))
        if tooEarly {
          pending.append(
            Pending(
              known: period.date, asset: asset, item: item, fiscalEnd: end, value: value, rightfullyKnown: due))
          continue
        }
        if stream.uniform(draw: draw + 1, id: id, date: date) < vendors.unpublishedFraction { continue }
        pending.append(Pending(known: due, asset: asset, item: item, fiscalEnd: end, value: value))
        if stream.uniform(draw: draw + 2, id: id, date: date) < vendors.restatedFraction {
          let factor = PortableMath.exp(0.1 * stream.normal(draw: draw + 3, id: id, date: date))
          pending.append(
            Pending(
              known: CalendarDate(daysSinceEpoch: due.daysSinceEpoch + Self.restatementLag), asset: asset, item: item,
              fiscalEnd: end, value: value * factor))
        }
      }
    }
  }

  /// A number as a fraction of the asset's cap: it ascends with a style.
  private func ratio(_ item: Int, _ row: Int, _ asset: Int32, _ loadings: [[Double]]) -> Double {
    let loading = item < styleCount ? loadings[item][row] : accounts.standIn(item, asset)
    return PortableMath.exp([-2.3, -3.2, -4.5][item] + 0.4 * loading)
  }

  /// Takes out what is known by a date.
  private mutating func release(through date: CalendarDate, labels: inout [SyntheticErrorLabel]) -> SourceRows {
    var rows = SourceRows(schema: SyntheticVendors.publicationSchema)
    let known = pending.filter { $0.known <= date }.sorted {
      ($0.known.daysSinceEpoch, $0.asset, $0.item, $0.fiscalEnd.daysSinceEpoch)
        < ($1.known.daysSinceEpoch, $1.asset, $1.item, $1.fiscalEnd.daysSinceEpoch)
    }
    pending.removeAll { $0.known <= date }
    for number in known {
      rows.dates.append(number.known)
      rows.assets.append(number.asset)
      rows.numbers[0].append(number.value)
      rows.labels[0].append(Int32(number.item))
      rows.furtherDates[0].append(number.fiscalEnd)
      if let rightfully = number.rightfullyKnown {
        labels.append(
          SyntheticErrorLabel(
            error: 0, kind: .lookAhead, source: "fundamentals", table: "fundamentals", date: number.known,
            asset: number.asset, field: Self.items[number.item], trueValue: Double(rightfully.daysSinceEpoch),
            reportedValue: Double(number.known.daysSinceEpoch)))
      }
    }
    return rows
  }
}

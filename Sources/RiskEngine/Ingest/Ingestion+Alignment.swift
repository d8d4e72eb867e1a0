extension Ingestion {
  /// Finds the rows of each asset, and the assets of the day.
  mutating func align(
    _ slices: [SourceSlice], _ date: CalendarDate, _ identifiers: inout MarketIdentifiers, _ log: inout FindingLog
  ) -> DayWork {
    let known = lastSeen.count
    var rowOfAsset: [[Int32]] = Array(repeating: [], count: sources.count)
    var isPresent = [Bool](repeating: false, count: known)
    for source in plan.daily {
      rowOfAsset[source] = uniqueRows(slices[source], source, date, &log)
      for asset in 0..<known where rowOfAsset[source][asset] >= 0 { isPresent[asset] = true }
    }
    let carryDays = Int32(settings.carryDays)
    let delistings = ledgers[plan.daily[0]]
    let assets = order.sortedCodes.filter { code in
      let asset = Int(code)
      guard !isPresent[asset] else { return true }
      return lastSeen[asset] >= 0 && !hasLeft[asset]
        && (day - lastSeen[asset] <= carryDays || delistings.hasDelisting(code))
    }
    var work = DayWork(
      date: date, assets: assets, isPresent: assets.map { isPresent[Int($0)] },
      rows: rowOfAsset.map { rows in rows.isEmpty ? [] : assets.map { rows[Int($0)] } }, slices: slices,
      exchange: Array(repeating: [], count: sources.count),
      returns: Array(repeating: .nan, count: assets.count), spans: Array(repeating: 1, count: assets.count),
      isNewListing: Array(repeating: false, count: assets.count),
      isRevoked: Array(repeating: false, count: assets.count),
      doubts: Array(repeating: [], count: sources.count))
    noteAbsences(&work, &log)
    convert(&work, &identifiers)
    return work
  }

  /// For each asset its row in a slice, or −1, after the duplicates are sorted out.
  private func uniqueRows(
    _ slice: SourceSlice, _ source: Int, _ date: CalendarDate, _ log: inout FindingLog
  ) -> [Int32] {
    var rowOfAsset = [Int32](repeating: -1, count: lastSeen.count)
    var repeated: [Int32: [Int]] = [:]
    let assets = slice.rows.assets
    let knowledge = sources[source].schema.dates.firstIndex(of: .knowledgeDate)
    for row in slice.range {
      precondition(slice.rows.dates[row] == date, "a row of \(slice.rows.dates[row]) on \(date)")
      let found = assets[row]
      guard found >= 0 else {
        log.add(
          Finding(
            .impossibleValue, settings.severity(.impossibleValue, .error), source: Int32(source), date: date,
            field: .asset, action: .dropped, note: "a row without an asset"))
        continue
      }
      let asset = mappings.asset(of: found, at: date)
      if let knowledge, slice.rows.furtherDates[knowledge][row] > date {
        log.add(
          Finding(
            .lookAhead, settings.severity(.lookAhead, .error), source: Int32(source), date: date, asset: asset,
            field: .knowledgeDate, action: .dropped,
            note: "a row that is known on \(slice.rows.furtherDates[knowledge][row]), later than its date"))
        continue
      }
      let earlier = rowOfAsset[Int(asset)]
      if earlier < 0 {
        rowOfAsset[Int(asset)] = Int32(row)
      } else {
        repeated[asset, default: [Int(earlier)]].append(row)
      }
    }
    for (asset, rows) in repeated {
      rowOfAsset[Int(asset)] = row(among: rows, asset, slice.rows, source, date, &log)
    }
    return rowOfAsset
  }

  /// The row to use of several of one date and asset, or −1.
  private func row(
    among rows: [Int], _ asset: Int32, _ all: SourceRows, _ source: Int, _ date: CalendarDate,
    _ log: inout FindingLog
  ) -> Int32 {
    let knowledge = sources[source].schema.dates.firstIndex(of: .knowledgeDate)
    func distinct(_ rows: [Int]) -> [Int] {
      var contents: [Int] = []
      for row in rows where !contents.contains(where: { all.isSame($0, row, ignoring: knowledge) }) {
        contents.append(row)
      }
      return contents
    }
    let contents = distinct(rows)
    log.count(.duplicateRow, .info, source: Int32(source), times: rows.count - contents.count)
    guard contents.count > 1 else { return Int32(contents[0]) }
    var latest = contents
    if let knowledge {
      let known = all.furtherDates[knowledge]
      let last = rows.map { known[$0] }.max()
      latest = distinct(rows.filter { known[$0] == last })
    }
    log.add(
      Finding(
        .conflictingRows, settings.severity(.conflictingRows, .error), source: Int32(source), date: date,
        asset: asset, action: .dropped,
        note: latest.count > 1
          ? "\(contents.count) rows that differ, with nothing to tell which holds: all are dropped"
          : "\(contents.count) rows that differ: the one known last is kept"))
    return latest.count > 1 ? -1 : Int32(latest[0])
  }

  /// Notes which assets were away, came, came back or left.
  private mutating func noteAbsences(_ work: inout DayWork, _ log: inout FindingLog) {
    let exit = Int32(settings.gapExit)
    for (index, asset) in work.assets.enumerated() where work.isPresent[index] {
      let last = lastSeen[Int(asset)]
      lastSeen[Int(asset)] = day
      guard last >= 0 else {
        work.isNewListing[index] = true
        continue
      }
      let gap = day - last - 1
      guard gap > 0 || hasLeft[Int(asset)] else { continue }
      if gap > exit || hasLeft[Int(asset)] {
        work.isNewListing[index] = true
        if !hasLeft[Int(asset)] { leave(asset) }
        hasLeft[Int(asset)] = false
        log.add(
          Finding(
            .reusedIdentifier, settings.severity(.reusedIdentifier, .warn), date: work.date, asset: asset,
            before: Double(gap), action: .kept,
            note: "had left, and is back after \(gap) trading days: a new listing, whose history begins anew"))
      } else if gap >= Int32(settings.gapWarned) {
        log.add(
          Finding(
            .gap, settings.severity(.gap, .warn), date: work.date, asset: asset, before: Double(gap), action: .kept,
            note: "no row on the \(gap) trading days before"))
      } else {
        log.count(.gap, .info, source: nil)
      }
    }
    for asset in lastSeen.indices where lastSeen[asset] >= 0 && day - lastSeen[asset] > exit && !hasLeft[asset] {
      // A delisting that waits is this day's.
      guard !ledgers[plan.daily[0]].hasDelisting(Int32(asset)) else { continue }
      leave(Int32(asset))
      log.add(
        Finding(
          .gap, settings.severity(.gap, .warn), date: work.date, asset: Int32(asset),
          before: Double(day - lastSeen[asset]), action: .kept,
          note: "no row for \(day - lastSeen[asset]) trading days and no delisting return: counts as gone"))
    }
  }

  /// Notes that an asset left, and forgets what was remembered of it.
  mutating func leave(_ asset: Int32) {
    hasLeft[Int(asset)] = true
    returnSource[Int(asset)] = -1
    for field in carriedNumbers.indices { carriedNumbers[field].forget(asset) }
    for field in carriedLabels.indices { carriedLabels[field].forget(asset) }
    for source in plan.priced { histories[source][Int(asset)].forget() }
    for source in published.indices { published[source].forget(asset) }
    for source in ledgers.indices { ledgers[source].clear(asset) }
  }

  // MARK: Currencies

  /// What money is multiplied by, where currencies differ.
  private func convert(_ work: inout DayWork, _ identifiers: inout MarketIdentifiers) {
    work.currencyOfSource = Array(repeating: -1, count: sources.count)
    guard let currency else { return }
    for (source, profile) in sources.enumerated() {
      guard let given = profile.currency, given != currency else { continue }
      work.currencyOfSource[source] = identifiers.code(of: given, in: .currency)
    }
    work.exchangeOfCurrency = (identifiers.labels[.currency]?.texts ?? []).map { name in
      guard let (rate, age) = exchangeRates.exchange(from: name, to: currency, upTo: work.date, at: Int(day)),
        age <= settings.rateDays
      else { return .nan }
      return rate
    }
    for source in plan.daily {
      let column = sources[source].schema.labels.firstIndex(of: .currency)
      let given = work.currencyOfSource[source]
      guard column != nil || given >= 0 else { continue }
      let codes = column.map { work.slices[source].rows.labels[$0] }
      var rates = [Double](repeating: 1, count: work.assets.count)
      for index in work.assets.indices where work.rows[source][index] >= 0 {
        let told = codes.map { $0[Int(work.rows[source][index])] } ?? -1
        let code = told < 0 ? given : told
        rates[index] = work.exchange(of: code)
        if rates[index].isNaN {
          work.lackingExchange[DayWork.LackingExchange(source: source, currency: code), default: 0] += 1
        }
      }
      work.exchange[source] = rates
    }
    work.texts = identifiers.labels[.currency]?.texts ?? []
  }

  /// The code of the currency of a source's row.
  func currencyCode(_ work: DayWork, _ source: Int, _ index: Int) -> Int32 {
    guard let column = sources[source].schema.labels.firstIndex(of: .currency) else {
      return work.currencyOfSource[source]
    }
    let told = work.slices[source].rows.labels[column][Int(work.rows[source][index])]
    return told < 0 ? work.currencyOfSource[source] : told
  }

  /// Reports currencies without a recent rate.
  func reportExchanges(_ work: DayWork, _ log: inout FindingLog) {
    for (lacking, count) in work.lackingExchange {
      log.add(
        Finding(
          .carriedForward, settings.severity(.carriedForward, .fatal), source: Int32(lacking.source),
          date: work.date, field: .currency, action: .stopped,
          note: "no exchange rate of \(work.texts[Int(lacking.currency)]) to \(currency ?? "") within "
            + "\(settings.rateDays) trading days, for \(count) values"))
    }
  }
}

extension SourceRows {
  /// Whether two rows have the same content, missing values being the same.
  ///
  /// - Parameter ignored: a column of dates that is no part of the content.
  func isSame(_ a: Int, _ b: Int, ignoring ignored: Int? = nil) -> Bool {
    numbers.allSatisfy { $0[a] == $0[b] || ($0[a].isNaN && $0[b].isNaN) } && labels.allSatisfy { $0[a] == $0[b] }
      && furtherDates.indices.allSatisfy { $0 == ignored || furtherDates[$0][a] == furtherDates[$0][b] }
  }
}

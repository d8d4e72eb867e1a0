/// One date while it is worked on: the assets of the day, and where each source has their rows.
struct DayWork {
  let date: CalendarDate
  /// The assets with a row or with values carried, ascending by their ids.
  let assets: [Int32]
  /// For each source the slice's row of each asset, or −1; empty for a source that is not daily.
  let rows: [[Int32]]
  let slices: [SourceSlice]
  /// For each source what its money is multiplied by, one an asset; empty for 1.
  var exchange: [[Double]]
  var numbers: [[Double]] = []
  var labels: [[Int32]] = []
  var returns: [Double]
  var spans: [Int32]
  var isNewListing: [Bool]
  var isRevoked: [Bool]
  /// For each source the assets whose close is doubtful, and the log return of the doubt.
  var doubts: [[Double]]
  var vendorGaps: [[Double]] = []

  /// A value as the source has it.
  @inline(__always)
  func number(_ source: Int, _ column: Int, _ asset: Int) -> Double {
    let row = rows[source][asset]
    return row < 0 ? .nan : slices[source].rows.numbers[column][Int(row)]
  }
}

extension Ingestion {
  /// Finds the rows of each asset, and the assets of the day.
  mutating func align(_ slices: [SourceSlice], _ date: CalendarDate, _ log: inout FindingLog) -> DayWork {
    let known = lastSeen.count
    var rowOfAsset: [[Int32]] = Array(repeating: [], count: sources.count)
    var isPresent = [Bool](repeating: false, count: known)
    for source in plan.daily {
      rowOfAsset[source] = uniqueRows(slices[source], source, date, &log)
      for asset in 0..<known where rowOfAsset[source][asset] >= 0 { isPresent[asset] = true }
    }
    let carryDays = Int32(settings.carryDays)
    let assets = order.sortedCodes.filter { code in
      let asset = Int(code)
      return isPresent[asset] || (lastSeen[asset] >= 0 && !hasLeft[asset] && day - lastSeen[asset] <= carryDays)
    }
    var work = DayWork(
      date: date, assets: assets,
      rows: rowOfAsset.map { rows in rows.isEmpty ? [] : assets.map { rows[Int($0)] } }, slices: slices,
      exchange: Array(repeating: [], count: sources.count),
      returns: Array(repeating: .nan, count: assets.count), spans: Array(repeating: 1, count: assets.count),
      isNewListing: Array(repeating: false, count: assets.count),
      isRevoked: Array(repeating: false, count: assets.count),
      doubts: Array(repeating: [], count: sources.count))
    noteAbsences(&work, isPresent, &log)
    convert(&work, &log)
    return work
  }

  /// For each asset its row in a slice, or −1, after the duplicates are sorted out.
  private func uniqueRows(
    _ slice: SourceSlice, _ source: Int, _ date: CalendarDate, _ log: inout FindingLog
  ) -> [Int32] {
    var rowOfAsset = [Int32](repeating: -1, count: lastSeen.count)
    var dropped: Set<Int32> = []
    let knowledge = sources[source].schema.dates.firstIndex(of: .knowledgeDate)
    for row in slice.range {
      let found = slice.rows.assets[row]
      guard found >= 0 else {
        log.add(
          Finding(
            .impossibleValue, settings.severity(.impossibleValue, .error), source: Int32(source), date: date,
            field: .asset, action: .dropped, note: "a row without an asset"))
        continue
      }
      let asset = assetOfIdentifier[found] ?? found
      let earlier = rowOfAsset[Int(asset)]
      if earlier < 0 {
        if !dropped.contains(asset) { rowOfAsset[Int(asset)] = Int32(row) }
        continue
      }
      if slice.rows.isSame(Int(earlier), row) {
        log.count(.duplicateRow, .info, source: Int32(source))
        continue
      }
      var kept: Int32?
      if let knowledge {
        let dates = slice.rows.furtherDates[knowledge]
        if dates[row] > dates[Int(earlier)] { kept = Int32(row) }
        if dates[row] < dates[Int(earlier)] { kept = earlier }
      }
      rowOfAsset[Int(asset)] = kept ?? -1
      if kept == nil { dropped.insert(asset) }
      log.add(
        Finding(
          .conflictingRows, settings.severity(.conflictingRows, .error), source: Int32(source), date: date,
          asset: asset, action: .dropped,
          note: kept == nil
            ? "rows that differ, with nothing to tell which holds: all are dropped"
            : "rows that differ: the one known last is kept"))
    }
    return rowOfAsset
  }

  /// Notes which assets were away, came, came back or left.
  private mutating func noteAbsences(_ work: inout DayWork, _ isPresent: [Bool], _ log: inout FindingLog) {
    let exit = Int32(settings.gapExit)
    for (index, asset) in work.assets.enumerated() where isPresent[Int(asset)] {
      let last = lastSeen[Int(asset)]
      lastSeen[Int(asset)] = day
      guard last >= 0 else {
        work.isNewListing[index] = true
        continue
      }
      let gap = day - last - 1
      guard gap > 0 else { continue }
      if gap > exit || hasLeft[Int(asset)] {
        work.isNewListing[index] = true
        forget(asset)
        log.add(
          Finding(
            .reusedIdentifier, settings.severity(.reusedIdentifier, .warn), date: work.date, asset: asset,
            before: Double(gap), action: .kept,
            note: "back after \(gap) trading days: a new listing, whose history begins anew"))
      } else if gap >= Int32(settings.gapWarned) {
        log.add(
          Finding(
            .gap, settings.severity(.gap, .warn), date: work.date, asset: asset, before: Double(gap), action: .kept,
            note: "no row on the \(gap) trading days before"))
      } else {
        log.count(.gap, .info, source: nil)
      }
    }
    for asset in order.sortedCodes where lastSeen[Int(asset)] >= 0 && day - lastSeen[Int(asset)] == exit + 1 {
      guard !hasLeft[Int(asset)] else { continue }
      hasLeft[Int(asset)] = true
      log.add(
        Finding(
          .gap, settings.severity(.gap, .warn), date: work.date, asset: asset, before: Double(exit + 1),
          action: .kept, note: "no row for \(exit + 1) trading days and no delisting return: counts as gone"))
    }
  }

  private mutating func forget(_ asset: Int32) {
    hasLeft[Int(asset)] = false
    returnSource[Int(asset)] = -1
    lastExchange[Int(asset)] = .nan
    for field in carriedNumbers.indices { carriedNumbers[field].forget(asset) }
    for field in carriedLabels.indices { carriedLabels[field].forget(asset) }
    for source in plan.priced { histories[source][Int(asset)].forget() }
  }

  /// What money is multiplied by, where currencies differ.
  private func convert(_ work: inout DayWork, _ log: inout FindingLog) {
    guard let currency else { return }
    for source in plan.daily {
      let column = sources[source].schema.labels.firstIndex(of: .currency)
      let given = sources[source].currency
      guard column != nil || (given != nil && given != currency) else { continue }
      work.exchange[source] = Array(repeating: 1, count: work.assets.count)
      for index in work.assets.indices where work.rows[source][index] >= 0 {
        let code = column.map { work.slices[source].rows.labels[$0][Int(work.rows[source][index])] } ?? -1
        guard let from = currencyNames[code] ?? given, from != currency else { continue }
        if let (rate, age) = exchangeRates.exchange(from: from, to: currency, at: Int(day)), age <= settings.rateDays {
          work.exchange[source][index] = rate
          continue
        }
        work.exchange[source][index] = .nan
        log.add(
          Finding(
            .carriedForward, .fatal, source: Int32(source), date: work.date, asset: work.assets[index],
            field: .currency, action: .stopped,
            note: "no exchange rate of \(from) to \(currency) within \(settings.rateDays) trading days"))
      }
    }
  }
}

extension SourceRows {
  /// Whether two rows have the same content, missing values being the same.
  func isSame(_ a: Int, _ b: Int) -> Bool {
    numbers.allSatisfy { $0[a] == $0[b] || ($0[a].isNaN && $0[b].isNaN) } && labels.allSatisfy { $0[a] == $0[b] }
      && furtherDates.allSatisfy { $0[a] == $0[b] }
  }
}

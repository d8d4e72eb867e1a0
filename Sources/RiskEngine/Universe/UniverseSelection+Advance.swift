extension UniverseSelection {
  /// Takes in the next date and gives its universe.
  ///
  /// - Parameters:
  ///   - day: what was known of the market at the close; its date comes after all before.
  ///   - identifiers: the texts behind its codes.
  /// - Returns: who is in the universe as of that close.
  /// - Precondition: the day has the schema's fields, and an asset has one row.
  /// - Complexity: O(n log n) for n rows, to rank them; else O(n `windowDays`).
  public mutating func advance(_ day: MarketDay, identifiers: MarketIdentifiers) -> UniverseDay {
    precondition(memory.lastDate.map { $0 < day.date } ?? true, "\(day.date) comes after a later date")
    precondition(
      day.numbers.count == schema.numbers.count && day.labels.count == schema.labels.count,
      "\(day.numbers.count) fields of numbers and \(day.labels.count) of labels; expected "
        + "\(schema.numbers.count) and \(schema.labels.count)")
    var result = UniverseDay(date: day.date)
    result.isChangeDate = isChangeDate(day.date)
    typeVerdicts?.update(identifiers)
    countryVerdicts?.update(identifiers)
    flagVerdicts?.update(identifiers)
    rows.reset(count: day.count)
    remember(day, &result)
    judgeCoverage(day, &result)
    if rules.column == nil {
      judgePrimaryLines(day)
      judgeCapCoverage()
      judgeThresholds(day)
    }
    decide(day, &result)
    forgetAbsentees(&result)
    result.drops.sort {
      IdentifierTable.precedes(identifiers.assets[$0.asset], identifiers.assets[$1.asset])
    }
    memory.dayCount += 1
    memory.lastDate = day.date
    return result
  }

  /// Whether members come and go on a date.
  private func isChangeDate(_ date: CalendarDate) -> Bool {
    guard rules.column == nil, rules.change == .monthEnds, let last = memory.lastDate else { return true }
    let (before, now) = (last.components, date.components)
    return before.month != now.month || before.year != now.year
  }

  /// Takes the rows' returns and traded values into the windows of their assets.
  private mutating func remember(_ day: MarketDay, _ result: inout UniverseDay) {
    let number = memory.dayCount
    for row in 0..<day.count {
      let code = day.assets[row]
      let slot: Int
      if let known = memory.slot(of: code) {
        slot = known
        precondition(memory.assets[slot].lastDay < number, "an asset has two rows on \(day.date)")
        if day.isNewListing[row] {
          if memory.assets[slot].isMember { result.drops.append(UniverseDrop(asset: code, reason: .relisted)) }
          memory.restart(slot, day: number)
        } else {
          if memory.assets[slot].lastDay < number - 1 {
            if !memory.assets[slot].isMember { memory.assets[slot].streak = 0 }
          } else if day.isPreviousReturnRevoked[row] {
            memory.setObserved(slot, day: number - 1, false)
          }
          memory.skip(slot, to: number)
        }
      } else {
        slot = memory.add(code, day: number)
      }
      rows.slots[row] = slot
      // There is no return over a period before the market's first date, so that it is not asked for either.
      memory.setObserved(slot, day: number, number > 0 && day.totalReturns[row].isFinite)
      if memory.hasVolumes { memory.volumes[slot, number % memory.windowDays] = fields.tradedValue(day, row) }
    }
  }

  /// Finds what the rules of a row alone say: capitalization, type, column, country.
  private mutating func judgeCoverage(_ day: MarketDay, _ result: inout UniverseDay) {
    let hasFreeFloat = fields.missing(for: .freeFloat, rules).isEmpty
    for row in 0..<day.count {
      let cap = fields.cap(day, row)
      rows.caps[row] = cap
      if applies(.positiveCap) && !(cap > 0) {
        rows.uncovered[row] = .positiveCap
        rows.note(.positiveCap, row, enters: false, leaves: true)
        continue
      }
      if let typeVerdicts {
        let verdict = typeVerdicts.verdict(day, row)
        rows.note(.securityTypes, row, verdict)
        if verdict == false {
          rows.uncovered[row] = .securityTypes
          continue
        }
      }
      if rules.column != nil {
        let verdict = flag(day, row)
        if verdict == nil { result.missingFlags += 1 }
        rows.note(.column, row, verdict)
        continue
      }
      if let countryVerdicts { rows.note(.countries, row, countryVerdicts.verdict(day, row)) }
      let freeFloat = fields.freeFloat(day, row)
      rows.freeFloats[row] = freeFloat
      rows.floatCaps[row] = freeFloat >= 0 ? cap * freeFloat : cap
      if hasFreeFloat && !(freeFloat >= 0) { result.assumedFullFloat += 1 }
    }
  }

  /// What the column of members says of a row; `nil` where it says neither yes nor no.
  private func flag(_ day: MarketDay, _ row: Int) -> Bool? {
    if let flagVerdicts { return flagVerdicts.verdict(day, row) }
    guard let flagNumbers else { return nil }
    return switch day.numbers[flagNumbers][row] {
    case 1: true
    case 0: false
    default: nil
    }
  }

  /// Finds which rows are no primary lines, among those that nothing else has removed yet.
  private mutating func judgePrimaryLines(_ day: MarketDay) {
    guard applies(.primaryLine), let issuer = fields.issuer else { return }
    let candidates = rows.failed.map { $0 == nil }
    let isPrimary: [Bool]
    if rules.primaryLine == .mostLiquid {
      isPrimary = primaryLines.mark(day.labels[issuer], where: candidates) { memory.volumes.median(rows.slots[$0]) }
    } else {
      isPrimary = primaryLines.mark(day.labels[issuer], where: candidates) { rows.caps[$0] }
    }
    for row in 0..<day.count where candidates[row] && !isPrimary[row] {
      rows.note(.primaryLine, row, enters: false, leaves: true)
    }
  }

  /// Finds which rows are not among the largest of those that nothing else has removed yet.
  private mutating func judgeCapCoverage() {
    guard applies(.capCoverage), let thresholds = rules.capCoverage else { return }
    let isEligible = rows.failed.map { $0 == nil }
    ranking.rank(rows.floatCaps, where: isEligible)
    for row in isEligible.indices where isEligible[row] {
      let isNamed = Int(ranking.ranks[row]) <= rules.minimumNames
      let share = ranking.shares[row]
      rows.note(
        .capCoverage, row, enters: isNamed || share <= thresholds.enter, leaves: !isNamed && share > thresholds.leave)
    }
  }

  /// Finds what the rules with thresholds of an asset's own say of the rows that are covered.
  private mutating func judgeThresholds(_ day: MarketDay) {
    let number = memory.dayCount
    // How many returns of the window could be known.
    let possibleReturns = rules.warmStart ? min(memory.windowDays, number) : memory.windowDays
    for row in 0..<day.count where rows.uncovered[row] == nil {
      let asset = memory.assets[rows.slots[row]]
      if applies(.freeFloat), let thresholds = rules.freeFloat {
        rows.note(.freeFloat, row, rows.freeFloats[row], thresholds)
      }
      if applies(.minimumPrice), let thresholds = rules.minimumPrice, let price = fields.price {
        rows.note(.minimumPrice, row, day.numbers[price][row], thresholds)
      }
      if applies(.liquidity), let thresholds = rules.liquidity {
        judgeLiquidity(row, listedDays: number - asset.firstDay + 1, thresholds)
      }
      if applies(.listingAge), let age = rules.listingAge {
        let isOldEnough = number - asset.firstDay >= age || (rules.warmStart && asset.firstDay == 0)
        rows.note(.listingAge, row, enters: isOldEnough, leaves: false)
      }
      if applies(.observedReturns), let thresholds = rules.observedReturns, possibleReturns > 0 {
        rows.note(.observedReturns, row, Double(asset.observedCount) / Double(possibleReturns), thresholds)
      }
    }
  }

  /// Finds whether a row's asset is traded enough; nothing is known where more than half of its days say nothing.
  private mutating func judgeLiquidity(_ row: Int, listedDays: Int, _ thresholds: UniverseRules.Thresholds) {
    let slot = rows.slots[row]
    let enter = thresholds.enter * rows.floatCaps[row]
    let leave = thresholds.leave * rows.floatCaps[row]
    let counts = memory.volumes.counts(slot, enter, leave)
    guard 2 * counts.known >= min(memory.windowDays, listedDays) else {
      rows.note(.liquidity, row, enters: false, leaves: false)
      return
    }
    rows.note(
      .liquidity, row,
      enters: memory.volumes.medianReaches(slot, enter, known: counts.known, reached: counts.first),
      leaves: !memory.volumes.medianReaches(slot, leave, known: counts.known, reached: counts.second))
  }

  /// Moves each row's asset on by what the rules found, and counts.
  private mutating func decide(_ day: MarketDay, _ result: inout UniverseDay) {
    let isFirstOfWarmStart = rules.warmStart && memory.dayCount == 0
    let pendingDays = isFirstOfWarmStart || rules.column != nil ? 1 : rules.pendingDays
    let graceDays = rules.column != nil ? 1 : rules.graceDays
    result.states.reserveCapacity(day.count)
    for row in 0..<day.count {
      var asset = memory.assets[rows.slots[row]]
      if let rule = rows.uncovered[row] {
        if asset.isMember { result.drops.append(UniverseDrop(asset: asset.code, reason: .uncovered(rule))) }
        asset.isMember = false
        asset.streak = 0
      } else if asset.isMember {
        // The column of members knows no third answer: what is missing is outside.
        let leaving = rules.column != nil ? rows.failed[row] : rows.leaving[row]
        asset.streak = leaving == nil ? 0 : asset.streak + 1
        if let leaving, result.isChangeDate, asset.streak >= graceDays {
          result.drops.append(UniverseDrop(asset: asset.code, reason: .left(leaving)))
          asset.isMember = false
          asset.streak = 0
        }
      } else {
        asset.streak = rows.failed[row] == nil ? asset.streak + 1 : 0
        if result.isChangeDate && asset.streak >= pendingDays {
          result.adds.append(asset.code)
          asset.isMember = true
          asset.streak = 0
        }
      }
      memory.assets[rows.slots[row]] = asset
      let isWaiting = asset.streak > 0
      result.inCoverage.append(rows.uncovered[row] == nil)
      result.inEstimation.append(asset.isMember)
      result.states.append(asset.isMember ? (isWaiting ? .grace : .member) : (isWaiting ? .pending : .out))
    }
    count(&result)
  }

  /// Counts how the rows become members.
  private func count(_ result: inout UniverseDay) {
    result.funnel.rowCount = result.states.count
    for row in result.states.indices {
      if result.inCoverage[row] { result.funnel.coverageCount += 1 }
      if result.inEstimation[row] {
        result.funnel.memberCount += 1
        if result.states[row] == .grace { result.funnel.graceCount += 1 }
      } else if let rule = rows.failed[row] {
        result.funnel.removed[rule.position] += 1
      } else {
        result.funnel.waitingCount += 1
      }
    }
    result.isBelowMinimumNames = rules.column == nil && result.funnel.memberCount < rules.minimumNames
  }

  /// Forgets the assets that have had no row for too long.
  private mutating func forgetAbsentees(_ result: inout UniverseDay) {
    // From the last one on, so that the one that takes a place has been looked at.
    for slot in memory.assets.indices.reversed() {
      let asset = memory.assets[slot]
      guard memory.dayCount - asset.lastDay > rules.absenceDays else { continue }
      if asset.isMember { result.drops.append(UniverseDrop(asset: asset.code, reason: .absent)) }
      memory.remove(slot)
    }
  }
}

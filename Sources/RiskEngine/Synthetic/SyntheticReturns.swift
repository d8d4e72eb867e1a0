/// The part of a synthetic market that runs period by period: returns, and what follows from them.
///
/// A return moves its asset's cap, caps give the weights of the next loadings and of the next constraint,
/// and these give the next return.
struct SyntheticReturns: Sendable {
  private let population: SyntheticPopulation
  private let factors: SyntheticFactors
  private let regimes: SyntheticRegimes
  private let absences: SyntheticAbsences
  private let idio: SyntheticConfiguration.Idio
  private let delistingReturn: Double
  private let capsFollowReturns: Bool
  /// The number of labels of each group.
  private let labelCounts: [Int]
  /// For each asset ever alive its cap, at the last date where it had a row.
  private var caps: [Double]
  /// For each asset what the styles return on its latest loadings in the period after them.
  private var styleReturns: [Double]
  /// For each asset whether its latest row is in the universe and shows all its loadings.
  private var isEligible: [Bool]

  /// Makes the state before the first period.
  init(_ configuration: SyntheticConfiguration, population: SyntheticPopulation, factors: SyntheticFactors) {
    self.population = population
    self.factors = factors
    regimes = SyntheticRegimes(configuration)
    absences = SyntheticAbsences(configuration)
    idio = configuration.idio
    delistingReturn = configuration.lifetimes.delistingReturn
    capsFollowReturns = configuration.caps.followReturns
    labelCounts = factors.groupRanges.map(\.count)
    caps = population.firstCaps
    styleReturns = Array(repeating: 0, count: population.count)
    isEligible = Array(repeating: false, count: population.count)
  }

  /// Computes a period's returns from the loadings of the date before, then this date's caps and loadings.
  ///
  /// - Parameters:
  ///   - section: the assets alive at the period's end.
  ///   - loadings: for each style the block's scores; those of the date become the loadings that the panel shows.
  ///   - block: where the period's rows, but their styles, and its truth are appended.
  /// - Complexity: O(assets · styles).
  mutating func advance(
    to period: Int, date: CalendarDate, section: inout SyntheticCrossSection,
    loadings: inout [SyntheticLoadings], block: inout SyntheticBlock
  ) {
    let rowCount = section.assets.count
    let firstRow = block.rows.count
    let shown = shownReturns(of: section, at: period)
    var regressedCount = 0
    var factorReturns = [Double](repeating: 0, count: factors.means.count)
    if period > 0 {
      factorReturns = factors.returns(at: period, multiplier: regimes.factorMultiplier(at: period))
      regressedCount = constrain(&factorReturns, section: section, shown: shown)
    }
    appendReturns(of: &section, at: period, factorReturns: factorReturns, shown: shown, to: &block)
    standardize(&loadings, of: section, at: period, firstRow: firstRow, in: &block)
    block.rows.dates.append(contentsOf: repeatElement(date, count: rowCount))
    block.rows.assets.append(contentsOf: section.assets)
    for group in labelCounts.indices {
      let labels = population.labels[group]
      block.rows.labels[group].append(contentsOf: section.assets.map { labels[Int($0)] })
    }
    block.events.append(contentsOf: section.events)
    block.periods.append(
      SyntheticPeriod(
        index: period, date: date, rows: firstRow..<firstRow + rowCount, factorReturns: factorReturns,
        regressedCount: regressedCount, isStressed: regimes.isStressed[period]))
  }

  /// For each row whether the panel shows a return.
  private func shownReturns(of section: SyntheticCrossSection, at period: Int) -> [Bool] {
    zip(section.assets, section.events).map { asset, events in
      population.firstPeriods[Int(asset)] < Int32(period) && events.isDisjoint(with: .withoutReturn)
    }
  }

  /// Moves factor returns to the constraints of the assets regressed, and counts these.
  private func constrain(
    _ factorReturns: inout [Double], section: SyntheticCrossSection, shown: [Bool]
  ) -> Int {
    var weights = labelCounts.map { [Double](repeating: 0, count: $0) }
    var count = 0
    for (row, asset) in section.assets.enumerated() where shown[row] && isEligible[Int(asset)] {
      count += 1
      for group in weights.indices {
        weights[group][Int(population.labels[group][Int(asset)])] += caps[Int(asset)]
      }
    }
    for (group, weights) in weights.enumerated() {
      ZeroSumConstraint.impose(on: &factorReturns, group: factors.groupRanges[group], weights: weights)
    }
    return count
  }

  /// Appends returns, caps, idio returns and idio variances, and moves the caps.
  private mutating func appendReturns(
    of section: inout SyntheticCrossSection, at period: Int, factorReturns: [Double], shown: [Bool],
    to block: inout SyntheticBlock
  ) {
    let multiplier = regimes.idioMultiplier(at: period)
    for row in section.assets.indices {
      let asset = Int(section.assets[row])
      let deviation = population.idioVolatilities[asset] * multiplier
      let jump = section.events[row].contains(.earnings) ? idio.earningsJump : 0
      block.idioVariances.append(deviation * deviation * (1 + jump * jump))
      if population.firstPeriods[asset] < Int32(period) {
        var systematic = factorReturns[0] + styleReturns[asset]
        for group in labelCounts.indices {
          systematic += factorReturns[factors.groupRanges[group].lowerBound + Int(population.labels[group][asset])]
        }
        var idioReturn = deviation * section.shocks[row]
        if population.lastPeriods[asset] == Int32(period) && population.delistsAtLoss[asset] {
          idioReturn += (1 + systematic + idioReturn) * delistingReturn
          section.events[row].insert(.delistingLoss)
        }
        if systematic + idioReturn < idio.returnFloor {
          idioReturn = idio.returnFloor - systematic
          section.events[row].insert(.returnFloored)
        }
        let assetReturn = systematic + idioReturn
        if capsFollowReturns { caps[asset] *= 1 + assetReturn }
        block.rows.returns.append(shown[row] ? assetReturn : .nan)
        block.returns.append(assetReturn)
        block.idioReturns.append(idioReturn)
      } else {
        block.rows.returns.append(.nan)
        block.returns.append(.nan)
        block.idioReturns.append(.nan)
      }
      block.rows.caps.append(caps[asset])
    }
  }

  /// Standardizes the date's loadings, takes out those that the panel does not show, and appends the universe.
  private mutating func standardize(
    _ loadings: inout [SyntheticLoadings], of section: SyntheticCrossSection, at period: Int, firstRow: Int,
    in block: inout SyntheticBlock
  ) {
    let rows = firstRow..<firstRow + section.assets.count
    var weights = section.assets.indices.map { section.universe[$0] * caps[Int(section.assets[$0])] }
    let total = weights.reduce(0, +)
    if total > 0 { for row in weights.indices { weights[row] /= total } }
    // The constraints of the groups leave the styles' factor returns as they are.
    let next = period + 1
    let nextReturns =
      next < regimes.isStressed.count
      ? factors.returns(at: next, multiplier: regimes.factorMultiplier(at: next))
      : [Double](repeating: 0, count: factors.means.count)
    var contributions = [Double](repeating: 0, count: rows.count)
    for style in loadings.indices {
      loadings[style].standardize(
        rows: rows, step: section.step, weights: weights,
        styleReturn: nextReturns[factors.styleRange.lowerBound + style], contributions: &contributions)
    }
    for (row, code) in section.assets.enumerated() {
      let asset = Int(code)
      styleReturns[asset] = contributions[row]
      isEligible[asset] = section.universe[row] == 1
      block.rows.inUniverse.append(section.universe[row] == 1)
      if section.events[row].contains(.loadingMissing) {
        let style = absences.hiddenStyle(of: asset, at: period)
        let loading = loadings[style].hide(row: firstRow + row)
        block.hiddenLoadings.append(.init(row: firstRow + row, style: style, loading: loading))
        isEligible[asset] = false
      }
    }
  }
}

import RiskEngine
import TestSupport

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Forecasts of idio risk a second time: at every date plain loops over the whole history, by asset ids, with sorting for
/// quartiles and the dense regression for the structural model.
///
/// It shares no code with the engine but the settings, and reads the test's own market.
struct NaiveIdioRisk {
  /// The forecasts of one date by asset id.
  struct Day {
    var ratios: [String: Double] = [:]
    var timeSeries: [String: Double] = [:]
    var reliability: [String: Double] = [:]
    var structural: [String: Double] = [:]
    var blended: [String: Double] = [:]
    var shrunk: [String: Double] = [:]
    var volatilities: [String: Double] = [:]
    var onePeriod: [String: Double] = [:]
    var outcome: StructuralFit.Outcome?
    var smearing = 1.0
    var bias = Double.nan
    var multiplier = 1.0
  }

  /// The steps of one date that look at assets together.
  private struct Stages {
    var structural: [String: Double] = [:]
    var blended: [String: Double] = [:]
    var shrunk: [String: Double] = [:]
    var outcome: StructuralFit.Outcome?
    var smearing = 1.0
  }

  let market: IdioMarket
  let settings: IdioRiskSettings
  var regression = CrossSectionalRegression()

  /// The forecasts of all dates.
  func days() -> [Day] {
    let dates = market.table.dates
    var days: [Day] = []
    var biases: [Double] = []
    for date in dates.indices {
      let rows = market.table.rows.filter {
        $0.date == dates[date] && !$0.styles.contains(where: \.isNaN) && hasLabels($0)
      }
      var day = Day()
      let base = timeSeries(rows, date: date, &day)
      let scaled = base.mapValues { $0 }.reduce(into: [String: Double]()) { result, entry in
        result[entry.key] = (settings.horizon * entry.value * entry.value * (day.ratios[entry.key] ?? 1)).squareRoot()
      }
      day.timeSeries = scaled
      let stages = stages(rows, scaled, day.reliability)
      day.structural = stages.structural
      day.blended = stages.blended
      day.shrunk = stages.shrunk
      day.outcome = stages.outcome
      day.smearing = stages.smearing
      day.onePeriod = self.stages(rows, base, day.reliability).shrunk
      if let halfLife = settings.regimeHalfLife {
        if date > 0 {
          let caps = market.table.rows.filter { $0.date == dates[date - 1] }
          day.bias = bias(date: date, caps: caps, forecasts: days[date - 1].onePeriod)
        }
        biases.append(day.bias)
        let known = biases.indices.filter { !biases[$0].isNaN }
        if known.count >= settings.regimeMinimumPeriods {
          let weights = known.map { exp2(-Double(date - $0) / halfLife) }
          let sum = zip(known, weights).reduce(0) { $0 + $1.1 * biases[$1.0] * biases[$1.0] }
          day.multiplier = (sum / weights.reduce(0, +)).squareRoot()
        }
      }
      day.volatilities = bounded(day.shrunk.mapValues { $0 * day.multiplier })
      days.append(day)
    }
    return days
  }

  private func hasLabels(_ row: PanelTable.Row) -> Bool {
    market.table.schema.groups.enumerated().allSatisfy { index, name in
      market.table.memberships[name] != nil || !row.labels[index].isEmpty
    }
  }

  /// The observations of an asset up to a date, with their ages.
  private func history(_ id: String, to date: Int) -> [(age: Int, value: Double)] {
    (0...date).compactMap { time in
      guard let entry = market.idio[time][id], !entry.isLeftOut else { return nil }
      return (date - time, entry.value / entry.divisor.squareRoot())
    }
  }

  /// Volatilities for one period without the ratio; sets ratios and reliability.
  private func timeSeries(_ rows: [PanelTable.Row], date: Int, _ day: inout Day) -> [String: Double] {
    var base: [String: Double] = [:]
    var raw: [String: Double] = [:]
    for row in rows {
      let history = history(row.asset, to: date)
      let weights = history.map { exp2(-Double($0.age) / settings.halfLife) }
      let sum = zip(history, weights).reduce(0) { $0 + $1.1 * $1.0.value * $1.0.value }
      if history.count >= settings.minimumObservations {
        base[row.asset] = (sum / weights.reduce(0, +)).squareRoot()
        day.reliability[row.asset] = reliability(history.filter { $0.age < settings.reliability.window }.map(\.value))
      } else {
        day.reliability[row.asset] = 0
      }
      raw[row.asset] = min(max(ratio(history, length: date + 1), 0.25), 2.5)
    }
    let lags = settings.neweyWestLags
    let counts = Dictionary(uniqueKeysWithValues: rows.map { ($0.asset, history($0.asset, to: date).count) })
    let sample = raw.filter { counts[$0.key, default: 0] >= settings.neweyWestMedianCount }.values.sorted()
    let center = sample.count < 20 ? 1 : median(sample)
    for (id, value) in raw {
      let n = Double(counts[id, default: 0])
      day.ratios[id] = lags == 0 ? 1 : center + n / (n + Double(settings.neweyWestPriorCount)) * (value - center)
    }
    return base
  }

  /// `1 + 2 Σ (1 − l / (L + 1)) ρ_l` with missing returns as 0.
  private func ratio(_ history: [(age: Int, value: Double)], length: Int) -> Double {
    var series = [Double](repeating: 0, count: length)
    for entry in history { series[length - 1 - entry.age] = entry.value }
    func weight(_ time: Int) -> Double { exp2(-Double(length - 1 - time) / settings.neweyWestHalfLife) }
    func product(_ lag: Int) -> Double {
      (lag..<max(lag, length)).reduce(0) {
        $0 + (weight($1) * weight($1 - lag)).squareRoot() * series[$1] * series[$1 - lag]
      }
    }
    let variance = product(0)
    guard variance > 0, settings.neweyWestLags > 0 else { return 1 }
    let lags = Double(settings.neweyWestLags)
    return (1...settings.neweyWestLags).reduce(1) {
      $0 + 2 * (1 - Double($1) / (lags + 1)) * product($1) / variance
    }
  }

  private func reliability(_ window: [Double]) -> Double {
    let rule = settings.reliability
    let sorted = window.sorted()
    guard sorted.count > 1 else { return 0 }
    func quartile(_ p: Double) -> Double {
      let place = Double(sorted.count - 1) * p
      let low = sorted[Int(place.rounded(.down))]
      let high = sorted[Int(place.rounded(.up))]
      return low + (place - place.rounded(.down)) * (high - low)
    }
    let scale = (quartile(0.75) - quartile(0.25)) / 1.35
    guard scale > 0 else { return 0 }
    let squares = window.map { max(-10 * scale, min(10 * scale, $0)) }.map { $0 * $0 }
    let size = (squares.reduce(0, +) / Double(window.count)).squareRoot()
    let ramp = (Double(window.count) - Double(rule.noneCount)) / Double(rule.fullCount - rule.noneCount)
    return min(1, max(0, ramp)) * min(1, exp(1 - abs((size - scale) / scale)))
  }

  private func stages(
    _ rows: [PanelTable.Row], _ timeSeries: [String: Double], _ reliability: [String: Double]
  ) -> Stages {
    var result = Stages()
    let groups = sizeGroups(rows)
    result.blended = timeSeries
    if settings.hasStructuralModel {
      structural(rows, timeSeries, reliability, &result)
      for (id, model) in result.structural {
        let share = reliability[id] ?? 0
        result.blended[id] = share > 0 ? share * (timeSeries[id] ?? .nan) + (1 - share) * model : model
      }
    }
    for row in rows where result.blended[row.asset] == nil {
      let group = groups[row.asset]
      var sample = rows.filter { group != nil && groups[$0.asset] == group }.compactMap { timeSeries[$0.asset] }
      if sample.isEmpty { sample = rows.compactMap { timeSeries[$0.asset] } }
      if !sample.isEmpty { result.blended[row.asset] = median(sample.sorted()) }
    }
    result.shrunk = shrunk(rows, result.blended, groups)
    return result
  }

  /// The structural model by the dense regression of the logarithms.
  private func structural(
    _ rows: [PanelTable.Row], _ timeSeries: [String: Double], _ reliability: [String: Double], _ result: inout Stages
  ) {
    var table = market.table
    table.rows = rows.map { row in
      var row = row
      let isUsed = reliability[row.asset] == 1 && row.cap > 0 && row.inUniverse && (timeSeries[row.asset] ?? 0) > 0
      row.inUniverse = isUsed
      row.return = isUsed ? Double(ExtendedLogarithm.of(Extended(timeSeries[row.asset] ?? .nan))) : 0
      return row
    }
    let used = table.rows.filter(\.inUniverse)
    guard used.count >= 20 else {
      result.outcome = .tooFewAssets
      return
    }
    var dense = DenseRegression(regression)
    dense.regression.weights = .squareRootOfCap
    let period = dense.estimate(table, lag: 0).first
    var levels: [String: Double] = [:]
    if let period, used.count >= 2 * period.factorReturns.count {
      result.outcome = .estimated
      for row in table.rows {
        if let idio = period.idioReturns[row.asset] {
          levels[row.asset] = row.return - Double(idio)
        } else {
          levels[row.asset] = level(row, period)
        }
      }
    } else {
      result.outcome = .sizeOnly
      let logs = table.rows.map { $0.cap > 0 ? log($0.cap) : .nan }
      let weights = table.rows.map { $0.inUniverse ? $0.cap.squareRoot() : 0 }
      func mean(_ values: [Double]) -> Double {
        zip(weights, values).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * $1.1 : 0) } / weights.reduce(0, +)
      }
      let (x, y) = (mean(logs), mean(table.rows.map(\.return)))
      let slope =
        mean(zip(logs, table.rows).map { ($0 - x) * ($1.return - y) }) / mean(logs.map { ($0 - x) * ($0 - x) })
      for (row, size) in zip(table.rows, logs) { levels[row.asset] = size.isNaN ? y : y + slope * (size - x) }
    }
    let weights = used.map { $0.cap.squareRoot() }
    let parts = zip(used, weights).map { row, weight in
      weight * (timeSeries[row.asset] ?? .nan) / exp(levels[row.asset] ?? .nan)
    }
    result.smearing = parts.reduce(0, +) / weights.reduce(0, +)
    for (id, level) in levels where !level.isNaN { result.structural[id] = result.smearing * exp(level) }
  }

  /// The level of a row some of whose labels no asset regressed has.
  private func level(_ row: PanelTable.Row, _ period: DenseRegression.Period) -> Double {
    let schema = market.table.schema
    var level = regression.hasMarket ? period.factorReturns[0] : 0
    var offset = regression.hasMarket ? 1 : 0
    for (index, name) in schema.groups.enumerated() {
      var shares: [(label: String, fraction: Double)] = [(row.labels[index], 1)]
      if let memberships = market.table.memberships[name] {
        shares = memberships.filter { $0.asset == row.asset }.map { ($0.label, $0.fraction) }
      }
      for (label, fraction) in shares {
        if let place = period.labels[index].firstIndex(of: label) {
          level += Extended(fraction) * period.factorReturns[offset + place]
        } else if !regression.hasMarket && index == 0 {
          return .nan
        }
      }
      offset += period.labels[index].count
    }
    for (style, loading) in row.styles.enumerated() {
      level += Extended(loading) * period.factorReturns[offset + style]
    }
    return Double(level)
  }

  private func sizeGroups(_ rows: [PanelTable.Row]) -> [String: Int] {
    let ranked = rows.filter { $0.cap > 0 }.sorted {
      $0.cap == $1.cap ? Array($0.asset.utf8).lexicographicallyPrecedes(Array($1.asset.utf8)) : $0.cap < $1.cap
    }
    let count = max(1, min(10, ranked.count / 20))
    return Dictionary(uniqueKeysWithValues: ranked.enumerated().map { ($1.asset, $0 * count / ranked.count) })
  }

  private func shrunk(
    _ rows: [PanelTable.Row], _ values: [String: Double], _ groups: [String: Int]
  ) -> [String: Double] {
    var result = values
    let q = settings.bayesianShrinkage
    for group in Set(groups.values) {
      let members = rows.filter { groups[$0.asset] == group && values[$0.asset] != nil }
      let total = members.reduce(0) { $0 + $1.cap }
      let mean = members.reduce(0) { $0 + $1.cap / total * (values[$1.asset] ?? .nan) }
      let spread = members.reduce(0) { $0 + pow((values[$1.asset] ?? .nan) - mean, 2) } / Double(members.count)
      for row in members {
        guard let value = values[row.asset], spread > 0 else { continue }
        let distance = abs(value - mean)
        let share = q * distance / (spread.squareRoot() + q * distance)
        result[row.asset] = share * mean + (1 - share) * value
      }
    }
    return result
  }

  private func bias(date: Int, caps: [PanelTable.Row], forecasts: [String: Double]) -> Double {
    var parts: [(weight: Double, square: Double)] = []
    for row in caps where row.cap > 0 {
      guard let forecast = forecasts[row.asset], forecast > 0, let entry = market.idio[date][row.asset],
        !entry.isLeftOut
      else { continue }
      let score = abs(entry.value / entry.divisor.squareRoot() / forecast)
      parts.append((row.cap, pow(min(score, 10), 2)))
    }
    guard !parts.isEmpty else { return .nan }
    let total = parts.reduce(0) { $0 + $1.weight }
    return (parts.reduce(0) { $0 + $1.weight / total * $1.square }).squareRoot()
  }

  private func bounded(_ values: [String: Double]) -> [String: Double] {
    guard !values.isEmpty else { return values }
    let center = median(values.values.sorted())
    let year = (Double(settings.periodsPerYear) / settings.horizon).squareRoot()
    return values.mapValues { value in
      var value = value
      if let bounds = settings.relativeBounds {
        value = min(max(value, bounds.lowerBound * center), bounds.upperBound * center)
      }
      if let bounds = settings.annualBounds {
        value = min(max(value * year, bounds.lowerBound), bounds.upperBound) / year
      }
      return value
    }
  }

  private func median(_ sorted: [Double]) -> Double {
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

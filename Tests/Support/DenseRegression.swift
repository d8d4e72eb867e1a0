public import RiskEngine

/// The cross-sectional regression a second time, written from its definition: dense dummies, a restriction
/// matrix for the constraints, Gram–Schmidt in extended precision, the join of dates by looking rows up.
///
/// It shares no code with the engine and reads the test's own table. Without robust losses; the design must
/// have full rank under its constraints.
public struct DenseRegression {
  /// One period.
  public struct Period {
    /// The date at which it ends.
    public var date: CalendarDate
    /// For each group the labels with a member, by bytes.
    public var labels: [[String]] = []
    /// Market, labels of each group, styles.
    public var factorReturns: [Extended] = []
    /// In the same order.
    public var standardErrors: [Extended] = []
    /// In the same order; empty unless asked for.
    public var varianceInflation: [Extended] = []
    /// The leverage of the assets regressed.
    public var leverage: [String: Extended] = [:]
    /// Idio returns of all assets that can have one.
    public var idioReturns: [String: Extended] = [:]
    /// The weights of the assets regressed.
    public var weights: [String: Extended] = [:]
    /// The loadings on all factors of the assets regressed.
    public var loadings: [String: [Extended]] = [:]
    /// `1 − Σ w e² / Σ w r²`.
    public var rSquared: Extended = .nan
    /// `1 − Σ w e² / Σ w (r − r̄)²`.
    public var centeredRSquared: Extended = .nan
    /// `√(Σ w e² / Σ w)`.
    public var idioVolatility: Extended = .nan
    /// `Σ w e² / (n − m + p)`.
    public var variance: Extended = .nan
    /// `m − p`.
    public var freeFactorCount = 0
  }

  /// The options.
  public var regression: CrossSectionalRegression
  /// By asset, what multiplies the weight; for reweighting.
  public var multipliers: [String: Extended] = [:]

  /// Makes a regression with the options of the engine's.
  public init(_ regression: CrossSectionalRegression) { self.regression = regression }

  /// Estimates every period of a table; a period with too few assets is left out.
  public func estimate(_ table: PanelTable, lag: Int) -> [Period] {
    let dates = table.dates
    return dates.indices.dropFirst(lag).compactMap { index in
      estimate(table, date: dates[index], earlierDate: dates[index - lag])
    }
  }

  private var usesCapWeights: Bool { regression.weights == .cap || regression.weights == .squareRootOfCap }

  private func constraintScheme(_ schema: PanelSchema) -> ConstraintWeightScheme {
    regression.constraintWeights ?? (schema.hasCaps ? .cap : .equal)
  }

  /// The labels of a row of a group with their fractions.
  private func memberships(_ row: PanelTable.Row, _ group: Int, _ table: PanelTable) -> [(String, Extended)] {
    guard let entries = table.memberships[table.schema.groups[group]] else {
      return row.labels[group].isEmpty ? [] : [(row.labels[group], Extended(1))]
    }
    let known = entries.filter { $0.asset == row.asset && ($0.date.map { $0 <= row.date } ?? true) }
    let newest = known.compactMap(\.date).max()
    return known.filter { $0.date == newest }.map { ($0.label, Extended($0.fraction)) }
  }

  private func weight(_ row: PanelTable.Row) -> Double {
    switch regression.weights {
    case .equal: 1
    case .squareRootOfCap: row.cap.squareRoot()
    case .cap: row.cap
    case .column: row.weight
    case .inverseOfVarianceColumn: 1 / row.weight
    }
  }

  private func estimate(_ table: PanelTable, date: CalendarDate, earlierDate: CalendarDate) -> Period? {
    let schema = table.schema
    let constrained = schema.groups.indices.filter { regression.hasMarket || $0 > 0 }
    let scheme = constraintScheme(schema)
    let needsCap = usesCapWeights || (scheme == .cap && !constrained.isEmpty)
    var rows: [(row: PanelTable.Row, return: Double, isRegressed: Bool)] = []
    for row in table.rows where row.date == date && !row.return.isNaN {
      guard let earlier = table.rows.first(where: { $0.date == earlierDate && $0.asset == row.asset }) else { continue }
      guard !earlier.styles.contains(where: \.isNaN) else { continue }
      guard schema.groups.indices.allSatisfy({ !memberships(earlier, $0, table).isEmpty }) else { continue }
      let isRegressed =
        (!schema.hasUniverse || earlier.inUniverse) && (!needsCap || earlier.cap > 0)
        && weight(earlier) > 0 && weight(earlier) < .infinity
        && (scheme != .column || constrained.isEmpty || !earlier.constraintWeight.isNaN)
      rows.append((earlier, row.return, isRegressed))
    }
    let regressed = rows.filter(\.isRegressed)
    var period = Period(date: date)
    period.labels = schema.groups.indices.map { group in
      Set(regressed.flatMap { memberships($0.row, group, table).map(\.0) })
        .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
    var weights = regressed.map { Extended(weight($0.row)) }
    if let tail = regression.weightClipping { clip(&weights, tail: Extended(tail)) }
    for (index, entry) in regressed.enumerated() { weights[index] *= multipliers[entry.row.asset] ?? 1 }

    func loadings(_ row: PanelTable.Row) -> [Extended]? {
      var values: [Extended] = regression.hasMarket ? [1] : []
      for group in schema.groups.indices {
        var ofGroup = [Extended](repeating: 0, count: period.labels[group].count)
        for (label, fraction) in memberships(row, group, table) {
          guard let place = period.labels[group].firstIndex(of: label) else { return nil }
          ofGroup[place] += fraction
        }
        values += ofGroup
      }
      return values + row.styles.map { Extended($0) }
    }
    let dense = regressed.compactMap { loadings($0.row) }
    guard let width = dense.first?.count else { return nil }
    var starts = [regression.hasMarket ? 1 : 0]
    for group in schema.groups.indices { starts.append(starts[group] + period.labels[group].count) }
    let constraints = constrained.map { group in
      var sums = [Extended](repeating: 0, count: width)
      for (entry, row) in zip(regressed, dense) {
        let share: Double =
          switch scheme {
          case .equal: 1
          case .cap: entry.row.cap
          case .column: entry.row.constraintWeight
          }
        for factor in starts[group]..<starts[group + 1] { sums[factor] += Extended(share) * row[factor] }
      }
      return sums
    }
    let system = RestrictedSystem(
      loadings: dense, weights: weights, returns: regressed.map { Extended($0.return) }, constraints: constraints,
      constraintGroups: constrained)
    guard regressed.count >= (regression.minimumAssets ?? width - constrained.count + 1) else { return nil }
    let full = system.solve(columns: Array(0..<width))
    fill(&period, from: full, system: system)
    if regression.computesVarianceInflation {
      let styles = (starts.last ?? 0)..<width
      period.varianceInflation = (0..<width).map { factor in
        var own: [Int] = regression.hasMarket ? [0] : []
        if styles.contains(factor) {
          own.append(factor)
        } else if let group = schema.groups.indices.first(where: { (starts[$0]..<starts[$0 + 1]).contains(factor) }) {
          own += Array(starts[group]..<starts[group + 1])
        }
        let small = system.solve(columns: own)
        let place = own.firstIndex(of: factor) ?? 0
        return full.unitVariances[factor] / small.unitVariances[place]
      }
    }
    for (index, entry) in regressed.enumerated() {
      period.leverage[entry.row.asset] = full.leverage[index]
      period.weights[entry.row.asset] = weights[index]
      period.loadings[entry.row.asset] = dense[index]
    }
    for entry in rows {
      guard let row = loadings(entry.row) else { continue }
      period.idioReturns[entry.row.asset] =
        Extended(entry.return) - zip(row, full.factorReturns).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return period
  }

  /// Fit statistics and standard errors.
  private func fill(_ period: inout Period, from full: RestrictedSystem.Solution, system: RestrictedSystem) {
    let weights = system.weights
    let total = weights.reduce(0, +)
    let mean = zip(weights, system.returns).reduce(0) { $0 + $1.0 * $1.1 } / total
    let squares = zip(weights, system.returns).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    let centered = zip(weights, system.returns).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    let idio = zip(weights, full.residuals).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    period.factorReturns = full.factorReturns
    period.freeFactorCount = full.freeCount
    period.variance = idio / Extended(weights.count - full.freeCount)
    period.standardErrors = full.unitVariances.map { (period.variance * $0).squareRoot() }
    period.rSquared = 1 - idio / squares
    period.centeredRSquared = 1 - idio / centered
    period.idioVolatility = (idio / total).squareRoot()
  }

  /// Type-7 quantiles.
  private func clip(_ weights: inout [Extended], tail: Extended) {
    let sorted = weights.sorted()
    func quantile(_ p: Extended) -> Extended {
      let position = Extended(sorted.count - 1) * p
      let below = Int(position)
      guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
      return sorted[below] * (1 - (position - Extended(below))) + sorted[below + 1] * (position - Extended(below))
    }
    for index in weights.indices {
      weights[index] = Swift.min(Swift.max(weights[index], quantile(tail)), quantile(1 - tail))
    }
  }
}

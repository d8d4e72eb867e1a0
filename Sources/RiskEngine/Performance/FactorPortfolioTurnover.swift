internal import LinAlg

/// How much of the factor-mimicking portfolios is traded from one period to the next.
///
/// `½ Σ_i |P_ik,t − P̃_ik,t−1| / Σ_i |P_ik,t−1|` one way, with `P̃_i,t−1 = P_i,t−1 (1 + R_i,t−1)` the earlier holdings after
/// their returns, not renormalized: such a portfolio is scaled to a loading of 1, not to a value. A missing return is 0.
public struct FactorPortfolioTurnover: SavedState {
  /// What is kept of one factor.
  public struct Summary: Hashable, Sendable {
    /// The factor's name.
    public let factor: String
    /// The number of periods with an earlier one to compare with.
    public let count: Int
    /// The mean one-way turnover per period, as a fraction of the gross holdings.
    public let meanTurnover: Double
    /// The mean over periods of `√Σ_i (P_ik,t − P_ik,t−1)²`, without returns in between.
    public let meanChange: Double
    /// The mean over periods of `1 / Σ_i (P_ik / Σ|P_ik|)²`: the effective number of names.
    public let meanEffectiveNames: Double

    /// The turnover in a year.
    public func annualTurnover(periodsPerYear: Int) -> Double { Double(periodsPerYear) * meanTurnover }
  }

  private struct Factor: SavedState {
    var turnover = RunningMoments()
    var change = RunningMoments()
    var names = RunningMoments()
    /// The latest holdings, one for each of `assets`; empty where the factor had no portfolio then.
    var holdings: [Double] = []
    /// What the returns of the period made of them.
    var drifted: [Double] = []

    init() {}

    func save(to writer: inout StateWriter) {
      turnover.save(to: &writer)
      change.save(to: &writer)
      names.save(to: &writer)
      writer.write(holdings)
      writer.write(drifted)
    }

    init(from reader: inout StateReader) throws(StateError) {
      turnover = try RunningMoments(from: &reader)
      change = try RunningMoments(from: &reader)
      names = try RunningMoments(from: &reader)
      holdings = try reader.readDoubles()
      drifted = try reader.readDoubles()
    }
  }

  /// Which rows of two periods are of one asset.
  private struct Alignment {
    /// For each row now its row earlier, or -1.
    var earlierRows: [Int]
    /// The earlier rows whose assets are gone.
    var gone: [Int]
  }

  /// The assets of the latest portfolios, in their row order.
  private var assets: [Int32] = []
  private var names: [String] = []
  private var factors: [Factor] = []

  /// Makes a turnover of no periods.
  public init() {}

  /// Takes in the portfolios of a period with the returns that they earn in it.
  ///
  /// - Parameters:
  ///   - portfolios: the holdings over the period.
  ///   - axis: the factors of all periods, by whose names a factor is known again.
  ///   - returns: the return of each asset over the period, by its code, dividends included and without subtracting a
  ///     risk-free one; `nan` and codes beyond the end are missing.
  /// - Complexity: O(n m).
  public mutating func append(_ portfolios: FactorPortfolios, axis: FactorAxis, returns: [Double]) {
    let alignment = align(portfolios.assets)
    let growth = portfolios.assets.map { asset in
      1 + (Int(asset) < returns.count && returns[Int(asset)].isFinite ? returns[Int(asset)] : 0)
    }
    var known = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    var isPresent = Set<Int>()
    for (column, place) in axis.positions(of: portfolios.layout).enumerated() {
      let factor = known[axis.names[place]] ?? names.count
      if factor == names.count {
        known[axis.names[place]] = factor
        names.append(axis.names[place])
        factors.append(Factor())
      }
      isPresent.insert(factor)
      Self.take(portfolios.holdings.column(column), growth: growth, alignment: alignment, into: &factors[factor])
    }
    // A factor that is not there has no portfolio to come back to.
    for factor in factors.indices where !isPresent.contains(factor) {
      factors[factor].holdings = []
      factors[factor].drifted = []
    }
    assets = portfolios.assets
  }

  private func align(_ now: [Int32]) -> Alignment {
    let codeCount = Int(max(now.max() ?? -1, assets.max() ?? -1)) + 1
    var rowOfCode = [Int](repeating: -1, count: codeCount)
    for (row, asset) in assets.enumerated() { rowOfCode[Int(asset)] = row }
    let earlierRows = now.map { rowOfCode[Int($0)] }
    for asset in now { rowOfCode[Int(asset)] = -1 }
    return Alignment(earlierRows: earlierRows, gone: assets.indices.filter { rowOfCode[Int(assets[$0])] >= 0 })
  }

  private static func take(
    _ holdings: [Double], growth: [Double], alignment: Alignment, into factor: inout Factor
  ) {
    var (gross, square) = (0.0, 0.0)
    for holding in holdings {
      gross += abs(holding)
      square += holding * holding
    }
    var earlierGross = 0.0
    for holding in factor.holdings { earlierGross += abs(holding) }
    if earlierGross > 0 {
      var (traded, change) = (0.0, 0.0)
      for (row, earlier) in alignment.earlierRows.enumerated() {
        traded += abs(holdings[row] - (earlier >= 0 ? factor.drifted[earlier] : 0))
        let difference = holdings[row] - (earlier >= 0 ? factor.holdings[earlier] : 0)
        change += difference * difference
      }
      for row in alignment.gone {
        traded += abs(factor.drifted[row])
        change += factor.holdings[row] * factor.holdings[row]
      }
      factor.turnover.append(0.5 * traded / earlierGross)
      factor.change.append(change.squareRoot())
    }
    if square > 0 { factor.names.append(gross * gross / square) }
    factor.drifted = zip(holdings, growth).map { $0 * $1 }
    factor.holdings = holdings
  }

  /// The factors, in the order of their names' bytes.
  public var summaries: [Summary] {
    names.indices.sorted { IdentifierTable.precedes(names[$0], names[$1]) }.map { index in
      let factor = factors[index]
      return Summary(
        factor: names[index], count: factor.turnover.count,
        meanTurnover: factor.turnover.count > 0 ? factor.turnover.mean : .nan,
        meanChange: factor.change.count > 0 ? factor.change.mean : .nan,
        meanEffectiveNames: factor.names.count > 0 ? factor.names.mean : .nan)
    }
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(assets)
    writer.write(names)
    writer.write(factors)
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    assets = try reader.readInt32s()
    names = try reader.readStrings()
    factors = try reader.readStates()
    guard factors.count == names.count else { throw reader.mismatch("as many factors as names") }
  }
}

internal import LinAlg

/// How much of the factor-mimicking portfolios is traded from one period to the next.
///
/// `½ Σ_i |P_ik,t − P̃_ik,t−1| / Σ_i |P_ik,t−1|` one way, with `P̃_i,t−1 = P_i,t−1 (1 + R_i,t−1)` the earlier holdings after
/// their returns, not renormalized: such a portfolio is scaled to a loading of 1, not to a value. A missing return is 0.
public struct FactorPortfolioTurnover: SavedState {
  /// What one period says of a factor.
  public struct Measure: Hashable, Sendable {
    /// The one-way turnover from the period before, as a fraction of the gross holdings then; NaN where the factor had
    /// no portfolio then.
    public let turnover: Double
    /// `√Σ_i (P_ik,t − P_ik,t−1)²`, without returns in between; NaN likewise.
    public let change: Double
    /// `1 / Σ_i (P_ik / Σ|P_ik|)²`: the effective number of names held; NaN where nothing is held.
    public let effectiveNames: Double

    /// A factor without a portfolio.
    public static let none = Measure(turnover: .nan, change: .nan, effectiveNames: .nan)
  }

  /// What a factor held last.
  private struct Earlier: SavedState {
    /// One for each of `assets`; empty where the factor had no portfolio then.
    var values: [Double] = []
    /// What the returns of the period made of them.
    var drifted: [Double] = []

    init() {}

    func save(to writer: inout StateWriter) {
      writer.write(values)
      writer.write(drifted)
    }

    init(from reader: inout StateReader) throws(StateError) {
      values = try reader.readDoubles()
      drifted = try reader.readDoubles()
    }
  }

  /// Which rows of two periods are of one asset.
  private struct Alignment: Sendable {
    /// For each row now its row earlier, or -1.
    var earlierRows: [Int]
    /// The earlier rows whose assets are gone.
    var gone: [Int]
  }

  /// The assets of the latest portfolios, in their row order.
  private var assets: [Int32] = []
  /// The latest portfolios, by the position of the factor.
  private var factors: [Earlier] = []

  /// Makes a turnover of no periods.
  public init() {}

  /// Takes in the portfolios of a period with the returns that they earn in it.
  ///
  /// - Parameters:
  ///   - portfolios: the holdings over the period.
  ///   - positions: for each of its factors a number by which the factor is known again, the same in every period;
  ///     `nil` for one that is not followed.
  ///   - returns: the return of each row over the period; `nan` is missing.
  ///   - workers: the number of workers, which the result does not depend on.
  /// - Returns: one measure for each factor of the portfolios.
  /// - Complexity: O(n m).
  @discardableResult public mutating func append(
    _ portfolios: FactorPortfolios, positions: [Int?], returns: [Double], workers: Int = 1
  ) -> [Measure] {
    let alignment = align(portfolios.assets)
    let growth = portfolios.assets.indices.map { row in
      1 + (row < returns.count && returns[row].isFinite ? returns[row] : 0)
    }
    let earlier = factors
    let found = concurrentMap(count: positions.count, workers: workers) { column in
      guard let place = positions[column] else { return (Measure.none, Earlier()) }
      return Self.measure(
        portfolios.holdings.column(column), growth: growth, alignment: alignment,
        earlier: place < earlier.count ? earlier[place] : Earlier())
    }
    // A factor that is not there has no portfolio to come back to.
    let last = positions.compactMap(\.self).max() ?? -1
    factors = [Earlier](repeating: Earlier(), count: max(factors.count, last + 1))
    for (position, (_, holdings)) in zip(positions, found) {
      if let position { factors[position] = holdings }
    }
    assets = portfolios.assets
    return found.map(\.0)
  }

  /// Takes in a period without portfolios; those of the next have nothing to be compared with.
  public mutating func appendNothing() {
    assets = []
    factors = []
  }

  private func align(_ now: [Int32]) -> Alignment {
    let codeCount = Int(max(now.max() ?? -1, assets.max() ?? -1)) + 1
    var rowOfCode = [Int](repeating: -1, count: codeCount)
    for (row, asset) in assets.enumerated() { rowOfCode[Int(asset)] = row }
    let earlierRows = now.map { rowOfCode[Int($0)] }
    for asset in now { rowOfCode[Int(asset)] = -1 }
    return Alignment(earlierRows: earlierRows, gone: assets.indices.filter { rowOfCode[Int(assets[$0])] >= 0 })
  }

  private static func measure(
    _ holdings: [Double], growth: [Double], alignment: Alignment, earlier: Earlier
  ) -> (Measure, Earlier) {
    var (gross, square) = (0.0, 0.0)
    for holding in holdings {
      gross += abs(holding)
      square += holding * holding
    }
    var earlierGross = 0.0
    for holding in earlier.values { earlierGross += abs(holding) }
    var (turnover, length) = (Double.nan, Double.nan)
    if earlierGross > 0 {
      var (traded, change) = (0.0, 0.0)
      for (row, place) in alignment.earlierRows.enumerated() {
        traded += abs(holdings[row] - (place >= 0 ? earlier.drifted[place] : 0))
        let difference = holdings[row] - (place >= 0 ? earlier.values[place] : 0)
        change += difference * difference
      }
      for row in alignment.gone {
        traded += abs(earlier.drifted[row])
        change += earlier.values[row] * earlier.values[row]
      }
      turnover = 0.5 * traded / earlierGross
      length = change.squareRoot()
    }
    var now = Earlier()
    now.values = holdings
    now.drifted = zip(holdings, growth).map { $0 * $1 }
    return (
      Measure(turnover: turnover, change: length, effectiveNames: square > 0 ? gross * gross / square : .nan), now
    )
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(assets)
    writer.write(factors)
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    assets = try reader.readInt32s()
    factors = try reader.readStates()
  }
}

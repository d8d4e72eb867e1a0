public import ModelStore
internal import RiskEngine

/// What a regression of a panel file came to.
public struct RegressionSummary: Sendable, Codable {
  /// The number of periods.
  public var periodCount: Int
  /// How many periods came to each outcome.
  public var outcomes: [String: Int]
  /// How many periods each factorization solved.
  public var solvers: [String: Int]
  /// How many rows were excluded from the regressions, by reason.
  public var exclusions: [String: Int]
  /// The number of rows regressed, over all periods.
  public var regressedRowCount: Int
  /// How many factor returns of labels with few names were pulled towards zero, over all periods.
  public var thinLabelCount: Int
  /// The number of factors.
  public var factorCount: Int
  /// The number of rows of the file.
  public var rowCount: Int
  /// How the rows lay in the file.
  public var rowOrder: String
  /// The first period's date.
  public var firstDate: String
  /// The last period's date.
  public var lastDate: String
  /// The median over periods of the share of the weighted squared returns that is explained; NaN without one.
  @NullWhenNaN public var medianRSquared: Double
  /// How the iterated estimate of idio variances ended, where they are the weights.
  public var convergence: IdioConvergence?
  /// What a user should know.
  public var warnings: [String]
  /// Seconds by stage; stages overlap.
  public var seconds: [String: Double]
  /// The largest resident memory of the process, in bytes.
  public var peakBytes: Int

  init(
    periods: [PeriodRegression], factorCount: Int, rowCount: Int, order: PanelFile.RowOrder, percentLike: Double?,
    missingUniverseCount: Int, datesWithoutPortfolios: [CalendarDate], seconds: [String: Double]
  ) {
    periodCount = periods.count
    var outcomes = [String: Int]()
    var solvers = [String: Int]()
    var counts = [String: Int]()
    for period in periods {
      outcomes[period.outcome.description, default: 0] += 1
      if let solver = period.solver { solvers[solver.rawValue, default: 0] += 1 }
      for (name, count) in period.exclusions.byName { counts[name, default: 0] += count }
    }
    self.outcomes = outcomes
    self.solvers = solvers
    exclusions = counts
    regressedRowCount = periods.reduce(0) { $0 + $1.assetCount }
    thinLabelCount = periods.reduce(0) { $0 + $1.thinLabels.count }
    self.factorCount = factorCount
    self.rowCount = rowCount
    rowOrder = order.rawValue
    firstDate = periods.first.map { $0.date.description } ?? ""
    lastDate = periods.last.map { $0.date.description } ?? ""
    let fits = periods.map(\.rSquared).filter(\.isFinite).sorted()
    _medianRSquared = NullWhenNaN(wrappedValue: fits.isEmpty ? .nan : Quantile.interpolated(0.5, ofSorted: fits))
    self.seconds = seconds
    peakBytes = PeakMemory.bytes
    warnings = []
    if let percentLike {
      warnings.append(
        "the median absolute return is \(Self.rounded(percentLike)): returns look like percent; expected fractions (0.01 is 1 %)"
      )
    }
    if missingUniverseCount > 0 {
      warnings.append("\(missingUniverseCount) rows have no universe flag and were taken to be outside")
    }
    if !datesWithoutPortfolios.isEmpty {
      let dates = datesWithoutPortfolios.map(\.description).joined(separator: ", ")
      warnings.append("no factor portfolios of \(dates): no period that could be estimated ends there")
    }
  }

  /// A number to two decimals.
  private static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}

extension ExclusionCounts {
  /// The counts under the names of the columns of the `periods` table.
  var byName: [(name: String, count: Int)] {
    [
      ("excluded_universe", universe), ("excluded_no_earlier_row", noEarlierRow), ("excluded_return", noReturn),
      ("excluded_loading", noLoading), ("excluded_cap", noCap), ("excluded_label", noLabel),
    ]
  }
}

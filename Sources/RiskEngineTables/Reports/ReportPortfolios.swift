internal import ModelStore
internal import RiskEngine

/// The portfolios of a report: their risk at their last date, and where their returns came from.
struct ReportPortfolios {
  /// The sums of a portfolio's contributions up to each date, by kind of source.
  struct Track {
    var dates: [CalendarDate] = []
    /// The kinds in the order in which they come: market, groups, styles, then idio and what is not modelled.
    var kinds: [String] = []
    /// For each kind the sum up to each date.
    var sums: [[Double]] = []

    /// Adds a period.
    mutating func append(_ date: CalendarDate, _ contributions: [(kind: String, value: Double)]) {
      dates.append(date)
      for place in sums.indices { sums[place].append(sums[place].last ?? 0) }
      for (kind, value) in contributions where value.isFinite {
        if let place = kinds.firstIndex(of: kind) {
          sums[place][dates.count - 1] += value
        } else {
          kinds.append(kind)
          sums.append(Array(repeating: 0, count: dates.count - 1) + [value])
        }
      }
    }
  }

  /// The risk of each, the largest factors and assets listed.
  let risks: [RiskSummary]
  /// The attributed return of each; empty where no period follows the holdings.
  let linked: [LinkedReport]
  /// The way there, by the name of the portfolio.
  let tracks: [String: Track]
  /// Whether the attribution holds the last holdings over a past year, for want of dates.
  let isHypothetical: Bool
  /// Whether there is a benchmark.
  let hasBenchmark: Bool

  /// Works out risk and attribution of a file of portfolios.
  ///
  /// - Throws: as `RiskJob` and `AttributionJob`.
  init(_ source: ReportSource, path: String, benchmark: PortfolioBenchmark?, threads: Int?, listing: Int) throws {
    let file = try PortfolioFile(path: path)
    let last = file.portfolios.compactMap(\.date).max()
    var risks: [RiskSummary] = []
    try RiskJob(
      model: source.model.path, portfolio: path, benchmark: benchmark, date: last, dateRule: .earlier, threads: threads
    ).run { risks.append(RiskSummary($0, listing: listing)) }
    self.risks = risks
    hasBenchmark = benchmark != nil
    isHypothetical = !file.hasDates
    var attribution = AttributionJob(
      model: source.model.path, positions: path, benchmark: benchmark, dateRule: .earlier, threads: threads)
    if isHypothetical {
      // The weights of today over a year of the past.
      let dates = source.periods.dates
      attribution.from = dates[max(0, dates.count - 1 - Int(source.periodsPerYear))]
      attribution.weights = .constant
    }
    var tracks: [String: Track] = [:]
    var linked: [LinkedReport] = []
    do {
      linked = try attribution.run { period in
        let shown = period.relative?.active ?? period.attribution
        var contributions = shown.blocks.map { ($0.block.name(groups: period.groups), $0.contribution) }
        contributions.append(("idio", shown.idioContribution))
        contributions.append(("not modelled", shown.unmodelledContribution))
        tracks[period.portfolio, default: Track()].append(period.date, contributions)
      }
    } catch PortfolioFileError.noPeriods {
      tracks = [:]
    }
    self.linked = linked
    self.tracks = tracks
  }
}

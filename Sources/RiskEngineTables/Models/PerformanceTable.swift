internal import RiskEngine

/// The risk-adjusted performance of factor returns, as a table: one row a factor.
enum PerformanceTable {
  /// A column: its name, and what it holds of a factor.
  struct Column: Sendable {
    var name: String
    var value: @Sendable (FactorPerformance) -> Double
  }

  /// The columns of numbers, in their order.
  static let columns: [Column] = [
    Column(name: "annual_mean") { $0.annualMean },
    Column(name: "annual_geometric_mean") { $0.annualGeometricMean },
    Column(name: "annual_volatility") { $0.annualVolatility },
    Column(name: "sharpe") { $0.annualSharpeRatio },
    Column(name: "sharpe_error_normal") { $0.annualSharpeNormalError },
    Column(name: "sharpe_error") { $0.annualSharpeError },
    Column(name: "sharpe_autocorrelated") { $0.autocorrelatedSharpeRatio },
    Column(name: "t_statistic") { $0.tStatistic },
    Column(name: "newey_west_t_statistic") { $0.neweyWestTStatistic },
    Column(name: "newey_west_lags") { Double($0.neweyWestLags) },
    Column(name: "probabilistic_sharpe") { $0.probabilisticSharpeRatio },
    Column(name: "deflated_sharpe") { $0.deflatedSharpeRatio },
    Column(name: "minimum_track_record") { $0.minimumTrackRecord },
    Column(name: "max_drawdown") { $0.maximumDrawdown },
    Column(name: "skewness") { $0.skewness },
    Column(name: "kurtosis") { $0.kurtosis },
    Column(name: "autocorrelation_1") { $0.autocorrelations.first ?? .nan },
    Column(name: "ljung_box") { $0.ljungBox },
    Column(name: "ljung_box_p") { $0.ljungBoxPValue },
    Column(name: "hit_rate") { $0.hitRate },
    Column(name: "hit_rate_error") { $0.hitRateError },
  ]

  /// What other series of a factor say of it.
  struct History {
    /// The share of its t-statistics beyond 2.
    let significantShare: Double
    let informationCoefficient: SeriesMoments
    let turnover: SeriesMoments
    let effectiveNames: SeriesMoments

    init(_ history: FactorReturnHistory, factor: String) {
      let known = history[factor, .tStatistic].filter(\.isFinite)
      significantShare = known.isEmpty ? .nan : Double(known.count { abs($0) > 2 }) / Double(known.count)
      informationCoefficient = SeriesMoments(history[factor, .informationCoefficient])
      turnover = SeriesMoments(history[factor, .portfolioTurnover])
      effectiveNames = SeriesMoments(history[factor, .portfolioNames])
    }
  }

  /// The columns of numbers that come from other series of a factor, in their order; the year has so many periods.
  static let historyColumns: [(name: String, value: @Sendable (History, Double) -> Double)] = [
    ("share_significant", { history, _ in history.significantShare }),
    ("information_coefficient", { history, _ in history.informationCoefficient.mean }),
    ("information_coefficient_error", { history, _ in history.informationCoefficient.meanError }),
    (
      "information_ratio",
      { history, year in
        year.squareRoot() * history.informationCoefficient.mean / history.informationCoefficient.deviation
      }
    ),
    ("turnover", { history, year in year * history.turnover.mean }),
    ("turnover_error", { history, year in year * history.turnover.meanError }),
    ("effective_names", { history, _ in history.effectiveNames.mean }),
  ]

  static var outputColumns: [OutputColumn] {
    [.text("factor"), .text("kind"), OutputColumn("periods", .int64)]
      + columns.map { OutputColumn($0.name, .number) } + historyColumns.map { OutputColumn($0.name, .number) }
  }

  /// The rows of some factors, statistics by name; those that are not finite are left out.
  static func rows(
    _ history: FactorReturnHistory, factors: [(name: String, kind: String)], periodsPerYear: Int
  ) -> [PerformanceReport.Row] {
    let measured = FactorPerformance.measure(
      factors.map { history[$0.name, .factorReturn] }, settings: PerformanceSettings(periodsPerYear: periodsPerYear))
    return zip(factors, measured).map { factor, performance in
      var values: [String: Double] = [:]
      for column in columns {
        let value = column.value(performance)
        if value.isFinite { values[column.name] = value }
      }
      let own = History(history, factor: factor.name)
      for column in historyColumns {
        let value = column.value(own, Double(periodsPerYear))
        if value.isFinite { values[column.name] = value }
      }
      return PerformanceReport.Row(
        factor: factor.name, kind: factor.kind, periods: performance.count, values: values)
    }
  }

  /// The rows of some factors.
  ///
  /// - Parameters:
  ///   - factors: each with its name and kind, in the order of the rows.
  ///   - known: the performance of each, where it is worked out already.
  static func values(
    _ history: FactorReturnHistory, factors: [(name: String, kind: String)], periodsPerYear: Int,
    measured known: [FactorPerformance]? = nil
  ) -> [OutputValues] {
    let measured =
      known
      ?? FactorPerformance.measure(
        factors.map { history[$0.name, .factorReturn] }, settings: PerformanceSettings(periodsPerYear: periodsPerYear))
    let histories = factors.map { History(history, factor: $0.name) }
    let names = IdentifierTable(texts: factors.map(\.name))
    var kinds = IdentifierTable()
    let kindCodes = factors.map { kinds.code(for: $0.kind) }
    return [
      .identifiers(Array(0..<Int32(factors.count)), of: names), .identifiers(kindCodes, of: kinds),
      .int64(measured.map { Int64($0.count) }),
    ]
      + columns.map { column in
        .numbers(
          measured.map {
            let value = column.value($0)
            return value.isFinite ? value : .nan
          })
      }
      + historyColumns.map { column in
        .numbers(histories.map { column.value($0, Double(periodsPerYear)) })
      }
  }
}

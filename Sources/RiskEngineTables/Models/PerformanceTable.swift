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

  /// The columns of numbers that come from other series of a factor, in their order; the year has so many periods.
  static let historyColumns: [(name: String, value: @Sendable (FactorReturnHistory, String, Double) -> Double)] = [
    (
      "share_significant",
      { history, factor, _ in
        let known = history[factor, .tStatistic].filter(\.isFinite)
        return known.isEmpty ? .nan : Double(known.count { abs($0) > 2 }) / Double(known.count)
      }
    ),
    ("information_coefficient", { history, factor, _ in SeriesMoments(history[factor, .informationCoefficient]).mean }),
    (
      "information_coefficient_error",
      { history, factor, _ in SeriesMoments(history[factor, .informationCoefficient]).meanError }
    ),
    (
      "information_ratio",
      { history, factor, year in
        let moments = SeriesMoments(history[factor, .informationCoefficient])
        return year.squareRoot() * moments.mean / moments.deviation
      }
    ),
    ("turnover", { history, factor, year in year * SeriesMoments(history[factor, .portfolioTurnover]).mean }),
    (
      "turnover_error", { history, factor, year in year * SeriesMoments(history[factor, .portfolioTurnover]).meanError }
    ),
    ("effective_names", { history, factor, _ in SeriesMoments(history[factor, .portfolioNames]).mean }),
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
      for column in historyColumns {
        let value = column.value(history, factor.name, Double(periodsPerYear))
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
        .numbers(factors.map { column.value(history, $0.name, Double(periodsPerYear)) })
      }
  }
}

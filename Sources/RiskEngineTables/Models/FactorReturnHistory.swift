internal import RiskEngine

/// The factor returns of a model with their t-statistics, period after period, by the names of their factors.
struct FactorReturnHistory {
  /// The dates of the periods, also of those without an estimate.
  private(set) var dates: [CalendarDate] = []
  /// What is known of a factor: one entry a date, `nan` where it has none.
  struct Series {
    /// Its returns.
    var returns: [Double]
    /// Its t-statistics.
    var tStatistics: [Double]
    /// Its information coefficients.
    var coefficients: [Double]
  }

  private var series: [Series] = []
  private var places: [String: Int] = [:]

  /// What is known of a factor; nothing of one that never came.
  subscript(factor: String) -> Series {
    places[factor].map { series[$0] } ?? Series(returns: [], tStatistics: [], coefficients: [])
  }

  /// The rows of a period while they are read.
  private struct Period {
    var date: CalendarDate
    var names: [String] = []
    var returns: [Double] = []
    var ts: [Double] = []
    var ics: [Double] = []
  }

  /// Adds a period; one without an estimate has no names.
  mutating func append(
    _ date: CalendarDate, names: [String], returns values: [Double], tStatistics ts: [Double],
    coefficients ics: [Double]
  ) {
    let count = dates.count
    dates.append(date)
    for place in series.indices {
      series[place].returns.append(.nan)
      series[place].tStatistics.append(.nan)
      series[place].coefficients.append(.nan)
    }
    for (index, name) in names.enumerated() {
      let place: Int
      if let known = places[name] {
        place = known
      } else {
        place = series.count
        places[name] = place
        let nothing = [Double](repeating: .nan, count: count + 1)
        series.append(Series(returns: nothing, tStatistics: nothing, coefficients: nothing))
      }
      series[place].returns[count] = values[index]
      if index < ts.count { series[place].tStatistics[count] = ts[index] }
      if index < ics.count { series[place].coefficients[count] = ics[index] }
    }
  }

  /// The periods within some dates.
  func within(from first: CalendarDate?, through last: CalendarDate?) -> FactorReturnHistory {
    let kept = dates.indices.filter { place in
      (first.map { dates[place] >= $0 } ?? true) && (last.map { dates[place] <= $0 } ?? true)
    }
    guard kept.count < dates.count else { return self }
    var part = FactorReturnHistory()
    part.dates = kept.map { dates[$0] }
    part.places = places
    part.series = series.map { one in
      Series(
        returns: kept.map { one.returns[$0] }, tStatistics: kept.map { one.tStatistics[$0] },
        coefficients: kept.map { one.coefficients[$0] })
    }
    return part
  }

  /// Reads segments of `factor_statistics`, and of `periods`, which has the periods without an estimate, too.
  static func read(_ paths: [String], periods: [String]) throws(TableError) -> FactorReturnHistory {
    var history = FactorReturnHistory()
    var failed: [CalendarDate] = []
    for path in periods {
      let reader = try TableReader(
        path: path, columns: [ColumnRequest("date", .date), ColumnRequest("outcome", .identifier)])
      var outcomes = IdentifierTable()
      var translation = IdentifierTranslation()
      while let batch = try reader.next() {
        let dates = batch.dates("date")
        let codes = batch.identifiers("outcome", through: &translation, into: &outcomes)
        for row in dates.indices where outcomes[codes[row]].hasPrefix("failed") { failed.append(dates[row]) }
      }
    }
    failed.reverse()
    func take(_ done: Period) {
      while let date = failed.last, date < done.date {
        history.append(date, names: [], returns: [], tStatistics: [], coefficients: [])
        failed.removeLast()
      }
      history.append(
        done.date, names: done.names, returns: done.returns, tStatistics: done.ts, coefficients: done.ics)
    }
    var names = IdentifierTable()
    for path in paths {
      let reader = try TableReader(
        path: path,
        columns: [
          ColumnRequest("date", .date), ColumnRequest("factor", .identifier), ColumnRequest("factor_return", .number),
          ColumnRequest("t_statistic", .number), ColumnRequest("information_coefficient", .number),
        ])
      var translation = IdentifierTranslation()
      var pending: Period?
      while let batch = try reader.next() {
        let dates = batch.dates("date")
        let codes = batch.identifiers("factor", through: &translation, into: &names)
        let returns = batch.numbers("factor_return")
        let ts = batch.numbers("t_statistic")
        let ics = batch.numbers("information_coefficient")
        for row in 0..<batch.rowCount {
          if pending?.date != dates[row] {
            if let done = pending {
              take(done)
            }
            pending = Period(date: dates[row])
          }
          pending?.names.append(names[codes[row]])
          pending?.returns.append(returns[row])
          pending?.ts.append(ts[row])
          pending?.ics.append(ics[row])
        }
      }
      if let done = pending {
        take(done)
      }
    }
    for date in failed.reversed() {
      history.append(date, names: [], returns: [], tStatistics: [], coefficients: [])
    }
    return history
  }
}

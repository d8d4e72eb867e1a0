internal import RiskEngine

/// The factor returns of a model with their t-statistics, period after period, by the names of their factors.
struct FactorReturnHistory {
  /// The dates of the periods, also of those without an estimate.
  private(set) var dates: [CalendarDate] = []
  /// What is known of a factor and period, as `factor_statistics` has it.
  enum Statistic: String, CaseIterable {
    case factorReturn = "factor_return"
    case tStatistic = "t_statistic"
    case informationCoefficient = "information_coefficient"
    case portfolioTurnover = "portfolio_turnover"
    case portfolioNames = "portfolio_names"

    /// Its place among all.
    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// By factor and statistic one entry a date, `nan` where there is none.
  private var series: [[[Double]]] = []
  private var places: [String: Int] = [:]

  /// One entry a date, `nan` where there is none; nothing of a factor that never came.
  subscript(factor: String, statistic: Statistic) -> [Double] {
    places[factor].map { series[$0][statistic.place] } ?? []
  }

  /// Adds a period; one without an estimate has no names.
  ///
  /// - Parameter values: by statistic, in the order of all, an entry for each name, or fewer where the last have none.
  mutating func append(_ date: CalendarDate, names: [String] = [], values: [[Double]] = []) {
    let count = dates.count
    dates.append(date)
    for place in series.indices {
      for statistic in series[place].indices { series[place][statistic].append(.nan) }
    }
    for (index, name) in names.enumerated() {
      let place: Int
      if let known = places[name] {
        place = known
      } else {
        place = series.count
        places[name] = place
        let nothing = [Double](repeating: .nan, count: count + 1)
        series.append(Array(repeating: nothing, count: Statistic.allCases.count))
      }
      for (statistic, values) in values.enumerated() where index < values.count {
        series[place][statistic][count] = values[index]
      }
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
    part.series = series.map { one in one.map { values in kept.map { values[$0] } } }
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
    func take(_ date: CalendarDate, names: [String], values: [[Double]]) {
      while let missing = failed.last, missing < date {
        history.append(missing)
        failed.removeLast()
      }
      history.append(date, names: names, values: values)
    }
    var names = IdentifierTable()
    for path in paths {
      let reader = try TableReader(
        path: path,
        columns: [ColumnRequest("date", .date), ColumnRequest("factor", .identifier)]
          + Statistic.allCases.map { ColumnRequest($0.rawValue, .number) })
      var translation = IdentifierTranslation()
      var date: CalendarDate?
      var pending: [String] = []
      var values = Statistic.allCases.map { _ in [Double]() }
      while let batch = try reader.next() {
        let dates = batch.dates("date")
        let codes = batch.identifiers("factor", through: &translation, into: &names)
        let columns = Statistic.allCases.map { batch.numbers($0.rawValue) }
        for row in 0..<batch.rowCount {
          if date != dates[row] {
            if let date { take(date, names: pending, values: values) }
            date = dates[row]
            pending = []
            for place in values.indices { values[place] = [] }
          }
          pending.append(names[codes[row]])
          for (place, column) in columns.enumerated() { values[place].append(column[row]) }
        }
      }
      if let date { take(date, names: pending, values: values) }
    }
    for date in failed.reversed() {
      history.append(date)
    }
    return history
  }
}

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

  /// By statistic, period after period, an entry for each factor that had come by then; `nan` where there is none.
  private var values: [[Double]] = Statistic.allCases.map { _ in [] }
  /// Where the entries of each period begin, and where the last ones end.
  private var starts = [0]
  private var places: [String: Int] = [:]

  /// One entry a date, `nan` where there is none; nothing of a factor that never came.
  subscript(factor: String, statistic: Statistic) -> [Double] {
    guard let place = places[factor] else { return [] }
    let values = values[statistic.place]
    return dates.indices.map { period in
      let entry = starts[period] + place
      return entry < starts[period + 1] ? values[entry] : .nan
    }
  }

  /// The place of a factor among all, which gets one if it has none.
  private mutating func place(of name: String) -> Int {
    if let known = places[name] { return known }
    let place = places.count
    places[name] = place
    return place
  }

  /// Adds a period; one without an estimate has no names.
  ///
  /// - Parameter values: by statistic, in the order of all, an entry for each name, or fewer where the last have none.
  mutating func append(_ date: CalendarDate, names: [String] = [], values: [[Double]] = []) {
    append(date, places: names.map { place(of: $0) }, values: values)
  }

  /// Adds a period, with the places of its factors.
  private mutating func append(_ date: CalendarDate, places ownPlaces: [Int], values added: [[Double]]) {
    dates.append(date)
    let start = starts[starts.count - 1]
    let end = start + places.count
    starts.append(end)
    for statistic in values.indices {
      values[statistic].append(contentsOf: repeatElement(.nan, count: places.count))
      guard statistic < added.count else { continue }
      var target = values[statistic].mutableSpan
      for (place, value) in zip(ownPlaces, added[statistic]) { target[start + place] = value }
    }
  }

  /// The periods within some dates.
  func within(from first: CalendarDate?, through last: CalendarDate?) -> FactorReturnHistory {
    let kept = dates.indices.filter { place in
      (first.map { dates[place] >= $0 } ?? true) && (last.map { dates[place] <= $0 } ?? true)
    }
    guard kept.count < dates.count else { return self }
    var part = FactorReturnHistory()
    part.places = places
    for period in kept {
      part.dates.append(dates[period])
      let entries = starts[period]..<starts[period + 1]
      for statistic in values.indices { part.values[statistic] += values[statistic][entries] }
      part.starts.append(part.starts[part.starts.count - 1] + entries.count)
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
    func take(_ date: CalendarDate, places: [Int], values: [[Double]]) {
      while let missing = failed.last, missing < date {
        history.append(missing)
        failed.removeLast()
      }
      history.append(date, places: places, values: values)
    }
    var names = IdentifierTable()
    /// By the code of its name the place of a factor.
    var placeOfCode: [Int] = []
    for path in paths {
      let reader = try TableReader(
        path: path,
        columns: [ColumnRequest("date", .date), ColumnRequest("factor", .identifier)]
          + Statistic.allCases.map { ColumnRequest($0.rawValue, .number) })
      var translation = IdentifierTranslation()
      var date: CalendarDate?
      var pending: [Int] = []
      var values = Statistic.allCases.map { _ in [Double]() }
      while let batch = try reader.next() {
        let dates = batch.dates("date")
        let codes = batch.identifiers("factor", through: &translation, into: &names)
        let columns = Statistic.allCases.map { batch.numbers($0.rawValue) }
        while placeOfCode.count < names.count { placeOfCode.append(history.place(of: names[Int32(placeOfCode.count)])) }
        for row in 0..<batch.rowCount {
          if date != dates[row] {
            if let date { take(date, places: pending, values: values) }
            date = dates[row]
            pending.removeAll(keepingCapacity: true)
            for place in values.indices { values[place].removeAll(keepingCapacity: true) }
          }
          pending.append(placeOfCode[Int(codes[row])])
          for (place, column) in columns.enumerated() { values[place].append(column[row]) }
        }
      }
      if let date { take(date, places: pending, values: values) }
    }
    for date in failed.reversed() {
      history.append(date)
    }
    return history
  }
}

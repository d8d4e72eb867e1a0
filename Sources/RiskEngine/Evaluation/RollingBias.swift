/// Bias statistics of a family's portfolios over the latest forecasts up to a date.
public struct RollingBias: Hashable, SavedState {
  /// The end of the window.
  public let date: CalendarDate
  /// The family.
  public let family: TestFamily
  /// The number of portfolios that have as many forecasts.
  public let count: Int
  /// The mean bias statistic.
  public let mean: Double
  /// The 5 % quantile over portfolios.
  public let lowerQuantile: Double
  /// The 95 % quantile over portfolios.
  public let upperQuantile: Double
  /// The mean of `|B − 1|` over portfolios (MRAD); 0.170 for right forecasts of normal returns over 12 of them, and
  /// `BiasStatistic.expectedAbsoluteDeviation(count:)` for other windows.
  public let meanAbsoluteDeviation: Double

  /// Summarizes the bias statistics of a family's portfolios, at least one.
  init(date: CalendarDate, family: TestFamily, values: [Double]) {
    let sorted = values.sorted()
    self.date = date
    self.family = family
    count = sorted.count
    mean = sorted.reduce(0, +) / Double(sorted.count)
    lowerQuantile = Quantile.interpolated(0.05, ofSorted: sorted)
    upperQuantile = Quantile.interpolated(0.95, ofSorted: sorted)
    meanAbsoluteDeviation = sorted.reduce(0) { $0 + abs($1 - 1) } / Double(sorted.count)
  }

  /// By how many forecasts a window of a year moves on: a month.
  static func step(window: Int) -> Int { max(1, window / 12) }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(Int(date.daysSinceEpoch))
    writer.write(family.rawValue)
    writer.write(count)
    for value in [mean, lowerQuantile, upperQuantile, meanAbsoluteDeviation] { writer.write(value) }
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    let day = try reader.readInt(in: Int(Int32.min)..<Int(Int32.max), "a date")
    date = CalendarDate(daysSinceEpoch: Int32(day))
    guard let family = TestFamily(rawValue: try reader.readString()) else {
      throw reader.mismatch("a family of portfolios")
    }
    self.family = family
    count = try reader.readInt(in: 0..<Int.max, "a count")
    mean = try reader.readDouble()
    lowerQuantile = try reader.readDouble()
    upperQuantile = try reader.readDouble()
    meanAbsoluteDeviation = try reader.readDouble()
  }
}

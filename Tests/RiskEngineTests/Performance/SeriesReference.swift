import TestSupport

/// Short series with their statistics by statsmodels and SciPy: `Tests/Reference/series_reference.py`.
struct SeriesReference {
  let factor: [Double]
  let forecast: [Double]
  let other: [Double]
  let loading: [Double]
  private let statistics: [String: Double]

  init() throws {
    let series = try CSVTable(contentsOf: ReferenceData.url("series.csv"))
    factor = series.numbers("factor")
    forecast = series.numbers("forecast")
    other = series.numbers("other")
    loading = series.numbers("loading")
    let table = try CSVTable(contentsOf: ReferenceData.url("series_statistics.csv"))
    statistics = Dictionary(zip(table.texts("statistic"), table.numbers("value"))) { first, _ in first }
  }

  /// A statistic; `nan`, which agrees with nothing, where there is none of the name.
  subscript(name: String) -> Double { statistics[name] ?? .nan }
}

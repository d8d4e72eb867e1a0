/// The trend of a field over five years: the slope on the year of up to five yearly values, over the mean of their
/// absolute values, which keeps the sign where the mean is near zero. At least four values are needed.
struct YearlyTrend: Descriptor {
  /// What of the yearly values.
  enum Form: Sendable {
    /// The slope.
    case slope
    /// The standard deviation about the mean.
    case variability
  }

  let field: FieldName
  let form: Form
  /// The periods of a year.
  let year: Int
  /// The field by which values are divided where the market has it: shares, so that they are an old share's.
  let perShare: Bool

  private static let leastValues = 4

  var fields: [FieldName] { [field] }
  var optionalFields: [FieldName] { perShare ? [.shares] : [] }

  func initialState() -> PeriodicSamples {
    PeriodicSamples(interval: PeriodicSamples.interval(of: year), count: 49)
  }

  func value(_ state: inout PeriodicSamples, _ day: AssetDay) -> Double {
    let value = perShare && day[1] > 0 ? day[0] / day[1] : day[0]
    state.append(value)
    guard day.isPresent, value.isFinite else { return .nan }
    var values: [(year: Double, value: Double)] = [(0, value)]
    for back in 1...4 {
      let sample = state.sample(ago: back * year)
      if sample.isFinite { values.append((Double(-back), sample)) }
    }
    guard values.count >= Self.leastValues else { return .nan }
    let count = Double(values.count)
    let size = values.reduce(0) { $0 + abs($1.value) } / count
    let meanYear = values.reduce(0) { $0 + $1.year } / count
    let mean = values.reduce(0) { $0 + $1.value } / count
    guard size > 0 else { return .nan }
    switch form {
    case .slope:
      let products = values.reduce(0) { $0 + ($1.year - meanYear) * ($1.value - mean) }
      let squares = values.reduce(0) { $0 + ($1.year - meanYear) * ($1.year - meanYear) }
      return products / squares / size
    case .variability:
      let squares = values.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
      return (squares / (count - 1)).squareRoot() / size
    }
  }
}

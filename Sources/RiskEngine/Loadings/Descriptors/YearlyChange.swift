/// The change of a field over a year.
struct YearlyChange: Descriptor {
  /// How the change is told.
  enum Form: Sendable {
    /// `x_t / x_{t−1 year} − 1` (assets: Cooper, Gulen and Schill, 2008; capital expenditure: Titman, Wei and Xie, 2004).
    case relative
    /// `ln(x_t / x_{t−1 year})` (shares: Pontiff and Woodgate, 2008).
    case log
  }

  let field: FieldName
  let form: Form
  /// The periods of a year.
  let year: Int

  var fields: [FieldName] { [field] }

  func initialState() -> PeriodicSamples { PeriodicSamples(interval: PeriodicSamples.interval(of: year), count: 13) }

  func value(_ state: inout PeriodicSamples, _ day: AssetDay) -> Double {
    state.append(day[0])
    guard day.isPresent else { return .nan }
    let before = state.sample(ago: year)
    guard before > 0, day[0].isFinite else { return .nan }
    switch form {
    case .relative: return day[0] / before - 1
    case .log: return day[0] > 0 ? PortableMath.log(day[0] / before) : .nan
    }
  }
}

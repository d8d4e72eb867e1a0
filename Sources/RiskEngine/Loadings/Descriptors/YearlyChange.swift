/// The change of a field over about a year.
///
/// Missing where the earlier value is not positive.
struct YearlyChange: Descriptor, RunnableDescriptor {
  /// How the change is told.
  enum Form: Sendable {
    /// `x_t / x_{t−1 year} − 1` (assets: Cooper, Gulen and Schill, 2008; capital expenditure: Xing, 2008).
    case relative
    /// `ln(x_t / x_{t−1 year})` (shares: Pontiff and Woodgate, 2008).
    case log
  }

  let field: FieldName
  let form: Form
  /// The periods of a year.
  let year: Int

  var fields: [FieldName] { [field] }

  func initialState() -> PeriodicSamples { PeriodicSamples(year: year, years: 1) }

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

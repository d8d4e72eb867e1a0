/// A field over another's value of about a year before, or over its latest where none of then is known.
///
/// Missing where that value is not positive.
struct LaggedRatio: Descriptor, RunnableDescriptor {
  let numerator: FieldName
  let denominator: FieldName
  /// The periods of a year.
  let year: Int

  var fields: [FieldName] { [numerator, denominator] }

  func initialState() -> PeriodicSamples { PeriodicSamples(year: year, years: 1) }

  func value(_ state: inout PeriodicSamples, _ day: AssetDay) -> Double {
    state.append(day[1])
    guard day.isPresent else { return .nan }
    let before = state.sample(ago: year)
    let base = before.isFinite ? before : day[1]
    return base > 0 ? day[0] / base : .nan
  }
}

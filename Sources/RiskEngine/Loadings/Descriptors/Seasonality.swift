/// The mean log excess return of the coming month's place in the past years (Heston and Sadka, 2008): over the periods
/// that began a whole number of years before the coming month.
struct Seasonality: Descriptor, RunnableDescriptor {
  let lookBack: LookBack
  /// The periods of a year.
  let year: Int
  /// The periods of a month.
  let month: Int

  var fields: [FieldName] { [] }

  func initialState() -> SeriesState { SeriesState(lookBack, hasPair: false) }

  func value(_ state: inout SeriesState, _ day: AssetDay) -> Double {
    let log = day.logExcessReturn
    state.append(log, log, revokesLast: day.isPreviousReturnRevoked)
    guard day.isPresent, let window = lookBack.window else { return .nan }
    let values = state.values(lookBack)
    var sum = 0.0
    var count = 0
    var yearEnd = year
    while yearEnd <= window {
      // The coming month a year ago: of the ages year − 1 down to year − month.
      for age in (yearEnd - month)..<yearEnd {
        let value = values[window - 1 - age]
        if value.isFinite {
          sum += value
          count += 1
        }
      }
      yearEnd += year
    }
    return count >= max(lookBack.minimumCount, 1) ? sum / Double(count) * Double(month) : .nan
  }
}

internal import RiskEngine

/// Which of many dates a chart has a point for: all, or every so manieth so that there are not too many.
///
/// Counted from the last, which is always among them.
struct ShownDates {
  /// The most points that a line has: about one a week over ten years of days.
  static let most = 520

  /// The dates that have a point.
  let dates: [CalendarDate]
  /// By how many dates two points are apart.
  let step: Int
  /// The places of the shown among all dates.
  let places: [Int]

  /// Chooses among dates, which ascend.
  init(_ all: [CalendarDate], most: Int = Self.most) {
    let step = max(1, (all.count + most - 1) / most)
    let places = all.indices.filter { (all.count - 1 - $0) % step == 0 }
    self.step = step
    self.places = places
    dates = places.map { all[$0] }
  }

  /// The values at the shown dates.
  func picked(_ values: [Double]) -> [Double] { places.map { values[$0] } }

  /// What becomes of the values from one shown date, exclusive, to the next, inclusive; those that are NaN are left out.
  func gathered(_ values: [Double], _ body: ([Double]) -> Double) -> [Double] {
    var start = 0
    return places.map { place in
      let known = values[start...place].filter { !$0.isNaN }
      start = place + 1
      return known.isEmpty ? .nan : body(known)
    }
  }

  /// How a caption tells of it; empty where every date is shown.
  var remark: String { step == 1 ? "" : " Every \(Self.ordinal(step)) date is shown." }

  /// How a caption tells of means; empty where every date is shown.
  func remark(_ what: String) -> String { step == 1 ? "" : " Each point is \(what) of \(step) dates." }

  /// A number as in "every fifth"; in digits from ten on.
  static func ordinal(_ number: Int) -> String {
    let words = ["", "", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
    if number < words.count { return words[number] }
    let ending = (11...13).contains(number % 100) ? "th" : [1: "st", 2: "nd", 3: "rd"][number % 10] ?? "th"
    return "\(number)\(ending)"
  }
}

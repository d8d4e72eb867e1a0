/// Values of a field that changes slowly, kept once an interval: those of the last so many intervals.
public struct PeriodicSamples: SavedState {
  private let interval: Int
  private var samples: ObservationWindow
  private var age = 0

  /// Makes samples before the first period.
  init(interval: Int, count: Int) {
    self.interval = interval
    samples = ObservationWindow(count: count)
  }

  /// A twelfth of a year of some periods.
  static func interval(of year: Int) -> Int { max(1, year / 12) }

  /// Takes in a period.
  mutating func append(_ value: Double) {
    if age % interval == 0 { samples.append(value) }
    age += 1
  }

  /// The value so many periods before the latest, or up to an interval before that; NaN before the first.
  func sample(ago: Int) -> Double {
    let latest = (age - 1) % interval
    let back = (ago - latest + interval - 1) / interval
    return back < samples.count ? samples[back] : .nan
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(interval)
    samples.save(to: &writer)
    writer.write(age)
  }

  /// Reads the state.
  public init(from reader: inout StateReader) throws(StateError) {
    interval = try reader.readInt()
    samples = try ObservationWindow(from: &reader)
    age = try reader.readInt()
    guard interval > 0, age >= 0 else { throw .mismatch(offset: 0, expected: "an interval and an age") }
  }
}

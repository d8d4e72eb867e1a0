/// Values of a field that changes slowly, kept once an interval: those of the last so many intervals.
///
/// A sample is the first value that its interval brings, so that a missing period does not cost one. Intervals count
/// from an asset's first period.
public struct PeriodicSamples: SavedState {
  private let interval: Int
  private var samples: ObservationWindow
  private var age = 0

  /// Makes samples before the first period.
  ///
  /// - Parameters:
  ///   - year: the periods of a year, of which an interval is a twelfth.
  ///   - years: how far back samples are asked for.
  init(year: Int, years: Int) {
    interval = max(1, year / 12)
    samples = ObservationWindow(count: (years * year + interval - 1) / interval + 1)
  }

  /// Takes in a period; NaN is missing.
  mutating func append(_ value: Double) {
    if age % interval == 0 {
      samples.append(value)
    } else if value.isFinite, samples[0].isNaN {
      samples.replaceLast(with: value)
    }
    age += 1
  }

  /// The sample of the interval that began so many periods before the latest, or up to an interval before that; NaN
  /// where the interval brought no value or there was none yet.
  func sample(ago: Int) -> Double {
    let latest = (age - 1) % interval
    let back = (ago - latest + interval - 1) / interval
    return samples[back]
  }

  /// Writes the state.
  public func save(to writer: inout StateWriter) {
    writer.write(interval)
    samples.save(to: &writer)
    writer.write(age)
  }

  /// Reads the state.
  public init(from reader: inout StateReader) throws(StateError) {
    interval = try reader.readInt(in: 1..<Int.max, "the periods of an interval")
    samples = try ObservationWindow(from: &reader)
    age = try reader.readInt(in: 0..<Int.max, "a number of periods")
  }
}

/// The trend of a field over five years, or how much it varies about its mean.
///
/// It is taken from the latest value and those of about one to four years before, of which four have to be known.
/// Values are a share's where the market has shares outstanding, which then have to be adjusted for splits; a value
/// whose shares are missing is missing. They are divided by the mean of absolute values, which keeps the sign where
/// the mean is near zero or negative.
struct YearlyTrend: Descriptor, RunnableDescriptor {
  /// What of the yearly values.
  enum Form: Sendable {
    /// The slope on the year, by least squares.
    case slope
    /// The standard deviation about the mean, with one less than the number of values.
    case variability
  }

  /// What is remembered of an asset.
  struct State: SavedState {
    fileprivate var values: PeriodicSamples
    fileprivate var shares: PeriodicSamples
    /// Whether shares were ever known.
    fileprivate var hasShares = false

    fileprivate init(year: Int) {
      values = PeriodicSamples(year: year, years: YearlyTrend.yearsBack)
      shares = PeriodicSamples(year: year, years: YearlyTrend.yearsBack)
    }

    func save(to writer: inout StateWriter) {
      values.save(to: &writer)
      shares.save(to: &writer)
      writer.write(hasShares)
    }

    init(from reader: inout StateReader) throws(StateError) {
      values = try PeriodicSamples(from: &reader)
      shares = try PeriodicSamples(from: &reader)
      hasShares = try reader.readBool()
    }
  }

  private static let yearsBack = 4
  private static let leastValues = 4

  let field: FieldName
  let form: Form
  /// The periods of a year.
  let year: Int

  var fields: [FieldName] { [field] }
  var optionalFields: [FieldName] { [.shares] }

  func initialState() -> State { State(year: year) }

  func value(_ state: inout State, _ day: AssetDay) -> Double {
    state.values.append(day[0])
    state.shares.append(day[1])
    if day[1] > 0 { state.hasShares = true }
    guard day.isPresent else { return .nan }
    func value(_ total: Double, _ shares: Double) -> Double {
      guard state.hasShares else { return total }
      return shares > 0 ? total / shares : .nan
    }
    // Lane by lane the latest value and those before; by the year, −4 to 0.
    var values = SIMD8<Double>(repeating: .nan)
    values[0] = value(day[0], day[1])
    guard values[0].isFinite else { return .nan }
    for back in 1...Self.yearsBack {
      values[back] = value(state.values.sample(ago: back * year), state.shares.sample(ago: back * year))
    }
    let years = SIMD8<Double>(0, -1, -2, -3, -4, 0, 0, 0)
    let isMissing = values .!= values
    let observed = SIMD8<Double>(repeating: 1).replacing(with: 0, where: isMissing)
    let count = observed.sum()
    guard count >= Double(Self.leastValues) else { return .nan }
    values = values.replacing(with: 0, where: isMissing)
    let size = values.replacing(with: -values, where: values .< 0).sum() / count
    guard size > 0 else { return .nan }
    let deviation = (values - values.sum() / count) * observed
    switch form {
    case .slope:
      let yearDeviation = (years - (years * observed).sum() / count) * observed
      return (yearDeviation * deviation).sum() / (yearDeviation * yearDeviation).sum() / size
    case .variability:
      return ((deviation * deviation).sum() / (count - 1)).squareRoot() / size
    }
  }
}

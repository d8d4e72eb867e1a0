/// The latest observations of a series, contiguous, the oldest first; NaN is missing.
///
/// Before the series begins everything is missing. Observations are appended to a longer buffer that is moved to its
/// front when it is full.
struct ObservationWindow: SavedState {
  /// The number of observations that are kept.
  let count: Int
  private var buffer: [Double]
  private var start = 0
  /// The observations since the latest missing one, up to `count`.
  private var run = 0

  /// Makes a window in which everything is missing.
  init(count: Int) {
    precondition(count > 0, "a window of \(count) observations")
    self.count = count
    buffer = Array(repeating: .nan, count: count)
    buffer.reserveCapacity(count + Self.slack(count))
  }

  private static func slack(_ count: Int) -> Int { max(16, count / 4) }

  /// Appends an observation; the oldest is forgotten.
  mutating func append(_ value: Double) {
    if buffer.count == count + Self.slack(count) {
      for index in 0..<count { buffer[index] = buffer[start + index] }
      buffer.removeLast(buffer.count - count)
      start = 0
    }
    buffer.append(value)
    start += 1
    run = value.isNaN ? 0 : min(run &+ 1, count)
  }

  /// Makes the latest observation missing.
  mutating func revokeLast() { replaceLast(with: .nan) }

  /// Makes the latest observation another.
  mutating func replaceLast(with value: Double) {
    buffer[buffer.count - 1] = value
    run = value.isNaN ? 0 : Self.run(buffer, upTo: count)
  }

  /// Whether none of the observations is missing.
  var isWhole: Bool { run == count }

  /// The numbers at the end of a buffer.
  private static func run(_ buffer: [Double], upTo count: Int) -> Int {
    buffer.suffix(count).reversed().prefix { !$0.isNaN }.count
  }

  /// The observation some periods before the latest.
  ///
  /// - Precondition: `age` is below `count`.
  subscript(age: Int) -> Double { buffer[buffer.count - 1 - age] }

  /// The observations, the oldest first.
  var values: Span<Double> {
    @_lifetime(borrow self)
    borrowing get { buffer.span.extracting(start..<start + count) }
  }

  /// All but the latest `skip`, `length` of them at most.
  @_lifetime(borrow self)
  func values(skipping skip: Int) -> Span<Double> { buffer.span.extracting(start..<start + count - skip) }

  func save(to writer: inout StateWriter) {
    writer.write(Array(buffer[start..<start + count]))
  }

  init(from reader: inout StateReader) throws(StateError) {
    buffer = try reader.readDoubles()
    count = buffer.count
    guard count > 0 else { throw .mismatch(offset: 0, expected: "a window of one observation or more") }
    run = Self.run(buffer, upTo: count)
  }
}

internal import LinAlg

/// What a column has in the estimation universe: its finite values there, side by side, with their caps and rows.
struct EstimationSample {
  private var valueRoom: [Double] = []
  private var capRoom: [Double] = []
  private var rowRoom: [Int32] = []
  /// All of the universe.
  private var universe = EstimationRows()
  /// Whether every member has a value, so that the caps and rows are the universe's.
  private var isWhole = false
  /// The number of values.
  private(set) var count = 0
  /// The sum of the caps.
  private(set) var totalCap = 0.0

  /// The values, finite, rows ascending.
  var values: Span<Double> {
    @_lifetime(borrow self) get { valueRoom.span.extracting(first: count) }
  }
  /// The cap of each.
  var caps: Span<Double> {
    @_lifetime(borrow self) get { (isWhole ? universe.caps.span : capRoom.span).extracting(first: count) }
  }
  /// The row of each.
  var rows: Span<Int32> {
    @_lifetime(borrow self) get { (isWhole ? universe.rows.span : rowRoom.span).extracting(first: count) }
  }

  /// Makes a sample of nothing.
  init() {}

  /// Gathers a column.
  ///
  /// - Complexity: O(members).
  mutating func gather(_ column: Span<Double>, over universe: EstimationRows) {
    self.universe = universe
    let memberCount = universe.rows.count
    if valueRoom.count < memberCount { valueRoom = Array(repeating: 0, count: memberCount) }
    count = Self.gather(column, universe.rows, into: &valueRoom)
    isWhole = count == memberCount
    guard !isWhole else {
      totalCap = universe.totalCap
      return
    }
    if rowRoom.count < memberCount {
      rowRoom = Array(repeating: 0, count: memberCount)
      capRoom = Array(repeating: 0, count: memberCount)
    }
    Self.gatherMembers(column, universe, into: &capRoom, &rowRoom)
    totalCap = SampleSums.sum(capRoom.span.extracting(first: count))
  }

  /// Winsorizes the values as `cuts` do the column, where these remove none.
  mutating func clip(to cuts: WinsorizationCuts, _ method: Winsorization) {
    let count = count
    var values = valueRoom.mutableSpan
    for index in 0..<count where cuts.changes(values[index]) { values[index] = cuts.apply(values[index], method) }
  }

  /// 1 of a finite number, else 0, without a branch that would be guessed wrong wherever something is missing.
  @inline(__always)
  private static func isFinite(_ value: Double) -> Int {
    let infinity = Double.infinity.bitPattern
    return Int(truncatingIfNeeded: ((value.bitPattern & infinity) &- infinity) &>> 63)
  }

  /// Gathers the values of members that have one; tells how many.
  private static func gather(_ column: Span<Double>, _ members: [Int32], into room: inout [Double]) -> Int {
    let members = members.span
    var values = room.mutableSpan
    if members.count == column.count, copyWhole(column, to: &values) { return column.count }
    var kept = 0
    // Written always and counted where finite, so that nothing has to be guessed.
    for index in members.indices {
      let value = column[Int(members[index])]
      values[kept] = value
      kept &+= isFinite(value)
    }
    return kept
  }

  /// Copies a column of which all rows are members; tells whether all have a value.
  private static func copyWhole(_ column: Span<Double>, to values: inout MutableSpan<Double>) -> Bool {
    var differences = SIMD8<Double>.zero
    var row = 0
    while row &+ 8 <= column.count {
      let entries = column.eight(at: row)
      values.set(entries, at: row)
      // A difference from itself is 0 of a number alone, and what is not stays.
      differences += entries - entries
      row &+= 8
    }
    while row < column.count {
      values[row] = column[row]
      differences[0] += column[row] - column[row]
      row &+= 1
    }
    return differences.sum() == 0
  }

  /// Gathers the caps and rows of members that have a value.
  private static func gatherMembers(
    _ column: Span<Double>, _ universe: EstimationRows, into capRoom: inout [Double], _ rowRoom: inout [Int32]
  ) {
    let (members, memberCaps) = (universe.rows.span, universe.caps.span)
    var caps = capRoom.mutableSpan
    var rows = rowRoom.mutableSpan
    var kept = 0
    for index in members.indices {
      caps[kept] = memberCaps[index]
      rows[kept] = members[index]
      kept &+= isFinite(column[Int(members[index])])
    }
  }
}

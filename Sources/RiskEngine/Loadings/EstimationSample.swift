/// The rows of one date that moments are taken over: members of the estimation universe with a cap.
struct EstimationRows {
  /// The rows, ascending.
  private(set) var rows: [Int32] = []
  /// The cap of each of them.
  private(set) var caps: [Double] = []

  /// Takes in a date.
  mutating func set(caps all: [Double], inEstimation: [Bool]) {
    rows.removeAll(keepingCapacity: true)
    caps.removeAll(keepingCapacity: true)
    // An asset without a cap has no weight in any mean.
    for row in all.indices where inEstimation[row] && all[row] > 0 && all[row] < .infinity {
      rows.append(Int32(row))
      caps.append(all[row])
    }
  }
}

/// What a column has in the estimation universe: its finite values there, side by side, with their caps and rows.
struct EstimationSample {
  private var valueRoom: [Double] = []
  private var capRoom: [Double] = []
  private var rowRoom: [Int32] = []
  /// The number of values.
  private(set) var count = 0

  /// The values, finite, rows ascending.
  var values: Span<Double> {
    @_lifetime(borrow self) get { valueRoom.span.extracting(first: count) }
  }
  /// The cap of each.
  var caps: Span<Double> {
    @_lifetime(borrow self) get { capRoom.span.extracting(first: count) }
  }
  /// The row of each.
  var rows: Span<Int32> {
    @_lifetime(borrow self) get { rowRoom.span.extracting(first: count) }
  }

  /// Gathers a column.
  ///
  /// - Complexity: O(members).
  mutating func gather(_ column: Span<Double>, over universe: EstimationRows) {
    let members = universe.rows.span
    let memberCaps = universe.caps.span
    if valueRoom.count < members.count {
      valueRoom = Array(repeating: 0, count: members.count)
      capRoom = valueRoom
      rowRoom = Array(repeating: 0, count: members.count)
    }
    count = Self.gather(column, members, memberCaps, into: &valueRoom, &capRoom, &rowRoom)
  }

  /// Winsorizes the values as `cuts` do the column, where these remove none.
  mutating func clip(to cuts: WinsorizationCuts, _ method: Winsorization) {
    let count = count
    var values = valueRoom.mutableSpan
    for index in 0..<count where !cuts.keeps(values[index]) { values[index] = cuts.apply(values[index], method) }
  }

  /// 1 of a finite number, else 0, without a branch that would be guessed wrong wherever something is missing.
  @inline(__always)
  private static func isFinite(_ value: Double) -> Int {
    let infinity = Double.infinity.bitPattern
    return Int(truncatingIfNeeded: ((value.bitPattern & infinity) &- infinity) &>> 63)
  }

  private static func gather(
    _ column: Span<Double>, _ members: Span<Int32>, _ memberCaps: Span<Double>, into valueRoom: inout [Double],
    _ capRoom: inout [Double], _ rowRoom: inout [Int32]
  ) -> Int {
    var values = valueRoom.mutableSpan
    var caps = capRoom.mutableSpan
    var rows = rowRoom.mutableSpan
    var kept = 0
    // Written always and counted where finite, so that nothing has to be guessed.
    for index in members.indices {
      let row = members[index]
      let value = column[Int(row)]
      values[kept] = value
      caps[kept] = memberCaps[index]
      rows[kept] = row
      kept &+= isFinite(value)
    }
    return kept
  }
}

/// What a block holds of the assets of one chunk: day after day, and of each group after group of assets side by side.
///
/// A worker's scratch, gathered once for all descriptors, so that a descriptor reads on and on.
struct ChunkSeries: Sendable {
  let dayCount: Int
  /// The entries of one series.
  let stride: Int
  /// Which assets have a row.
  private(set) var isPresent: [LaneMask]
  private(set) var isNewListing: [LaneMask]
  private(set) var isPreviousReturnRevoked: [LaneMask]
  /// Whether any asset's return was revoked.
  private(set) var hasRevocations: [Bool]
  /// Whether the same assets as on the day before have a row, and none is a new listing.
  private(set) var isSteady: [Bool]
  private(set) var totalReturns: [Lanes]
  private(set) var industryReturns: [Lanes]
  /// One series a field, one after the other.
  private(set) var fields: [Lanes]

  /// Makes scratch for chunks of a block.
  init(_ block: SeriesBlock, fieldCount: Int) {
    dayCount = block.dayCount
    stride = block.entryCount
    isPresent = Array(repeating: LaneMask(repeating: false), count: stride)
    isNewListing = isPresent
    isPreviousReturnRevoked = isPresent
    hasRevocations = Array(repeating: false, count: stride)
    isSteady = hasRevocations
    totalReturns = Array(repeating: Lanes(repeating: .nan), count: stride)
    industryReturns = totalReturns
    fields = Array(repeating: Lanes(repeating: .nan), count: fieldCount * stride)
  }

  /// Takes in a chunk; what an asset without a row has is NaN.
  mutating func gather(_ block: SeriesBlock, chunk: Int) {
    let firstGroup = chunk * SeriesBlock.groupsPerChunk
    for day in 0..<dayCount {
      for group in 0..<SeriesBlock.groupsPerChunk { gatherFlags(block, day, firstGroup, group) }
      let rows = block.rows[day]
      let start = day * SeriesBlock.groupsPerChunk
      Self.gather(block.days[day].totalReturns, rows, firstGroup, to: &totalReturns, at: start)
      if !block.industryReturns[day].isEmpty {
        Self.gather(block.industryReturns[day], rows, firstGroup, to: &industryReturns, at: start)
      }
      for field in block.columns[day].indices {
        Self.gather(block.columns[day][field], rows, firstGroup, to: &fields, at: field * stride + start)
      }
    }
  }

  private static func gather(
    _ column: [Double], _ rows: AssetRows, _ firstGroup: Int, to series: inout [Lanes], at start: Int
  ) {
    let column = column.span
    for group in 0..<SeriesBlock.groupsPerChunk {
      series[start + group] = rows.gather(column, of: firstGroup + group)
    }
  }

  private mutating func gatherFlags(_ block: SeriesBlock, _ day: Int, _ firstGroup: Int, _ group: Int) {
    let entry = day * SeriesBlock.groupsPerChunk + group
    let rows = block.rows[day]
    let present = rows.isPresent(firstGroup + group)
    let new = rows.gather(block.days[day].isNewListing, of: firstGroup + group)
    let revoked = rows.gather(block.days[day].isPreviousReturnRevoked, of: firstGroup + group)
    isPresent[entry] = present
    isNewListing[entry] = new
    isPreviousReturnRevoked[entry] = revoked
    hasRevocations[entry] = any(revoked)
    isSteady[entry] = day > 0 && present == isPresent[entry - SeriesBlock.groupsPerChunk] && !any(new)
  }

  /// A day of a group, with the fields of some places, −1 for one that is missing.
  @inline(__always)
  func day(_ entry: Int, riskFreeReturn: Double, marketReturn: Double, places: [Int]) -> LaneDay {
    var values = FieldLanes()
    for (index, place) in places.enumerated() where place >= 0 { values[index] = fields[place &* stride &+ entry] }
    return LaneDay(
      isPresent: isPresent[entry], totalReturn: totalReturns[entry], riskFreeReturn: riskFreeReturn,
      marketReturn: marketReturn, industryReturn: industryReturns[entry],
      isPreviousReturnRevoked: isPreviousReturnRevoked[entry], hasRevocations: hasRevocations[entry], fields: values)
  }
}

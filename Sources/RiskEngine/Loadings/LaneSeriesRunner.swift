/// What is remembered of eight assets that go through their days side by side.
private struct LaneSlot<State: LaneState>: Sendable {
  var state: State
  /// Which of them have a history: from the first row on until they are forgotten.
  var isKnown = LaneMask(repeating: false)
  /// Periods since the last row.
  var absence = SIMD8<Int64>.zero
}

/// Runs a descriptor of lanes of one type, so that its inner loop is compiled for it.
struct LaneSeriesRunner<D: LaneDescriptor>: SeriesRunner {
  private let descriptor: D
  /// By asset code, in chunks of groups.
  private var chunks: [[LaneSlot<D.State>]] = []

  /// Runs a descriptor of which nothing is remembered.
  init(_ descriptor: D) { self.descriptor = descriptor }

  private static func emptyChunk(_ descriptor: D) -> [LaneSlot<D.State>] {
    (0..<SeriesBlock.groupsPerChunk).map { _ in LaneSlot(state: descriptor.initialState()) }
  }

  mutating func takeChunks(_ count: Int) -> [any SeriesChunk] {
    while chunks.count < count { chunks.append(Self.emptyChunk(descriptor)) }
    let taken = chunks.map { LaneChunk(descriptor, $0) }
    chunks = []
    return taken
  }

  mutating func putBack(_ chunks: [any SeriesChunk]) {
    self.chunks = chunks.map { chunk in
      guard let chunk = chunk as? LaneChunk<D> else { preconditionFailure("the chunk of another descriptor") }
      return chunk.take()
    }
  }

  func save(to writer: inout StateWriter) {
    writer.write(chunks.count * SeriesBlock.assetsPerChunk)
    for slot in chunks.joined() {
      for lane in 0..<Lanes.scalarCount {
        writer.write(slot.isKnown[lane])
        guard slot.isKnown[lane] else { continue }
        writer.write(Int(slot.absence[lane]))
        slot.state[lane].save(to: &writer)
      }
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    var chunks: [[LaneSlot<D.State>]] = []
    for asset in 0..<(try reader.readInt(in: 0..<Int(Int32.max), "a number of assets")) {
      let offset = asset % SeriesBlock.assetsPerChunk
      if offset == 0 { chunks.append(Self.emptyChunk(descriptor)) }
      guard try reader.readBool() else { continue }
      let (chunk, group, lane) = (chunks.count - 1, offset / Lanes.scalarCount, offset % Lanes.scalarCount)
      chunks[chunk][group].isKnown[lane] = true
      chunks[chunk][group].absence[lane] = Int64(try reader.readInt())
      chunks[chunk][group].state[lane] = try D.State.Single(from: &reader)
    }
    self.chunks = chunks
  }
}

/// One descriptor's states of a chunk of assets, which one worker at a time has.
private final class LaneChunk<D: LaneDescriptor>: SeriesChunk, @unchecked Sendable {
  private let descriptor: D
  private var slots: [LaneSlot<D.State>]

  init(_ descriptor: D, _ slots: [LaneSlot<D.State>]) {
    self.descriptor = descriptor
    self.slots = slots
  }

  func take() -> [LaneSlot<D.State>] {
    defer { slots = [] }
    return slots
  }

  func run(
    _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int], into values: inout [Lanes], at start: Int
  ) {
    for group in slots.indices {
      Self.run(descriptor, &slots[group], group, series, block, places: places, into: &values, at: start)
    }
  }

  private static func run(
    _ descriptor: D, _ slot: inout LaneSlot<D.State>, _ group: Int, _ series: borrowing ChunkSeries,
    _ block: SeriesBlock, places: [Int], into values: inout [Lanes], at start: Int
  ) {
    // Whether exactly the assets with a row have a history, which lasts while the same ones have rows.
    var isSettled = false
    for day in 0..<series.dayCount {
      let entry = day &* SeriesBlock.groupsPerChunk &+ group
      if !isSettled || !series.isSteady[entry] {
        isSettled = moveOn(&slot, isPresent: series.isPresent[entry], isNew: series.isNewListing[entry])
      }
      let today = series.day(
        entry, riskFreeReturn: block.days[day].riskFreeReturn, marketReturn: block.marketReturns[day], places: places)
      values[start &+ entry] = descriptor.values(&slot.state, today)
    }
  }

  /// Notes who is there, who begins and who is forgotten; tells whether exactly those with a row have a history.
  private static func moveOn(_ slot: inout LaneSlot<D.State>, isPresent: LaneMask, isNew: LaneMask) -> Bool {
    let begins = isPresent .& (isNew .| .!slot.isKnown)
    if any(begins) { slot.state.begin(begins) }
    slot.absence = (slot.absence &+ 1).replacing(with: 0, where: isPresent)
    let isKnown = isPresent .| (slot.isKnown .& (slot.absence .<= Int64(SeriesAbsence.limit)))
    let isForgotten = slot.isKnown .& .!isKnown
    if any(isForgotten) { slot.state.forget(isForgotten) }
    slot.isKnown = isKnown
    return isKnown == isPresent
  }
}

/// What is remembered of eight assets that go through their days side by side.
struct LaneSlot<State: LaneState>: Sendable {
  var state: State
  /// Which of them have a history: from the first row on until they are forgotten.
  var isKnown = LaneMask(repeating: false)
  /// Periods since the last row.
  var absence = SIMD8<Int64>.zero
}

/// A descriptor that goes through the days of eight assets side by side.
struct LaneSeriesWork<D: LaneDescriptor>: ChunkWork {
  let descriptor: D

  func emptyChunk() -> [LaneSlot<D.State>] {
    (0..<SeriesBlock.groupsPerChunk).map { _ in LaneSlot(state: descriptor.initialState()) }
  }

  func save(_ slots: [LaneSlot<D.State>], to writer: inout StateWriter) {
    for slot in slots {
      for lane in 0..<Lanes.scalarCount {
        writer.write(slot.isKnown[lane])
        guard slot.isKnown[lane] else { continue }
        writer.write(Int(slot.absence[lane]))
        slot.state[lane].save(to: &writer)
      }
    }
  }

  func restore(
    _ offset: Int, of slots: inout [LaneSlot<D.State>], from reader: inout StateReader
  ) throws(StateError) {
    let (group, lane) = (offset / Lanes.scalarCount, offset % Lanes.scalarCount)
    slots[group].isKnown[lane] = true
    slots[group].absence[lane] = Int64(try reader.readInt())
    slots[group].state[lane] = try D.State.Single(from: &reader)
  }

  func run(
    _ slots: inout [LaneSlot<D.State>], _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int],
    into values: inout [Lanes], at start: Int
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

/// What is remembered of one asset.
private struct AssetSlot<State: SavedState>: Sendable {
  /// `nil` before its first row and once it is forgotten.
  var state: State?
  /// Periods since the last row.
  var absence: Int32 = 0
}

/// Runs a descriptor of one type, so that its inner loop is compiled for it.
struct AssetSeriesRunner<D: Descriptor>: SeriesRunner {
  private let descriptor: D
  /// By asset code, in chunks.
  private var chunks: [[AssetSlot<D.State>]] = []

  init(_ descriptor: D) { self.descriptor = descriptor }

  mutating func takeChunks(_ count: Int) -> [any SeriesChunk] {
    while chunks.count < count { chunks.append(Array(repeating: AssetSlot(), count: SeriesBlock.assetsPerChunk)) }
    let taken = chunks.map { AssetChunk(descriptor, $0) }
    chunks = []
    return taken
  }

  mutating func putBack(_ chunks: [any SeriesChunk]) {
    self.chunks = chunks.map { chunk in
      guard let chunk = chunk as? AssetChunk<D> else { preconditionFailure("the chunk of another descriptor") }
      return chunk.take()
    }
  }

  func save(to writer: inout StateWriter) {
    writer.write(chunks.count * SeriesBlock.assetsPerChunk)
    for slot in chunks.joined() {
      writer.write(slot.state != nil)
      guard let state = slot.state else { continue }
      writer.write(Int(slot.absence))
      state.save(to: &writer)
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    var chunks: [[AssetSlot<D.State>]] = []
    for asset in 0..<(try reader.readInt(in: 0..<Int(Int32.max), "a number of assets")) {
      if asset % SeriesBlock.assetsPerChunk == 0 { chunks.append([]) }
      var slot = AssetSlot<D.State>()
      if try reader.readBool() {
        slot.absence = Int32(truncatingIfNeeded: try reader.readInt())
        slot.state = try D.State(from: &reader)
      }
      chunks[chunks.count - 1].append(slot)
    }
    self.chunks = chunks
  }
}

/// One descriptor's states of a chunk of assets, which one worker at a time has.
private final class AssetChunk<D: Descriptor>: SeriesChunk, @unchecked Sendable {
  private let descriptor: D
  private var slots: [AssetSlot<D.State>]

  init(_ descriptor: D, _ slots: [AssetSlot<D.State>]) {
    self.descriptor = descriptor
    self.slots = slots
  }

  func take() -> [AssetSlot<D.State>] {
    defer { slots = [] }
    return slots
  }

  func run(
    _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int], into values: inout [Lanes], at start: Int
  ) {
    for offset in slots.indices {
      let (group, lane) = (offset / Lanes.scalarCount, offset % Lanes.scalarCount)
      let entries = stride(from: group, to: series.stride, by: SeriesBlock.groupsPerChunk)
      var isKnown = slots[offset].state != nil
      guard isKnown || entries.contains(where: { series.isPresent[$0][lane] }) else { continue }
      // Taken out for all its days, so that its memory is changed in place.
      var state = slots[offset].state.take() ?? descriptor.initialState()
      var absence = slots[offset].absence
      for (day, entry) in entries.enumerated() {
        var asset = AssetDay(
          isPresent: series.isPresent[entry][lane], riskFreeReturn: block.days[day].riskFreeReturn,
          marketReturn: block.marketReturns[day])
        if asset.isPresent {
          if !isKnown || series.isNewListing[entry][lane] { state = descriptor.initialState() }
          isKnown = true
          absence = 0
          asset.totalReturn = series.totalReturns[entry][lane]
          asset.industryReturn = series.industryReturns[entry][lane]
          asset.isPreviousReturnRevoked = series.isPreviousReturnRevoked[entry][lane]
          for (index, place) in places.enumerated() where place >= 0 {
            asset.values[index] = series.fields[place * series.stride + entry][lane]
          }
          values[start + entry][lane] = descriptor.value(&state, asset)
        } else if isKnown {
          absence += 1
          isKnown = absence <= Int32(SeriesAbsence.limit)
          if isKnown { _ = descriptor.value(&state, asset) }
        }
      }
      slots[offset] = isKnown ? AssetSlot(state: state, absence: absence) : AssetSlot()
    }
  }
}

/// What one descriptor remembers of all assets.
protocol SeriesRunner: Sendable {
  /// Hands out the states, so that each chunk's can be changed in place by the one worker that runs it.
  ///
  /// - Parameter count: the number of chunks of the assets that have codes by now.
  mutating func takeChunks(_ count: Int) -> [any SeriesChunk]
  /// Takes the states back.
  mutating func putBack(_ chunks: [any SeriesChunk])
  /// Writes the states.
  func save(to writer: inout StateWriter)
  /// Reads the states.
  mutating func restore(from reader: inout StateReader) throws(StateError)
}

/// One descriptor's states of a chunk of assets, for the one worker that runs it.
protocol SeriesChunk: AnyObject, Sendable {
  /// Computes the descriptor for the chunk's assets, each through all days.
  ///
  /// - Parameters:
  ///   - series: what the block holds of the assets.
  ///   - places: the places among the gathered fields of the descriptor's, or −1.
  ///   - values: the results, asset after asset and of each day after day; those without a row are not written.
  ///   - start: the place of the first result.
  func run(
    _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int], into values: inout [Double], at start: Int)
}

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
  /// Periods without a row after which an asset is forgotten.
  private static var absenceLimit: Int32 { 20 }

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
    _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int], into values: inout [Double], at start: Int
  ) {
    let descriptor = descriptor
    let dayCount = series.dayCount
    let rows = series.rows.span
    let isNewListing = series.isNewListing.span
    let isRevoked = series.isPreviousReturnRevoked.span
    let totalReturns = series.totalReturns.span
    let industryReturns = series.industryReturns.span
    let fields = series.fields.span
    let marketReturns = block.marketReturns.span
    let riskFreeReturns = block.days.map(\.riskFreeReturn)
    for offset in slots.indices {
      let entries = offset * dayCount..<(offset + 1) * dayCount
      var isKnown = slots[offset].state != nil
      guard isKnown || entries.contains(where: { rows[$0] >= 0 }) else { continue }
      // Taken out for all its days, so that its memory is changed in place.
      var state = slots[offset].state.take() ?? descriptor.initialState()
      var absence = slots[offset].absence
      for day in 0..<dayCount {
        let entry = entries.lowerBound + day
        var asset = AssetDay(
          isPresent: rows[entry] >= 0, riskFreeReturn: riskFreeReturns[day], marketReturn: marketReturns[day])
        if asset.isPresent {
          if !isKnown || isNewListing[entry] { state = descriptor.initialState() }
          isKnown = true
          absence = 0
          asset.totalReturn = totalReturns[entry]
          asset.industryReturn = industryReturns[entry]
          asset.isPreviousReturnRevoked = isRevoked[entry]
          for (index, place) in places.enumerated() where place >= 0 {
            asset.values[index] = fields[place * series.stride + entry]
          }
          values[start + entry] = descriptor.value(&state, asset)
        } else if isKnown {
          absence += 1
          isKnown = absence <= Self.absenceLimit
          if isKnown { _ = descriptor.value(&state, asset) }
        }
      }
      slots[offset] = isKnown ? AssetSlot(state: state, absence: absence) : AssetSlot()
    }
  }
}

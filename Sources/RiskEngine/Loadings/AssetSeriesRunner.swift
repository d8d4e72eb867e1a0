/// Runs one descriptor over a block of days, asset after asset.
protocol SeriesRunner: Sendable {
  /// Takes in a block.
  ///
  /// - Returns: for each day the values, in the order of the day's rows.
  mutating func advance(_ block: SeriesBlock, workers: Int) -> [[Double]]
  /// Writes the states.
  func save(to writer: inout StateWriter)
  /// Reads the states.
  mutating func restore(from reader: inout StateReader) throws(StateError)
}

/// A block of days as descriptors see it.
struct SeriesBlock: Sendable {
  var days: [MarketDay]
  /// For each day, by asset code: its row, or −1.
  var rowOfAsset: [[Int32]]
  var marketReturns: [Double]
  /// For each day and row; empty where there are no industries.
  var industryReturns: [[Double]]
  /// For each day the columns of the fields that any descriptor asks for.
  var columns: [[[Double]]]
  /// The places among `columns` of this descriptor's fields, or −1.
  var places: [Int] = []
  var assetCount: Int
}

/// Runs a descriptor of one type, so that its inner loop is compiled for it.
struct AssetSeriesRunner<D: Descriptor>: SeriesRunner {
  /// Periods without a row after which an asset is forgotten.
  private static var absenceLimit: Int32 { 20 }
  /// Assets that a worker takes at a time.
  private static var assetsPerChunk: Int { 32 }

  let descriptor: D
  /// By asset code.
  private var states: [Slot] = []

  private struct Slot: Sendable {
    var state: D.State?
    /// Periods since the last row.
    var absence: Int32 = 0
  }

  init(_ descriptor: D) { self.descriptor = descriptor }

  mutating func advance(_ block: SeriesBlock, workers: Int) -> [[Double]] {
    if states.count < block.assetCount {
      states += Array(repeating: Slot(), count: block.assetCount - states.count)
    }
    let chunkCount = (states.count + Self.assetsPerChunk - 1) / Self.assetsPerChunk
    // Each chunk owns its assets' states while it runs, so that they are changed in place.
    var chunks: [[Slot]] = []
    chunks.reserveCapacity(chunkCount)
    for chunk in 0..<chunkCount {
      let start = chunk * Self.assetsPerChunk
      let end = min(start + Self.assetsPerChunk, states.count)
      chunks.append(Array(states[start..<end]))
    }
    states = []
    let descriptor = descriptor
    let boxes = chunks.map { ChunkBox($0) }
    chunks = []
    let results = concurrentMap(count: chunkCount, workers: workers) { chunk in
      boxes[chunk].run(descriptor, block, firstAsset: chunk * Self.assetsPerChunk)
    }
    for box in boxes { states += box.take() }
    var values = block.days.map { [Double](repeating: .nan, count: $0.count) }
    for (chunk, result) in results.enumerated() {
      var place = 0
      for offset in 0..<result.assetCount {
        let asset = chunk * Self.assetsPerChunk + offset
        for day in block.days.indices {
          let row = asset < block.rowOfAsset[day].count ? block.rowOfAsset[day][asset] : -1
          if row >= 0 { values[day][Int(row)] = result.values[place] }
          place += 1
        }
      }
    }
    return values
  }

  /// The states of some assets, for the one worker that runs them.
  private final class ChunkBox: @unchecked Sendable {
    private var slots: [Slot]

    init(_ slots: [Slot]) { self.slots = slots }

    func take() -> [Slot] {
      defer { slots = [] }
      return slots
    }

    /// The values of the chunk's assets, asset after asset and within one day after day.
    func run(_ descriptor: D, _ block: SeriesBlock, firstAsset: Int) -> (assetCount: Int, values: [Double]) {
      let dayCount = block.days.count
      var values = [Double](repeating: .nan, count: slots.count * dayCount)
      for offset in slots.indices {
        let asset = firstAsset + offset
        for day in 0..<dayCount {
          let rows = block.rowOfAsset[day]
          let row = asset < rows.count ? Int(rows[asset]) : -1
          if row < 0 {
            guard slots[offset].state != nil else { continue }
            slots[offset].absence += 1
            if slots[offset].absence > AssetSeriesRunner.absenceLimit {
              slots[offset] = Slot()
              continue
            }
          } else {
            if slots[offset].state == nil || block.days[day].isNewListing[row] {
              slots[offset].state = descriptor.initialState()
            }
            slots[offset].absence = 0
          }
          values[offset * dayCount + day] = step(descriptor, block, &slots[offset].state, day: day, row: row)
        }
      }
      return (slots.count, values)
    }

    @inline(__always)
    private func step(
      _ descriptor: D, _ block: SeriesBlock, _ state: inout D.State?, day: Int, row: Int
    ) -> Double {
      let market = block.days[day]
      var asset = AssetDay(
        isPresent: row >= 0, riskFreeReturn: market.riskFreeReturn, marketReturn: block.marketReturns[day])
      if row >= 0 {
        asset.totalReturn = market.totalReturns[row]
        asset.isPreviousReturnRevoked = market.isPreviousReturnRevoked[row]
        if !block.industryReturns[day].isEmpty { asset.industryReturn = block.industryReturns[day][row] }
        for (place, column) in block.places.enumerated() where column >= 0 {
          asset.values[place] = block.columns[day][column][row]
        }
      }
      guard var current = state else { return .nan }
      // Moved out and back, so that its memory is changed in place.
      state = nil
      let value = descriptor.value(&current, asset)
      state = current
      return value
    }
  }

  func save(to writer: inout StateWriter) {
    writer.write(states.count)
    for slot in states {
      writer.write(slot.state != nil)
      guard let state = slot.state else { continue }
      writer.write(Int(slot.absence))
      state.save(to: &writer)
    }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    states = []
    for _ in 0..<(try reader.readInt()) {
      guard try reader.readBool() else {
        states.append(Slot())
        continue
      }
      let absence = Int32(truncatingIfNeeded: try reader.readInt())
      states.append(Slot(state: try D.State(from: &reader), absence: absence))
    }
  }
}

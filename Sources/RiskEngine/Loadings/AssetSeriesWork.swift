/// What is remembered of one asset.
struct AssetSlot<State: SavedState>: Sendable {
  /// `nil` before its first row and once it is forgotten.
  var state: State?
  /// Periods since the last row.
  var absence: Int32 = 0
}

/// A descriptor that goes through the days of one asset after the other.
struct AssetSeriesWork<D: Descriptor>: ChunkWork {
  let descriptor: D

  func emptyChunk() -> [AssetSlot<D.State>] { Array(repeating: AssetSlot(), count: SeriesBlock.assetsPerChunk) }

  func save(_ slots: [AssetSlot<D.State>], to writer: inout StateWriter) {
    for slot in slots {
      writer.write(slot.state != nil)
      guard let state = slot.state else { continue }
      writer.write(Int(slot.absence))
      state.save(to: &writer)
    }
  }

  func restore(
    _ offset: Int, of slots: inout [AssetSlot<D.State>], from reader: inout StateReader
  ) throws(StateError) {
    let absence = Int32(truncatingIfNeeded: try reader.readInt())
    slots[offset] = AssetSlot(state: try D.State(from: &reader), absence: absence)
  }

  func run(
    _ slots: inout [AssetSlot<D.State>], _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int],
    into values: inout [Lanes], at start: Int
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

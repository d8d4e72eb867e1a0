/// How one descriptor goes through the days of a chunk of assets, and what it remembers of them.
protocol ChunkWork: Sendable {
  /// What is remembered of one asset, or of some that go side by side.
  associatedtype Slot: Sendable

  /// The slots of a chunk of which nothing is remembered.
  func emptyChunk() -> [Slot]
  /// Computes the descriptor; as `SeriesChunk.run`.
  func run(
    _ slots: inout [Slot], _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int],
    into values: inout [Lanes], at start: Int)
  /// Writes, for each asset of a chunk, whether it is known, and then what is remembered of it.
  func save(_ slots: [Slot], to writer: inout StateWriter)
  /// Reads what is remembered of a known asset.
  func restore(_ offset: Int, of slots: inout [Slot], from reader: inout StateReader) throws(StateError)
}

/// Runs a descriptor's work of one type, so that its inner loop is compiled for it.
struct ChunkedSeriesRunner<Work: ChunkWork>: SeriesRunner {
  private let work: Work
  /// By asset code, in chunks.
  private var chunks: [[Work.Slot]] = []

  /// Runs work of which nothing is remembered.
  init(_ work: Work) { self.work = work }

  mutating func takeChunks(_ count: Int) -> [any SeriesChunk] {
    while chunks.count < count { chunks.append(work.emptyChunk()) }
    let taken = chunks.map { HeldChunk(work, $0) }
    chunks = []
    return taken
  }

  mutating func putBack(_ chunks: [any SeriesChunk]) {
    self.chunks = chunks.map { chunk in
      guard let chunk = chunk as? HeldChunk<Work> else { preconditionFailure("the chunk of another descriptor") }
      return chunk.take()
    }
  }

  func save(to writer: inout StateWriter) {
    writer.write(chunks.count * SeriesBlock.assetsPerChunk)
    for chunk in chunks { work.save(chunk, to: &writer) }
  }

  mutating func restore(from reader: inout StateReader) throws(StateError) {
    var chunks: [[Work.Slot]] = []
    for asset in 0..<(try reader.readInt(in: 0..<Int(Int32.max), "a number of assets")) {
      let offset = asset % SeriesBlock.assetsPerChunk
      if offset == 0 { chunks.append(work.emptyChunk()) }
      if try reader.readBool() { try work.restore(offset, of: &chunks[chunks.count - 1], from: &reader) }
    }
    self.chunks = chunks
  }
}

/// One descriptor's states of a chunk of assets, which one worker at a time has.
private final class HeldChunk<Work: ChunkWork>: SeriesChunk, @unchecked Sendable {
  private let work: Work
  private var slots: [Work.Slot]

  init(_ work: Work, _ slots: [Work.Slot]) {
    self.work = work
    self.slots = slots
  }

  func take() -> [Work.Slot] {
    defer { slots = [] }
    return slots
  }

  func run(
    _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int], into values: inout [Lanes], at start: Int
  ) {
    work.run(&slots, series, block, places: places, into: &values, at: start)
  }
}

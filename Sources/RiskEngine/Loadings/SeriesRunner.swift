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
  ///   - values: the results, in the order of `series`; those without a row are not asked for.
  ///   - start: the place of the first result.
  func run(
    _ series: borrowing ChunkSeries, _ block: SeriesBlock, places: [Int], into values: inout [Lanes], at start: Int)
}

/// How long an asset is remembered.
enum SeriesAbsence {
  /// Periods without a row after which an asset is forgotten.
  static let limit = 20
}

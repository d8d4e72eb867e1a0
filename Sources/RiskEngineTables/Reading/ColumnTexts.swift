import Synchronization

/// The texts of an identifier column so far, in the order in which they first appeared.
///
/// Shared by a reader, which adds to it, and its batches, which look back at it.
final class ColumnTexts: Sendable {
  private let texts = Mutex<[String]>([])

  /// Adds texts and gives how many there are now.
  func append(_ news: [String]) -> Int {
    texts.withLock { texts in
      texts.append(contentsOf: news)
      return texts.count
    }
  }

  /// The texts with some positions.
  subscript(positions: Range<Int>) -> ArraySlice<String> { texts.withLock { $0[positions] } }
}

/// The texts that a batch and those before it have.
struct ColumnTextsSoFar {
  var texts: ColumnTexts
  var count: Int
}

public import RiskEngine

/// A table of a model: segments whose rows, one after the other, are its rows.
///
/// The dates of segments ascend and do not overlap. The names of their files ascend too, so that programs which read
/// a folder in the order of names see the rows in order.
public struct ModelTable: Hashable, Sendable, Codable {
  /// The number of segments above which a table is to be compacted.
  public static let segmentLimit = 64

  /// The name of the table and of its folder.
  public var name: String
  /// The segments in the order of their rows.
  public var segments: [ModelSegment]

  /// The number of rows.
  public var rowCount: Int { segments.reduce(0) { $0 + $1.rowCount } }

  /// The last date that the table covers; `nil` where it has no segments, or no dates.
  public var lastDate: CalendarDate? { segments.last?.dates?.upperBound }

  /// The segments at the end that are better one segment; `nil` while there are not too many.
  ///
  /// They are the longest tail whose first segment has no more rows than the rest of it. So a long history is not
  /// written again for the sake of a few days: over all compactions a row is rewritten O(log n) times for n rows.
  ///
  /// - Complexity: O(number of segments).
  public var compactionRange: Range<Int>? {
    guard segments.count > Self.segmentLimit else { return nil }
    var rest = rowCount
    for (index, segment) in segments.enumerated() {
      rest -= segment.rowCount
      if segment.rowCount <= rest, index < segments.count - 1 { return index..<segments.count }
    }
    return nil
  }
}

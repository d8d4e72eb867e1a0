/// A segment that is being written and that no table has yet.
public struct PendingSegment: Hashable, Sendable {
  /// Where to write it; its folder is there and the file is not.
  public let path: String
  /// The table that it is for.
  public let table: String
  let number: Int
  let fileExtension: String
}

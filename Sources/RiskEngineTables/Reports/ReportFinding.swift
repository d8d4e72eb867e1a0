/// What a reader of a report has to know first: that something is well, or what needs attention.
public struct ReportFinding: Sendable, Codable, Hashable {
  /// How much it matters.
  public enum Level: String, Sendable, Codable, Hashable {
    /// The model is not to be used before it is looked into.
    case alarm
    /// To be looked into.
    case attention
    /// As it should be.
    case good
  }

  /// How much it matters.
  public var level: Level
  /// What was found, in words.
  public var text: String
  /// The part of the report that shows it.
  public var section: String
}

/// What a finding does.
public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Counted only.
  case info
  /// The value is kept.
  case warn
  /// The value is dropped: set missing.
  case error
  /// The run stops.
  case fatal

  /// Whether the left one is milder.
  public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warn: 1
    case .error: 2
    case .fatal: 3
    }
  }
}

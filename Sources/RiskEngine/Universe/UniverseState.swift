/// Where an asset stands on its way into and out of the estimation universe.
public enum UniverseState: String, Hashable, Sendable, CaseIterable {
  /// Not a member, and fails some rule.
  case out
  /// Not a member, and satisfies every rule.
  case pending
  /// A member that satisfies no `leave` threshold.
  case member = "in"
  /// A member that satisfies some `leave` threshold.
  case grace

  /// Whether it is a member.
  public var isMember: Bool { self == .member || self == .grace }
}

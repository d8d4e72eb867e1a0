/// Who is in the universe at the close of one date.
///
/// Arrays have one entry a row of the market's day, in its order.
public struct UniverseDay: Hashable, Sendable {
  /// The date.
  public var date: CalendarDate
  /// Whether each row is in the coverage universe: the assets that get loadings, idio risk and forecasts.
  public var inCoverage: [Bool] = []
  /// Whether each row is in the estimation universe, which is part of the coverage universe.
  public var inEstimation: [Bool] = []
  /// Where each row stands.
  public var states: [UniverseState] = []
  /// The assets that became members, in the order of the rows.
  public var adds: [Int32] = []
  /// The members that left, ascending by the bytes of their ids; also those without a row.
  public var drops: [UniverseDrop] = []
  /// How the rows become members.
  public var funnel = UniverseFunnel()
  /// Whether members could come and go for any reason.
  public var isChangeDate = false
  /// Whether there are fewer members than `minimum_names` asks for.
  public var isBelowMinimumNames = false
  /// The rows whose free float is not known, which are ranked by their whole cap.
  public var assumedFullFloat = 0
  /// The rows whose column of members is missing or says neither yes nor no; they count as outside.
  public var missingFlags = 0
}

/// A member that left.
public struct UniverseDrop: Hashable, Sendable {
  /// The asset.
  public var asset: Int32
  /// Why.
  public var reason: Reason

  /// Names an asset and why it left.
  public init(asset: Int32, reason: Reason) {
    self.asset = asset
    self.reason = reason
  }

  /// Why a member leaves.
  public enum Reason: Hashable, Sendable {
    /// The grace period is over; the rule is the first whose `leave` threshold is satisfied on the last day.
    case left(UniverseRule)
    /// The asset is not covered any more, at once.
    case uncovered(UniverseRule)
    /// The asset has had no row for too long, at once.
    case absent
    /// The asset's history begins anew, at once.
    case relisted
  }
}

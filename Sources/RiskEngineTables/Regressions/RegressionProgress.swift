public import RiskEngine

/// How far a regression of a panel file has come.
public struct RegressionProgress: Sendable {
  /// The number of periods regressed.
  public var periodCount: Int
  /// The last of them.
  public var date: CalendarDate?
}

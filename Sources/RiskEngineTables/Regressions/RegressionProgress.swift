public import RiskEngine

/// How far a regression of a panel file has come.
public struct RegressionProgress: Sendable {
  /// The number of periods regressed.
  public var periodCount: Int
  /// The last of them.
  public var date: CalendarDate?
  /// While idio variances are iterated the number of passes done; `nil` once they are there.
  public var passCount: Int?
}

/// How often a factor's t-statistics of single periods are large.
public struct SignificanceShare: Hashable, Sendable {
  /// The share of normal t-statistics without merit whose magnitude is above 2.
  public static let expected = 0.045_500_263_896_358_4

  /// The number of t-statistics.
  public let count: Int
  /// The share whose magnitude is above 2; `nan` of none.
  public let share: Double
  /// The standard error of a share of `expected`; `nan` of none.
  public let expectedError: Double

  /// Counts t-statistics; `nan` is a missing one.
  public init(_ tStatistics: [Double]) {
    let observed = tStatistics.filter { !$0.isNaN }
    count = observed.count
    guard count > 0 else {
      share = .nan
      expectedError = .nan
      return
    }
    share = Double(observed.count { abs($0) > 2 }) / Double(count)
    expectedError = (Self.expected * (1 - Self.expected) / Double(count)).squareRoot()
  }
}

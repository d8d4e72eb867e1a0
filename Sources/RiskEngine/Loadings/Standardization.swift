/// How a column is centred and scaled over the estimation universe.
///
/// A cap-weighted mean of 0 makes a portfolio that is weighted like the market neutral; an equal-weighted standard
/// deviation of 1 keeps the largest assets from setting the scale (Menchero, Orr and Wang, 2011). Deviations are taken
/// from the equal-weighted mean, over the count less one.
public struct Standardization: Hashable, Sendable {
  /// The weights of a mean.
  public enum Mean: String, Hashable, Sendable, CaseIterable {
    /// By market capitalization.
    case cap
    /// Equal.
    case equal
  }

  /// The fewest values that moments are taken of.
  public static let leastValues = 10

  /// The weights of the mean that becomes 0.
  public var mean = Mean.cap
  /// The group within whose labels it is done, a place among the groups, or `nil` for the whole universe.
  ///
  /// A label of fewer than `leastValues` members takes the moments of the whole universe.
  public var group: Int?

  /// Sets how.
  public init(mean: Mean = .cap, group: Int? = nil) {
    self.mean = mean
    self.group = group
  }
}

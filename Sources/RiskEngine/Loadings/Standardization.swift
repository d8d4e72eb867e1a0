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

/// Mean and scale of a column.
struct ColumnMoments {
  /// What becomes 0.
  var mean = 0.0
  /// What becomes 1.
  var scale = 1.0

  /// The moments over the rows of a sample, or `nil` where there are too few or they do not vary.
  ///
  /// - Parameters:
  ///   - rows: the rows of the sample, ascending; their values are finite.
  ///   - caps: the weights of the mean, or `nil` for equal ones.
  init?(_ values: [Double], rows: some Collection<Int32>, caps: [Double]?) {
    guard rows.count >= Standardization.leastValues else { return nil }
    var sum = 0.0
    var weighted = 0.0
    var weight = 0.0
    var largest = 0.0
    for row in rows {
      let value = values[Int(row)]
      sum += value
      largest = max(largest, abs(value))
      if let caps {
        weighted += caps[Int(row)] * value
        weight += caps[Int(row)]
      }
    }
    let count = Double(rows.count)
    let equal = sum / count
    var squares = 0.0
    for row in rows {
      let deviation = values[Int(row)] - equal
      squares += deviation * deviation
    }
    scale = (squares / (count - 1)).squareRoot()
    guard scale >= 1e-12 * largest, scale > 0 else { return nil }
    mean = caps == nil ? equal : weight > 0 ? weighted / weight : equal
  }
}

/// The descriptors of one date.
public struct DescriptorDay: Sendable {
  /// The date.
  public var date: CalendarDate
  /// One column a descriptor, in the order of the requests: its value in each row of the market's day, or NaN.
  public var values: [[Double]]
  /// The market's simple excess return over the period that ends at the date, or NaN.
  public var marketReturn: Double
  /// The number of assets that the market's return is of.
  public var marketCount: Int
}

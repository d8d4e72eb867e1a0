/// What was known of a market at the close of one date, after every check.
///
/// One row is one asset; rows ascend by the bytes of the assets' ids. Nothing in it was known later than the close.
public struct MarketDay: Sendable {
  /// The code of a missing label.
  public static let missingLabel: Int32 = -1

  /// The date.
  public let date: CalendarDate
  /// The asset of each row, a code of the market's asset table.
  public var assets: [Int32]
  /// For each field of numbers of the schema its value in each row, in the field's own unit; NaN is missing.
  public var numbers: [[Double]]
  /// For each field of labels of the schema its code in each row, of that field's table.
  public var labels: [[Int32]]
  /// The simple total return over the period that ends at the close, as a fraction; NaN is missing.
  public var totalReturns: [Double]
  /// The number of trading days that the return spans: 1, or more after a gap.
  public var returnSpans: [Int32]
  /// The risk-free simple return over the same period, known at its start; 0 where there is none.
  public var riskFreeReturn: Double
  /// Whether the asset's history begins anew: its first row, or its first after it was taken to have left.
  public var isNewListing: [Bool]
  /// Whether the return of the asset's row at the date before proved wrong today, so that histories drop it.
  public var isPreviousReturnRevoked: [Bool]

  /// Makes a day.
  ///
  /// - Precondition: every column has one entry an asset.
  public init(
    date: CalendarDate, assets: [Int32], numbers: [[Double]], labels: [[Int32]], totalReturns: [Double],
    returnSpans: [Int32]? = nil, riskFreeReturn: Double = 0, isNewListing: [Bool]? = nil,
    isPreviousReturnRevoked: [Bool]? = nil
  ) {
    let count = assets.count
    precondition(numbers.allSatisfy { $0.count == count } && labels.allSatisfy { $0.count == count })
    precondition(totalReturns.count == count && returnSpans?.count ?? count == count)
    self.date = date
    self.assets = assets
    self.numbers = numbers
    self.labels = labels
    self.totalReturns = totalReturns
    self.returnSpans = returnSpans ?? Array(repeating: 1, count: count)
    self.riskFreeReturn = riskFreeReturn
    self.isNewListing = isNewListing ?? Array(repeating: false, count: count)
    self.isPreviousReturnRevoked = isPreviousReturnRevoked ?? Array(repeating: false, count: count)
  }

  /// The number of assets.
  public var count: Int { assets.count }
}

/// The columns that every date of a market has.
public struct MarketSchema: Hashable, Sendable {
  /// The fields, in the order of `MarketDay.values`.
  public var fields: [MarketField]
  /// The names of the categorical groups, in the order of `MarketDay.labels`.
  public var groups: [String]

  /// Makes a schema.
  ///
  /// - Precondition: no field and no group occurs twice.
  public init(fields: [MarketField], groups: [String]) {
    precondition(Set(fields).count == fields.count, "a field twice among \(fields)")
    precondition(Set(groups).count == groups.count, "a group twice among \(groups)")
    self.fields = fields
    self.groups = groups
  }

  /// The place of a field among `fields`, or `nil`.
  public func place(of field: MarketField) -> Int? { fields.firstIndex(of: field) }
}

/// One date of a market, cleaned: what was known of each asset at its close.
///
/// What ingestion gives and every later stage reads. Rows are in ascending order of the assets' bytes.
public struct MarketDay: Sendable {
  /// The code of a missing label.
  public static let missingLabel: Int32 = -1

  /// The date.
  public var date: CalendarDate
  /// The asset of each row, a code of the market's asset table; ascending by the bytes of their texts.
  public var assets: [Int32]
  /// For each field of the schema one number a row; `nan` where it is missing.
  public var values: [[Double]]
  /// For each group of the schema one label a row, a code of that group's table; `missingLabel` where it is
  /// missing.
  public var labels: [[Int32]]
  /// The risk-free return over the period that ends at the date, as a fraction; 0 where there is none.
  public var riskFreeReturn: Double

  /// Makes a date.
  ///
  /// - Precondition: every column has one entry an asset.
  public init(
    date: CalendarDate, assets: [Int32], values: [[Double]], labels: [[Int32]], riskFreeReturn: Double = 0
  ) {
    precondition(values.allSatisfy { $0.count == assets.count }, "columns of \(date) differ in length")
    precondition(labels.allSatisfy { $0.count == assets.count }, "columns of \(date) differ in length")
    self.date = date
    self.assets = assets
    self.values = values
    self.labels = labels
    self.riskFreeReturn = riskFreeReturn
  }

  /// The number of rows.
  public var rowCount: Int { assets.count }
}

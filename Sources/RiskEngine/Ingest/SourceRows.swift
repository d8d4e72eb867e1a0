/// The columns of a vendor's table, under the engine's names.
public struct SourceSchema: Hashable, Sendable {
  /// Whether rows belong to assets.
  public var hasAssets: Bool
  /// The columns of numbers.
  public var numbers: [FieldName]
  /// The columns of labels.
  public var labels: [FieldName]
  /// The columns of dates, beside the one that orders the rows.
  public var dates: [FieldName]

  /// Names the columns.
  public init(hasAssets: Bool = true, numbers: [FieldName], labels: [FieldName] = [], dates: [FieldName] = []) {
    self.hasAssets = hasAssets
    self.numbers = numbers
    self.labels = labels
    self.dates = dates
  }
}

/// Some rows of a vendor's table as columns, in the order in which they arrived.
public struct SourceRows: Sendable {
  /// The date that stands for a missing one.
  public static let missingDate = CalendarDate(daysSinceEpoch: .min)
  /// The code of a missing asset or label.
  public static let missingCode: Int32 = -1

  /// The date by which rows are ordered: of the row, or on which it became known.
  public var dates: [CalendarDate] = []
  /// The asset of each row, a code of the market's table; empty where rows belong to no asset.
  public var assets: [Int32] = []
  /// For each column of numbers its values; NaN is missing.
  public var numbers: [[Double]]
  /// For each column of labels its codes, of that field's table.
  public var labels: [[Int32]]
  /// For each further column of dates its values.
  public var furtherDates: [[CalendarDate]]

  /// Makes no rows, with the columns of a schema.
  public init(schema: SourceSchema) {
    numbers = Array(repeating: [], count: schema.numbers.count)
    labels = Array(repeating: [], count: schema.labels.count)
    furtherDates = Array(repeating: [], count: schema.dates.count)
  }

  /// The number of rows.
  public var count: Int { dates.count }
}

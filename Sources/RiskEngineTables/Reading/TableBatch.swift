public import RiskEngine

/// Some consecutive rows of a table.
///
/// A value like any other: it can be kept, and used by several threads at once. Columns are named as they were
/// requested; asking for one that was not requested as that kind, or that the file lacks, is a mistake of the
/// caller and stops the program (`TableReader.has(_:)` tells).
public struct TableBatch: Sendable {
  /// The date that stands for a missing one; no calendar reaches it.
  public static let missingDate = CalendarDate(daysSinceEpoch: .min)
  /// The code of a missing identifier.
  public static let missingIdentifier: Int32 = -1

  /// The position in the file of the first row, from 0.
  public let firstRow: Int
  /// The number of rows, at least 1.
  public let rowCount: Int

  private let storage: ArrowBatch
  private let layout: BatchLayout

  init(storage: ArrowBatch, layout: BatchLayout) {
    self.storage = storage
    self.layout = layout
    firstRow = storage.firstRow
    rowCount = storage.rowCount
  }

  /// The number of missing values of a column.
  ///
  /// - Complexity: O(1).
  public func missingCount(_ column: String, as kind: ColumnKind) -> Int {
    storage.missingCount(layout.position(of: column, as: kind))
  }

  /// The number of infinite values of a column of numbers.
  ///
  /// - Complexity: O(1).
  public func infiniteCount(_ column: String) -> Int {
    storage.infiniteCount(layout.position(of: column, as: .number))
  }

  // MARK: In place

  /// A column of numbers; missing is NaN, and infinities are as in the file.
  ///
  /// - Complexity: O(1): nothing is copied.
  @_lifetime(borrow self)
  public func numberSpan(_ column: String) -> Span<Double> {
    storage.numbers(layout.position(of: column, as: .number))
  }

  /// A column of dates; missing is `missingDate`.
  ///
  /// - Complexity: O(1): nothing is copied.
  @_lifetime(borrow self)
  public func dateSpan(_ column: String) -> Span<CalendarDate> {
    storage.dates(layout.position(of: column, as: .date))
  }

  // MARK: Copies

  /// A column of numbers; missing is NaN, and infinities are as in the file.
  ///
  /// - Complexity: O(`rowCount`), a copy of memory.
  public func numbers(_ column: String) -> [Double] {
    var numbers: [Double] = []
    appendNumbers(column, to: &numbers)
    return numbers
  }

  /// Appends a column of numbers to an array, or some rows of it.
  ///
  /// - Complexity: O(rows), a copy of memory.
  public func appendNumbers(_ column: String, rows: Range<Int>? = nil, to numbers: inout [Double]) {
    storage.appendNumbers(layout.position(of: column, as: .number), rows: rows ?? 0..<rowCount, to: &numbers)
  }

  /// A column of dates; missing is `missingDate`.
  ///
  /// - Complexity: O(`rowCount`), a copy of memory.
  public func dates(_ column: String) -> [CalendarDate] {
    var dates: [CalendarDate] = []
    appendDates(column, to: &dates)
    return dates
  }

  /// Appends a column of dates to an array.
  ///
  /// - Complexity: O(`rowCount`), a copy of memory.
  public func appendDates(_ column: String, to dates: inout [CalendarDate]) {
    storage.appendDates(layout.position(of: column, as: .date), to: &dates)
  }

  /// A column of booleans.
  ///
  /// - Parameter replacement: what stands for a missing value; `missingCount(_:as:)` tells whether there are any.
  /// - Complexity: O(`rowCount`).
  public func booleans(_ column: String, missingAs replacement: Bool) -> [Bool] {
    var booleans: [Bool] = []
    appendBooleans(column, missingAs: replacement, to: &booleans)
    return booleans
  }

  /// Appends a column of booleans to an array.
  ///
  /// - Parameter replacement: what stands for a missing value.
  /// - Complexity: O(`rowCount`).
  public func appendBooleans(_ column: String, missingAs replacement: Bool, to booleans: inout [Bool]) {
    storage.appendBooleans(
      layout.position(of: column, as: .boolean), missingAs: replacement, to: &booleans)
  }

  /// A column of identifiers as codes of a table, which gets those that are new; missing is `missingIdentifier`.
  ///
  /// - Parameters:
  ///   - translation: what is known of this column of this file; a fresh one for the first batch.
  ///   - table: the texts and their codes; the same one for every batch.
  /// - Complexity: O(`rowCount`), a look-up in an array a row; a hash only for each identifier that is new.
  public func identifiers(
    _ column: String, through translation: inout IdentifierTranslation, into table: inout IdentifierTable
  ) -> [Int32] {
    var codes: [Int32] = []
    appendIdentifiers(column, through: &translation, into: &table, to: &codes)
    return codes
  }

  /// Appends a column of identifiers to an array, as codes of a table.
  ///
  /// - Complexity: as `identifiers(_:through:into:)`.
  public func appendIdentifiers(
    _ column: String, through translation: inout IdentifierTranslation, into table: inout IdentifierTable,
    to codes: inout [Int32]
  ) {
    let position = layout.position(of: column, as: .identifier)
    translation.extend(with: storage.texts(position), into: &table)
    storage.appendCodes(position, translated: translation.codes, to: &codes)
  }
}

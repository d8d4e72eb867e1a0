import ArrowShim
import RiskEngine

/// Rows decoded by the Arrow library, in its memory.
///
/// Nothing in it changes once it is made.
@safe final class ArrowBatch: @unchecked Sendable {
  let rowCount: Int
  let firstRow: Int
  private let handle: OpaquePointer
  private let columns: [ashim_column]
  private let textsSoFar: [ColumnTextsSoFar]

  /// Takes over a batch, and adds its new identifiers to the texts of their columns.
  init(handle: OpaquePointer, texts: [ColumnTexts]) {
    unsafe self.handle = handle
    rowCount = unsafe Int(ashim_batch_row_count(handle))
    firstRow = unsafe Int(ashim_batch_first_row(handle))
    let columns = unsafe texts.indices.map { unsafe ashim_batch_column(handle, Int32($0)) }
    unsafe self.columns = columns
    textsSoFar = texts.indices.map { index in
      let count = texts[index].append(unsafe Self.newTexts(columns[index]))
      return ColumnTextsSoFar(texts: texts[index], count: count)
    }
  }

  deinit { unsafe ashim_batch_release(handle) }

  func missingCount(_ column: Int) -> Int { unsafe Int(columns[column].missing_count) }

  func infiniteCount(_ column: Int) -> Int { unsafe Int(columns[column].infinite_count) }

  func texts(_ column: Int) -> ColumnTextsSoFar { textsSoFar[column] }

  // MARK: In place

  @_lifetime(borrow self)
  func numbers(_ column: Int) -> Span<Double> {
    let span = unsafe Span(_unsafeElements: values(column, as: Double.self))
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  @_lifetime(borrow self)
  func dates(_ column: Int) -> Span<CalendarDate> {
    let span = unsafe Span(_unsafeElements: values(column, as: CalendarDate.self))
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  // MARK: Copies

  func appendNumbers(_ column: Int, rows: Range<Int>, to numbers: inout [Double]) {
    unsafe numbers.append(contentsOf: UnsafeBufferPointer(rebasing: values(column, as: Double.self)[rows]))
  }

  func appendDates(_ column: Int, to dates: inout [CalendarDate]) {
    unsafe dates.append(contentsOf: values(column, as: CalendarDate.self))
  }

  func appendBooleans(_ column: Int, missingAs replacement: Bool, to booleans: inout [Bool]) {
    let bytes = unsafe values(column, as: UInt8.self)
    unsafe booleans.append(contentsOf: bytes.lazy.map { $0 <= 1 ? $0 == 1 : replacement })
  }

  /// - Parameter translation: the code of each of the column's own codes, after that of a missing one.
  func appendCodes(_ column: Int, translated translation: [Int32], to codes: inout [Int32]) {
    let own = unsafe values(column, as: Int32.self)
    let start = codes.count
    codes.append(contentsOf: repeatElement(0, count: rowCount))
    unsafe translation.withUnsafeBufferPointer { translation in
      unsafe codes.withUnsafeMutableBufferPointer { codes in
        let target = unsafe UnsafeMutableBufferPointer(rebasing: codes[start...])
        for row in 0..<own.count { unsafe target[row] = translation[Int(own[row]) + 1] }
      }
    }
  }

  // MARK: Memory

  /// The values of a column; valid as long as the batch.
  private func values<Value>(_ column: Int, as type: Value.Type) -> UnsafeBufferPointer<Value> {
    let start = unsafe columns[column].values?.assumingMemoryBound(to: type)
    return unsafe UnsafeBufferPointer(start: start, count: rowCount)
  }

  private static func newTexts(_ column: ashim_column) -> [String] {
    let count = unsafe Int(column.new_text_count)
    guard count > 0 else { return [] }
    let ends = unsafe UnsafeBufferPointer(start: column.new_text_ends, count: count)
    let bytes = unsafe UnsafeRawBufferPointer(start: column.new_text_bytes, count: Int(ends[count - 1]))
    var start = 0
    return unsafe ends.map { end in
      defer { start = Int(end) }
      return unsafe String(decoding: bytes[start..<Int(end)], as: UTF8.self)
    }
  }
}

import ArrowShim
import RiskEngine

/// A file being written by the Arrow library.
@safe final class ArrowWriter: @unchecked Sendable {
  private let handle: OpaquePointer
  private let columns: [OutputColumn]
  /// How many of the texts of each column the library has.
  private var knownTexts: [Int]
  private var isClosed = false

  init(
    path: String, format: TableFormat, compression: TableCompression, rowsPerGroup: Int?, columns: [OutputColumn]
  ) throws(ArrowFailure) {
    let options = ashim_write_options(
      format: format.arrowFormat, compression: compression.arrowCompression, rows_per_group: Int64(rowsPerGroup ?? 0))
    let names = Self.NulTerminated(columns.map(\.name))
    let outputs = unsafe columns.indices.map { index in
      unsafe ashim_output_column(
        name: names[index], kind: columns[index].kind.arrowKind, storage: columns[index].kind.arrowStorage)
    }
    var writer: OpaquePointer?
    unsafe try ArrowFailure.check { error in
      unsafe ashim_writer_open(path, options, outputs, Int32(outputs.count), &writer, error)
    }
    guard let writer = unsafe writer else { preconditionFailure("a writer that opened without a handle") }
    unsafe handle = writer
    self.columns = columns
    knownTexts = columns.map { _ in 0 }
  }

  deinit { unsafe ashim_writer_release(handle) }

  func append(_ values: [OutputValues], rowCount: Int) throws(ArrowFailure) {
    precondition(!isClosed, "rows for a writer that is closed")
    for (column, values) in values.enumerated() {
      if case .identifiers(let codes, let table) = values {
        try addTexts(of: table, column: column)
        precondition(codes.allSatisfy { $0 >= -1 && Int($0) < table.count }, "a code that its table does not have")
      }
    }
    let block = ColumnBlock(values)
    unsafe try ArrowFailure.check { error in
      unsafe ashim_writer_append(handle, Int64(rowCount), block.pointers, error)
    }
  }

  func close() throws(ArrowFailure) {
    precondition(!isClosed, "a writer closed twice")
    isClosed = true
    unsafe try ArrowFailure.check { error in unsafe ashim_writer_close(handle, error) }
  }

  /// Passes on the texts that a table has got since the last time.
  private func addTexts(of table: IdentifierTable, column: Int) throws(ArrowFailure) {
    let known = knownTexts[column]
    precondition(table.count >= known, "column '\(columns[column].name)' got codes of another table than before")
    guard table.count > known else { return }
    var bytes: [CChar] = []
    var ends: [Int64] = []
    for text in table.texts[known...] {
      precondition(
        columns[column].kind.canStore(text), "identifier '\(text)' in a column '\(columns[column].name)' of integers")
      bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
      ends.append(Int64(bytes.count))
    }
    knownTexts[column] = table.count
    unsafe try ArrowFailure.check { error in
      unsafe ashim_writer_add_texts(handle, Int32(column), bytes, ends, Int64(ends.count), error)
    }
  }

  /// A copy of some columns that stays where it is: a table may have more columns than calls can be nested.
  @safe private final class ColumnBlock {
    private let columns: [UnsafeMutableRawBufferPointer]

    init(_ values: [OutputValues]) {
      unsafe columns = values.map { values in
        switch values {
        case .dates(let values): unsafe values.withUnsafeBytes { unsafe Self.copy($0) }
        case .numbers(let values): unsafe values.withUnsafeBytes { unsafe Self.copy($0) }
        case .int32(let values): unsafe values.withUnsafeBytes { unsafe Self.copy($0) }
        case .int64(let values): unsafe values.withUnsafeBytes { unsafe Self.copy($0) }
        case .booleans(let values): unsafe values.withUnsafeBytes { unsafe Self.copy($0) }
        case .identifiers(let codes, _): unsafe codes.withUnsafeBytes { unsafe Self.copy($0) }
        }
      }
    }

    deinit { for index in unsafe columns.indices { unsafe columns[index].deallocate() } }

    var pointers: [UnsafeRawPointer?] { unsafe columns.map { UnsafeRawPointer($0.baseAddress) } }

    private static func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer {
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
      unsafe copy.copyMemory(from: bytes)
      return unsafe copy
    }
  }

  /// Texts as the boundary wants them.
  @safe private final class NulTerminated {
    private let texts: [UnsafeMutableBufferPointer<CChar>]

    init(_ texts: [String]) {
      unsafe self.texts = texts.map { text in
        let bytes = text.utf8CString
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
        _ = unsafe copy.initialize(from: bytes)
        return unsafe copy
      }
    }

    deinit { for index in unsafe texts.indices { unsafe texts[index].deallocate() } }

    subscript(index: Int) -> UnsafePointer<CChar>? { unsafe UnsafePointer(texts[index].baseAddress) }
  }
}

extension OutputColumn.Kind {
  fileprivate var arrowKind: ashim_kind {
    switch self {
    case .date: ASHIM_DATE
    case .number: ASHIM_NUMBER
    case .int32: ASHIM_INT32
    case .int64: ASHIM_INT64
    case .boolean: ASHIM_BOOLEAN
    case .identifier: ASHIM_IDENTIFIER
    }
  }

  fileprivate var arrowStorage: ashim_storage {
    if case .identifier(let storage) = self { storage.arrowStorage } else { ASHIM_TEXT }
  }

  /// Whether a text can be written as what the column stores.
  fileprivate func canStore(_ text: String) -> Bool {
    guard case .identifier(let storage) = self else { return true }
    return switch storage {
    case .text: true
    case .int8: Int8(text) != nil
    case .int16: Int16(text) != nil
    case .int32: Int32(text) != nil
    case .int64: Int64(text) != nil
    case .uint8: UInt8(text) != nil
    case .uint16: UInt16(text) != nil
    case .uint32: UInt32(text) != nil
    case .uint64: UInt64(text) != nil
    }
  }
}

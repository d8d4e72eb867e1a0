internal import RiskEngine
import Synchronization

/// Some columns of one table file, in batches of rows, in the order of the file.
///
/// Threads of its own decode a few batches ahead of their use, so memory is bounded by the size of a batch and never
/// by the file, and the columns that were not asked for are not read.
///
/// ```swift
/// let reader = try TableReader(
///   path: "panel.parquet", columns: [.init("date", .date), .init("asset", .identifier), .init("ret", .number)])
/// var assets = IdentifierTable()
/// var assetCodes = IdentifierTranslation()
/// while let batch = try reader.next() {
///   let dates = batch.dates("date")
///   let codes = batch.identifiers("asset", through: &assetCodes, into: &assets)
///   let returns = batch.numbers("ret")
/// }
/// ```
public final class TableReader: Sendable {
  /// The file.
  public let path: String
  /// The format of the file.
  public let format: TableFormat
  /// All columns of the file, in their order.
  public let columnNames: [String]
  /// The requests whose columns the file has.
  public let columns: [ColumnRequest]
  /// The rows of the file, where it says so itself: Parquet does.
  public let rowCount: Int?

  private let layout: BatchLayout
  private let stream: Mutex<ArrowReader>
  private let identifierStorages: [ColumnRequest: IdentifierStorage]

  /// Opens a file and begins to read columns of it.
  ///
  /// - Parameters:
  ///   - path: the file; the end of its name tells the format.
  ///   - columns: what to read. The same request twice counts once.
  /// - Throws: what is wrong with the file, as far as its metadata tell; what is wrong with the values comes from
  ///   `next()`.
  public init(
    path: String, columns: [ColumnRequest], options: TableReadOptions = TableReadOptions()
  ) throws(TableError) {
    guard let (format, compression) = TableFormat.formatAndCompression(ofPath: path) else {
      throw .unknownFormat(path: path)
    }
    let file: ArrowFile
    do {
      file = try ArrowFile(path: path, format: format, compression: compression, options: options)
    } catch {
      throw TableError(error, path: path, format: format, columns: [])
    }
    self.path = path
    self.format = format
    columnNames = file.columnNames
    rowCount = file.rowCount
    let positions = try Self.positions(of: columns, among: file.columnNames, path: path)
    let present = positions.map(\.request)
    self.columns = present
    layout = BatchLayout(columns: present)
    do {
      let reader = try ArrowReader(file: file, columns: positions.map { ($0.position, $0.request.kind) })
      let identifiers = present.enumerated().filter { $0.element.kind == .identifier }
      identifierStorages = Dictionary(
        uniqueKeysWithValues: identifiers.map { ($0.element, reader.identifierStorage(of: $0.offset)) })
      stream = Mutex(reader)
    } catch {
      throw TableError(error, path: path, format: format, columns: present)
    }
  }

  /// The next rows, or `nil` after the last; waits until they are decoded.
  ///
  /// A table without rows gives no batch. After an error there is nothing more to read.
  ///
  /// - Throws: what is wrong with the values, naming the row, the column and the text.
  public func next() throws(TableError) -> TableBatch? {
    let result = stream.withLock { (reader) -> Result<ArrowBatch?, ArrowFailure> in
      do throws(ArrowFailure) { return .success(try reader.next()) } catch { return .failure(error) }
    }
    switch result {
    case .success(let batch): return batch.map { TableBatch(storage: $0, layout: layout) }
    case .failure(let failure): throw TableError(failure, path: path, format: format, columns: columns)
    }
  }

  /// Whether the file has a column that was requested, by its name.
  public func has(_ column: String) -> Bool { columns.contains { $0.name == column } }

  /// What the identifiers of a column are in the file.
  ///
  /// - Precondition: the file has the column, and it was requested as identifiers.
  public func identifierStorage(of column: String) -> IdentifierStorage {
    guard let storage = identifierStorages.first(where: { $0.key.name == column })?.value else {
      preconditionFailure("column '\(column)' was not requested as identifiers, or is not in the file")
    }
    return storage
  }

  /// The most bytes that were allocated for columns at one time, so far.
  public var peakBytes: Int { stream.withLock { $0.peakBytes } }

  /// Where the requested columns are in the file.
  private static func positions(
    of columns: [ColumnRequest], among names: [String], path: String
  ) throws(TableError) -> [(request: ColumnRequest, position: Int)] {
    var positions: [(request: ColumnRequest, position: Int)] = []
    for request in columns {
      if positions.contains(where: { $0.request.name == request.name && $0.request.kind == request.kind }) { continue }
      guard let position = names.firstIndex(of: request.name) else {
        guard request.isRequired else { continue }
        throw .unknownColumn(
          path: path, column: request.name, nearest: NearestName.find(request.name, among: names), available: names)
      }
      guard names.lastIndex(of: request.name) == position else {
        throw .duplicateColumn(path: path, column: request.name)
      }
      positions.append((request, position))
    }
    return positions
  }
}

import ArrowFixtures
import Foundation

/// A table of any Arrow types, given as texts.
struct FixtureTable {
  struct Failure: Error { var message: String }

  struct Column {
    var name: String
    /// Such as `int16`, `decimal128`, `timestamp[ms, UTC]` or `dictionary<int8, string>`.
    var type: String
    var texts: [String?]

    init(_ name: String, _ type: String, _ texts: [String?]) {
      self.name = name
      self.type = type
      self.texts = texts
    }
  }

  enum Format: String, CaseIterable, Sendable {
    case parquet
    case file
    case stream

    /// How a file of the format is named.
    var ending: String { self == .parquet ? "parquet" : self == .file ? "feather" : "arrows" }
  }

  var columns: [Column]

  /// Writes the table and gives the path.
  func write(
    to folder: TemporaryFolder, as format: Format = .parquet, rowsPerGroup: Int = 1 << 20, name: String = "fixture"
  ) throws -> String {
    let path = folder.path("\(name).\(format.ending)")
    // The texts live until the end: nothing else points at them.
    var kept: [UnsafeMutablePointer<CChar>] = unsafe []
    defer { for index in unsafe kept.indices { unsafe free(kept[index]) } }
    func keep(_ text: String) -> UnsafePointer<CChar>? {
      guard let copy = unsafe strdup(text) else { return nil }
      unsafe kept.append(copy)
      return unsafe UnsafePointer(copy)
    }
    var tables: [UnsafeMutableBufferPointer<UnsafePointer<CChar>?>] = unsafe []
    defer { for index in unsafe tables.indices { unsafe tables[index].deallocate() } }
    let outputs = unsafe columns.map { column in
      let table = UnsafeMutableBufferPointer<UnsafePointer<CChar>?>.allocate(capacity: max(column.texts.count, 1))
      unsafe table.initialize(repeating: nil)
      for (row, text) in column.texts.enumerated() { unsafe table[row] = unsafe text.flatMap { unsafe keep($0) } }
      unsafe tables.append(table)
      return unsafe fixture_column(
        name: keep(column.name), type: keep(column.type), texts: UnsafePointer(table.baseAddress))
    }
    let message = unsafe fixture_write(
      path, format.rawValue, outputs, Int32(outputs.count), Int64(columns.first?.texts.count ?? 0),
      Int64(rowsPerGroup))
    if let message = unsafe message { throw unsafe Failure(message: String(cString: message)) }
    return path
  }
}

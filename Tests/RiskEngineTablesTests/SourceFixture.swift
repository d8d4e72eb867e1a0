import Foundation
import RiskEngine
import RiskEngineTables

/// Rows of a source as texts, so that what was read compares with what was written.
struct ReadRows: Equatable {
  /// One line a row: the ordering date, the asset, then every field by the bytes of its name within its sort.
  var lines: [String] = []
  /// The number of rows of each slice.
  var sliceSizes: [Int] = []

  init() {}

  /// Reads a source to its end, date after date.
  init(_ reader: SourceReader, _ identifiers: SharedIdentifiers) throws {
    while let slice = try reader.nextDay() { append(slice, reader.profile.schema, identifiers.tables) }
  }

  mutating func append(_ slice: SourceSlice, _ schema: SourceSchema, _ tables: MarketIdentifiers) {
    sliceSizes.append(slice.range.count)
    let rows = slice.rows
    for row in slice.range {
      var parts = [rows.dates[row].description]
      if schema.hasAssets { parts.append(rows.assets[row] < 0 ? "-" : tables.assets[rows.assets[row]]) }
      for column in rows.numbers { parts.append(column[row].isNaN ? "-" : "\(column[row])") }
      for (field, column) in zip(schema.labels, rows.labels) {
        parts.append(tables.text(of: column[row], in: field) ?? "-")
      }
      for column in rows.furtherDates {
        parts.append(column[row] == SourceRows.missingDate ? "-" : column[row].description)
      }
      lines.append(parts.joined(separator: " "))
    }
  }
}

/// What is written of a daily table: some assets on some dates, in any order.
struct DailyRow: Hashable {
  var date: CalendarDate
  var asset: Int
  /// Numbers that no two rows share.
  var close: Double { Double(Int(date.daysSinceEpoch) * 1000 + asset) / 8 }
  var industry: String? { asset % 7 == 0 ? nil : "industry \(asset % 3)" }

  /// How `ReadRows` tells of the row.
  var line: String { "\(date) asset \(asset) \(close) \(industry ?? "-")" }

  /// All rows of a block of dates, by date and asset.
  static func block(dates: Int, assets: Int, from first: Int = 19_000) -> [DailyRow] {
    (0..<dates).flatMap { date in
      (0..<assets).map { DailyRow(date: CalendarDate(daysSinceEpoch: Int32(first + date)), asset: $0) }
    }
  }

  /// Writes rows as a table of any format, with columns named as a vendor might.
  static func write(
    _ rows: [DailyRow], to path: String, rowsPerGroup: Int = 1000
  ) throws {
    let writer = try TableWriter(
      path: path,
      columns: [.init("day", .date), .text("id"), .init("px", .number), .init("noise", .number), .text("sector")],
      options: .init(rowsPerGroup: rowsPerGroup))
    var assets = IdentifierTable()
    var sectors = IdentifierTable()
    for start in stride(from: 0, to: rows.count, by: 4096) {
      let part = rows[start..<min(start + 4096, rows.count)]
      let codes = part.map { assets.code(for: "asset \($0.asset)") }
      let labels = part.map { $0.industry.map { sectors.code(for: $0) } ?? -1 }
      try writer.append([
        .dates(part.map(\.date)), .identifiers(codes, of: assets), .numbers(part.map(\.close)),
        .numbers(part.map { -$0.close }), .identifiers(labels, of: sectors),
      ])
    }
    try writer.close()
  }

  /// The description that fits.
  static func source(_ paths: [String], folder: String = ".") -> SourceDescription {
    SourceDescription(
      name: "vendor", kind: .daily, paths: paths, folder: folder,
      columns: [.date: "day", .asset: "id", .close: "px", .industry: "sector"])
  }
}

extension SourceDescription {
  /// Reads all of the source.
  func readAll(options: PanelFile.Options = .init(threads: 2)) throws -> (rows: ReadRows, reader: SourceReader) {
    let identifiers = SharedIdentifiers()
    let reader = try SourceReader(self, identifiers: identifiers, options: options)
    return (try ReadRows(reader, identifiers), reader)
  }

  /// What is wrong with the source, or `nil` where it can be read to its end.
  func error() -> SourceError? {
    do {
      _ = try readAll()
      return nil
    } catch let error as SourceError {
      return error
    } catch {
      fatalError("\(error)")
    }
  }
}

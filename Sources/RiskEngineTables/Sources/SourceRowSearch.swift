public import RiskEngine

/// Where a row of a source is, for messages.
public struct SourcePlace: Hashable, Sendable {
  /// The file.
  public var path: String
  /// The row of the file, from 1.
  public var row: Int
}

extension SourceReader {
  /// Where the rows of an asset with an ordering date are, file after file; found by reading the files once more.
  ///
  /// - Parameters:
  ///   - date: the date by which rows are ordered.
  ///   - asset: the asset's id in the files; `nil` for all rows of the date.
  ///   - limit: how many places are enough.
  /// - Throws: `SourceError`.
  /// - Complexity: O(rows); columns of dates and assets alone are read where the format allows it.
  public func places(
    date: CalendarDate, asset: String?, limit: Int = .max
  ) throws(SourceError) -> [SourcePlace] {
    var found: [SourcePlace] = []
    let identifiers = SharedIdentifiers()
    for file in files {
      let rows = rowReader([file], identifiers, .keys)
      var first = 1
      while let batch = try rows.next() {
        let code = asset.flatMap { identifiers.tables.assets.existingCode(of: $0) }
        for row in batch.dates.indices where batch.dates[row] == date {
          if asset != nil {
            guard let code, !batch.assets.isEmpty, batch.assets[row] == code else { continue }
          }
          found.append(SourcePlace(path: file.path, row: first + row))
          if found.count >= limit { return found }
        }
        first += batch.count
      }
    }
    return found
  }
}

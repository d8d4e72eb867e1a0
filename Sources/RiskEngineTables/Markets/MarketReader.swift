internal import Foundation
public import RiskEngine

/// All sources of a market, date after date.
public final class MarketReader {
  /// The sources.
  public let readers: [SourceReader]
  /// The codes' texts.
  public let identifiers: SharedIdentifiers
  /// The dates that sources with one row a date and asset have, ascending.
  public let dates: [CalendarDate]
  private var position = 0

  /// Opens sources.
  ///
  /// - Parameter identifiers: texts that have codes already.
  /// - Throws: `SourceError`.
  public init(
    _ sources: [SourceDescription], identifiers known: MarketIdentifiers = MarketIdentifiers(),
    options: PanelFile.Options = PanelFile.Options()
  ) throws(SourceError) {
    let identifiers = SharedIdentifiers(known)
    var readers: [SourceReader] = []
    for source in sources { readers.append(try SourceReader(source, identifiers: identifiers, options: options)) }
    self.readers = readers
    self.identifiers = identifiers
    var all: Set<CalendarDate> = []
    for reader in readers where [.daily, .prices, .shares, .returns].contains(reader.source.kind) {
      all.formUnion(reader.dates)
    }
    dates = all.sorted()
  }

  /// The files of all sources.
  public var paths: [String] { readers.flatMap(\.paths) }
  /// The rows of all sources.
  public var rowCount: Int { readers.reduce(0) { $0 + $1.rowCount } }

  /// For each source the rows that are dated after the last date; to be asked for after the last date was given.
  ///
  /// - Throws: `SourceError`.
  func rowsAfterLastDate() throws(SourceError) -> [SourceSlice] {
    var slices: [SourceSlice] = []
    for reader in readers { slices.append(try reader.rows(upTo: CalendarDate(daysSinceEpoch: .max))) }
    return slices
  }

  /// The next dates with their rows, at most so many; none after the last.
  ///
  /// - Throws: `SourceError`.
  public func next(_ count: Int) throws(SourceError) -> [(date: CalendarDate, slices: [SourceSlice])] {
    var block: [(date: CalendarDate, slices: [SourceSlice])] = []
    while block.count < count, position < dates.count {
      var slices: [SourceSlice] = []
      for reader in readers { slices.append(try reader.rows(upTo: dates[position])) }
      block.append((dates[position], slices))
      position += 1
    }
    return block
  }
}

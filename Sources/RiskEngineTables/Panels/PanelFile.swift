internal import Foundation
public import RiskEngine

/// A panel in a file, as cross-sections in date order.
///
/// A file in date order streams: memory is a few batches of rows and the last `lag` dates. Any other order is
/// noticed on the way and sorted, with the same results.
public final class PanelFile {
  /// How the rows lay in the file.
  public enum RowOrder: String, Sendable {
    /// By date: read as it came.
    case byDate = "by date"
    /// Not by date: sorted in memory.
    case sortedInMemory = "sorted in memory"
    /// Not by date: sorted by way of temporary files.
    case sortedExternally = "sorted externally"
  }

  /// How a panel file is read.
  public struct Options: Sendable {
    /// The threads that decode; `nil` for as many as the machine runs at once.
    public var threads: Int?
    /// The most bytes of rows that are held to sort them.
    public var memoryLimit: Int
    /// Where rows that are sorted outside memory are written.
    public var temporaryFolder: String

    /// Makes options; 512 MB of rows are sorted in memory by default.
    public init(threads: Int? = nil, memoryLimit: Int = 512 << 20, temporaryFolder: String? = nil) {
      self.threads = threads
      self.memoryLimit = memoryLimit
      self.temporaryFolder = temporaryFolder ?? NSTemporaryDirectory()
    }
  }

  /// The file.
  public let path: String
  /// The columns.
  public let columns: PanelColumns
  private let options: Options
  private let memberships: [String: MembershipTable]
  private let lag: Int
  private let precision: LoadingColumns.Precision
  private let isSorting: Bool
  private let days: any DayReader<PanelRows, PanelFileError>
  private let rows: PanelRowReader
  private var assembler: PanelAssembler
  /// The number of dates read.
  public private(set) var dateCount = 0
  /// How the rows lay in the file, as far as is known.
  public let order: RowOrder

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - isSorting: whether the rows are known not to be in date order.
  /// - Throws: `PanelFileError`.
  public init(
    path: String, columns: PanelColumns, lag: Int, precision: LoadingColumns.Precision = .float64,
    isSorting: Bool = false, options: Options = Options()
  ) throws(PanelFileError) {
    self.path = path
    self.columns = columns
    self.options = options
    self.lag = lag
    self.precision = precision
    self.isSorting = isSorting
    var assets = IdentifierTable()
    var labels = columns.groups.map { _ in IdentifierTable() }
    var memberships = [String: MembershipTable]()
    for (index, group) in columns.groups.enumerated() {
      guard let file = columns.memberships[group] else { continue }
      memberships[group] = try MembershipFile(path: file, group: group, columns: columns).read(
        assets: &assets, labels: &labels[index])
    }
    self.memberships = memberships
    let readOptions = TableReadOptions(threads: options.threads)
    rows = try PanelRowReader(
      path: path, columns: columns, isSharing: !isSorting, assets: assets, labels: labels, options: readOptions)
    if isSorting {
      let runs: DateRuns
      do {
        runs = try DateRuns(path: path, column: columns.date, options: readOptions)
      } catch {
        throw .table(error)
      }
      let sorted = try SpilledDayReader(
        source: rows, runs: runs, memoryLimit: options.memoryLimit,
        temporaryFolder: options.temporaryFolder)
      order = sorted.isExternal ? .sortedExternally : .sortedInMemory
      days = sorted
    } else {
      order = .byDate
      days = OrderedDayReader(rows)
    }
    assembler = PanelAssembler(
      schema: columns.schema, lag: lag, precision: precision, memberships: memberships)
  }

  /// The asset ids met so far.
  public var assets: IdentifierTable { rows.assets }
  /// For each group the labels met so far.
  public var labels: [IdentifierTable] { rows.labels }
  /// What the assets are in the file.
  public var assetStorage: IdentifierStorage { rows.assetStorage }
  /// The number of rows read.
  public var rowCount: Int { rows.rowCount }
  /// The number of rows whose universe flag is missing, taken to be outside the universe.
  public var missingUniverseCount: Int { rows.missingUniverseCount }
  /// Whether the rows turned out not to be in date order; the file must then be opened again, to be sorted.
  public var mustBeSorted: Bool { (days as? OrderedDayReader<PanelRowReader>)?.isOutOfOrder ?? false }

  /// The next cross-section, or `nil` after the last, or where `mustBeSorted`.
  ///
  /// - Throws: `PanelFileError`.
  public func next() throws(PanelFileError) -> CrossSection? {
    while let day = try days.nextDay() {
      dateCount += 1
      do throws(PanelError) {
        let section = try assembler.append(day.rows, in: day.range, assets: rows.assets, labels: rows.labels)
        if let section { return section }
      } catch {
        throw .panel(path: path, error: error, rows: rowNumbers(of: error))
      }
    }
    guard !mustBeSorted else { return nil }
    if dateCount == 0 { throw .panel(path: path, error: .noRows, rows: []) }
    if dateCount <= lag {
      throw .panel(path: path, error: .tooFewDates(count: dateCount, lag: lag), rows: [])
    }
    return nil
  }

  /// The rows of the file, from 1, that an error is about: found by reading the file once more.
  private func rowNumbers(of error: PanelError) -> [Int] {
    switch error {
    case .duplicateRow(let date, let asset), .infiniteValue(_, let date, let asset),
      .negativeValue(_, let date, let asset, _):
      return (try? RowSearch(path: path, columns: columns).rows(date: date, asset: asset)) ?? []
    case .labelsDifferInCaseOrBlanks(let group, let first, let second):
      let search = RowSearch(path: path, columns: columns)
      return [first, second].compactMap { try? search.firstRow(group: group, label: $0) }.sorted()
    case .blankLabel(let group):
      return [try? RowSearch(path: path, columns: columns).firstBlankRow(group: group)].compactMap(\.self)
    case .datesNotAscending, .badMembership, .noRows, .tooFewDates: return []
    }
  }
}

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
  private let firstDate: CalendarDate?
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
  public convenience init(
    path: String, columns: PanelColumns, lag: Int, precision: LoadingColumns.Precision = .float64,
    isSorting: Bool = false, options: Options = Options()
  ) throws(PanelFileError) {
    try self.init(
      paths: [path], columns: columns, lag: lag, precision: precision, isSorting: isSorting, options: options)
  }

  /// Opens files that hold the rows of one panel, the later dates in the later files.
  ///
  /// - Parameters:
  ///   - paths: the files, at least one; several only of a panel in date order.
  ///   - assets: asset ids that have codes already.
  ///   - labels: for each group labels that have codes already; empty for none.
  ///   - firstDate: the date before which rows are passed over.
  /// - Throws: `PanelFileError`.
  init(
    paths: [String], columns: PanelColumns, lag: Int, precision: LoadingColumns.Precision = .float64,
    isSorting: Bool = false, options: Options = Options(), assets known: IdentifierTable = IdentifierTable(),
    labels knownLabels: [IdentifierTable] = [], issuers: IdentifierTable = IdentifierTable(),
    from firstDate: CalendarDate? = nil
  ) throws(PanelFileError) {
    precondition(paths.count == 1 || !isSorting, "several files to be sorted")
    let path = paths[0]
    self.path = path
    self.firstDate = firstDate
    self.columns = columns
    self.options = options
    self.lag = lag
    self.precision = precision
    self.isSorting = isSorting
    var assets = known
    var labels = knownLabels.isEmpty ? columns.groups.map { _ in IdentifierTable() } : knownLabels
    var memberships = [String: MembershipTable]()
    for (index, group) in columns.groups.enumerated() {
      guard let file = columns.memberships[group] else { continue }
      memberships[group] = try MembershipFile(path: file, group: group, columns: columns).read(
        assets: &assets, labels: &labels[index])
    }
    self.memberships = memberships
    let readOptions = TableReadOptions(threads: options.threads)
    rows = try PanelRowReader(
      paths: paths, columns: columns, isSharing: !isSorting, assets: assets, labels: labels, issuers: issuers,
      options: readOptions)
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
  /// The issuers met so far.
  public var issuers: IdentifierTable { rows.issuers }
  /// What the assets are in the file.
  public var assetStorage: IdentifierStorage { rows.assetStorage }
  /// The number of rows read.
  public var rowCount: Int { rows.rowCount }
  /// The number of rows whose universe flag is missing, taken to be outside the universe.
  public var missingUniverseCount: Int { rows.missingUniverseCount }
  /// Whether the rows turned out not to be in date order; the file must then be opened again, to be sorted.
  public var mustBeSorted: Bool { (days as? OrderedDayReader<PanelRowReader>)?.isOutOfOrder ?? false }

  /// A date of a panel.
  public struct Day: Sendable {
    /// The cross-section of the period that ends there; `nil` of the first `lag` dates.
    public var section: CrossSection?
    /// What is known at its close.
    public var snapshot: CrossSection
    /// The rows of the date.
    var rows: DayRows<PanelRows>

    /// The return of each asset over the period that ends at the date, by asset code; NaN where it is missing.
    public func returns(assetCount: Int) -> [Double] {
      var returns = [Double](repeating: .nan, count: assetCount)
      for row in rows.range { returns[Int(rows.rows.assets[row])] = rows.rows.returns[row] }
      return returns
    }
  }

  /// The next cross-section, or `nil` after the last, or where `mustBeSorted`.
  ///
  /// - Throws: `PanelFileError`.
  public func next() throws(PanelFileError) -> CrossSection? {
    while let day = try nextRows() {
      if let section = try append(day) { return section }
    }
    try requireDates()
    return nil
  }

  /// The next date, or `nil` after the last, or where `mustBeSorted`.
  ///
  /// - Throws: `PanelFileError`.
  public func nextDay() throws(PanelFileError) -> Day? {
    guard let day = try nextRows() else {
      try requireDates()
      return nil
    }
    let section = try append(day)
    guard let snapshot = assembler.snapshot() else { preconditionFailure("a date without rows") }
    return Day(section: section, snapshot: snapshot, rows: day)
  }

  /// The rows of the next date that is not passed over, once they are checked.
  ///
  /// - Throws: `PanelFileError`.
  func nextRowsOfDate() throws(PanelFileError) -> DayRows<PanelRows>? {
    guard let day = try nextRows() else {
      try requireDates()
      return nil
    }
    dateCount += 1
    do throws(PanelError) {
      try assembler.check(day.rows, in: day.range, assets: rows.assets, labels: rows.labels)
    } catch {
      throw .panel(path: path, error: error, rows: rowNumbers(of: error))
    }
    return day
  }

  /// The rows of the next date that is not passed over.
  private func nextRows() throws(PanelFileError) -> DayRows<PanelRows>? {
    while let day = try days.nextDay() {
      guard let firstDate, day.rows.dates[day.range.lowerBound] < firstDate else { return day }
    }
    return nil
  }

  private func append(_ day: DayRows<PanelRows>) throws(PanelFileError) -> CrossSection? {
    dateCount += 1
    do throws(PanelError) {
      return try assembler.append(day.rows, in: day.range, assets: rows.assets, labels: rows.labels)
    } catch {
      throw .panel(path: path, error: error, rows: rowNumbers(of: error))
    }
  }

  /// Refuses a panel that ended too early.
  private func requireDates() throws(PanelFileError) {
    guard !mustBeSorted else { return }
    if dateCount == 0 { throw .panel(path: path, error: .noRows, rows: []) }
    if dateCount <= lag {
      throw .panel(path: path, error: .tooFewDates(count: dateCount, lag: lag), rows: [])
    }
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

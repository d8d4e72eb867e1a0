internal import RiskEngine

/// The cross-sections of a panel's files, read again for each pass, or kept where they are few.
final class PanelSource: CrossSectionSource {
  /// The bytes of cross-sections that are kept in memory between passes.
  static let keptBytes = 1 << 30

  let columns: PanelColumns
  private let open: () throws -> PanelFile
  private let lastDate: CalendarDate
  private let check: (_ pass: Int) throws -> Void
  private var passCount = 0
  private var kept: [(block: [CrossSection], labels: [IdentifierTable])] = []
  private var isKept = false
  /// The assets of the latest pass.
  private(set) var assets = IdentifierTable()
  /// What the assets are in the files.
  private(set) var assetStorage = IdentifierStorage.text
  private static let blockLength = 64

  /// The rows of the file are not in date order, so that it must be opened again, to be sorted.
  struct OutOfOrder: Error {}

  /// Prepares to read.
  ///
  /// - Parameters:
  ///   - lastDate: the date after which nothing is read.
  ///   - check: called before each block with the number of passes done; what it throws ends the pass.
  ///   - open: opens the files from the first date on.
  init(
    columns: PanelColumns, through lastDate: CalendarDate, check: @escaping (_ pass: Int) throws -> Void,
    open: @escaping () throws -> PanelFile
  ) {
    self.columns = columns
    self.lastDate = lastDate
    self.check = check
    self.open = open
  }

  var schema: PanelSchema { columns.schema }

  /// - Throws: `OutOfOrder`, `PanelFileError`, and what `check` throws.
  func readBlocks(_ body: (_ block: [CrossSection], _ labels: [IdentifierTable]) -> Bool) throws {
    defer { passCount += 1 }
    if isKept {
      for entry in kept {
        try check(passCount)
        guard body(entry.block, entry.labels) else { return }
      }
      return
    }
    let file = try open()
    var bytes = 0
    var isKeeping = true
    var block: [CrossSection] = []
    var isWanted = true
    func flush() throws {
      try check(passCount)
      guard !block.isEmpty else { return }
      let labels = file.labels
      if isKeeping { kept.append((block, labels)) }
      isWanted = body(block, labels)
      block = []
    }
    while let section = try file.next(), section.date <= lastDate {
      bytes += 8 * section.rowCount * (section.styleCount + 6)
      if isKeeping, bytes > Self.keptBytes {
        isKeeping = false
        kept = []
      }
      block.append(section)
      if block.count == Self.blockLength { try flush() }
      guard isWanted else { break }
    }
    if isWanted { try flush() }
    if file.mustBeSorted { throw OutOfOrder() }
    assets = file.assets
    assetStorage = file.assetStorage
    isKept = isKeeping && isWanted
    if !isKept { kept = [] }
  }
}

internal import RiskEngine

/// The rows of a panel's files, batch after batch, in the order of the files.
final class PanelRowReader: DatedRowSource {
  private let columns: PanelColumns
  private let options: TableReadOptions
  private var reader: TableReader
  /// The files that come after the reader's, the last first.
  private var laterPaths: [String]
  private var assetTranslation = IdentifierTranslation()
  private var labelTranslations: [IdentifierTranslation]
  private var issuerTranslation = IdentifierTranslation()
  /// The asset ids met so far.
  private(set) var assets: IdentifierTable
  /// For each group the labels met so far.
  private(set) var labels: [IdentifierTable]
  /// The issuers met so far.
  private(set) var issuers: IdentifierTable
  /// The number of rows without a universe flag, taken to be outside.
  private(set) var missingUniverseCount = 0
  /// The number of rows read.
  private(set) var rowCount = 0

  private let isSharing: Bool

  /// Opens files, the first of which is read first.
  ///
  /// - Parameters:
  ///   - isSharing: whether rows look at their loadings in the memory of the reader.
  ///   - assets: assets that have codes already.
  ///   - labels: for each group labels that have codes already.
  init(
    paths: [String], columns: PanelColumns, isSharing: Bool, assets: IdentifierTable, labels: [IdentifierTable],
    issuers: IdentifierTable = IdentifierTable(), options: TableReadOptions
  ) throws(PanelFileError) {
    self.isSharing = isSharing
    self.columns = columns
    self.assets = assets
    self.labels = labels
    self.issuers = issuers
    labelTranslations = columns.groups.map { _ in IdentifierTranslation() }
    self.options = options
    laterPaths = paths.dropFirst().reversed()
    do {
      reader = try TableReader(path: paths[0], columns: columns.requests, options: options)
    } catch {
      throw .table(error)
    }
  }

  /// What the assets are in the file.
  var assetStorage: IdentifierStorage { reader.identifierStorage(of: columns.asset) }

  var noRows: PanelRows { PanelRows(schema: columns.schema) }
  var spillLayout: PanelSpillLayout { PanelSpillLayout(columns: columns) }
  func failure(_ error: TableError) -> PanelFileError { .table(error) }

  /// The next rows, or `nil` after the last.
  func next() throws(PanelFileError) -> PanelRows? {
    var batch: TableBatch?
    do {
      batch = try reader.next()
      while batch == nil, let path = laterPaths.popLast() {
        // Another file has dictionaries of its own.
        assetTranslation = IdentifierTranslation()
        labelTranslations = columns.groups.map { _ in IdentifierTranslation() }
        issuerTranslation = IdentifierTranslation()
        reader = try TableReader(path: path, columns: columns.requests, options: options)
        batch = try reader.next()
      }
    } catch {
      throw .table(error)
    }
    guard let batch else { return nil }
    rowCount += batch.rowCount
    try requireKeys(batch)
    var rows = PanelRows(schema: columns.schema)
    rows.dates = batch.dates(columns.date)
    rows.assets = batch.identifiers(columns.asset, through: &assetTranslation, into: &assets)
    rows.returns = batch.numbers(columns.return)
    if let cap = columns.cap { rows.caps = batch.numbers(cap) }
    if let weight = columns.weight { rows.weights = batch.numbers(weight) }
    if let weight = columns.constraintWeight { rows.constraintWeights = batch.numbers(weight) }
    if let universe = columns.universe {
      rows.inUniverse = batch.booleans(universe, missingAs: false)
      missingUniverseCount += batch.missingCount(universe, as: .boolean)
    }
    for (index, group) in columns.groups.enumerated() where columns.memberships[group] == nil {
      rows.labels[index] = batch.identifiers(group, through: &labelTranslations[index], into: &labels[index])
    }
    if let issuer = columns.issuer {
      rows.issuers = batch.identifiers(issuer, through: &issuerTranslation, into: &issuers)
    }
    if isSharing {
      rows.sharedStyles = BatchStyles(batch: batch, names: columns.styles)
      rows.hasFiniteStyles = columns.styles.allSatisfy {
        batch.missingCount($0, as: .number) == 0 && batch.infiniteCount($0) == 0
      }
    } else {
      for (index, style) in columns.styles.enumerated() { rows.styles[index] = batch.numbers(style) }
    }
    return rows
  }

  /// Refuses rows without a date or an asset.
  private func requireKeys(_ batch: TableBatch) throws(PanelFileError) {
    if batch.missingCount(columns.date, as: .date) > 0 {
      let row = batch.dates(columns.date).firstIndex(of: TableBatch.missingDate) ?? 0
      throw .missingKey(path: reader.path, row: batch.firstRow + row + 1, column: columns.date)
    }
    if batch.missingCount(columns.asset, as: .identifier) > 0 {
      let codes = batch.identifiers(columns.asset, through: &assetTranslation, into: &assets)
      let row = codes.firstIndex(of: TableBatch.missingIdentifier) ?? 0
      throw .missingKey(path: reader.path, row: batch.firstRow + row + 1, column: columns.asset)
    }
  }
}

/// The loadings of a batch, where the reader put them.
private final class BatchStyles: StyleStorage {
  private let batch: TableBatch
  private let names: [String]

  init(batch: TableBatch, names: [String]) {
    self.batch = batch
    self.names = names
  }

  func withStyle(_ style: Int, _ body: (Span<Double>) -> Void) {
    let batch = batch
    let values = batch.numberSpan(names[style])
    body(values)
  }

  func append(_ style: Int, rows: Range<Int>, to loadings: inout [Double]) {
    batch.appendNumbers(names[style], rows: rows, to: &loadings)
  }
}

internal import ModelStore
internal import RiskEngine
internal import RiskEngineTables

/// Where in the input an error is, as far as it says.
public struct FailurePlace: Hashable, Sendable, Codable {
  /// The file.
  public var file: String?
  /// The data row, from 1.
  public var row: Int?
  /// The column.
  public var column: String?
  /// The date, `yyyy-mm-dd`.
  public var date: String?
  /// The asset.
  public var asset: String?

  /// The place of an error; without anything where it says nothing.
  public init(_ error: any Error) {
    switch error {
    case let error as TableError: take(error)
    case let error as PanelFileError: take(error)
    case let error as SourceError: take(error)
    case let error as PortfolioFileError: take(error)
    case let error as ConfigurationError:
      (file, row, column) = (error.file, error.line > 0 ? error.line : nil, error.key.isEmpty ? nil : error.key)
    case ModelError.restated(let date, let source, _), ModelError.missedDate(let date, _, let source):
      (self.date, file) = (date.description, source)
    case ModelError.noSuchDate(let path, let date, _, _, _): (file, self.date) = (path, date.description)
    case ModelError.otherAssets(let path, let asset, _): (file, self.asset) = (path, asset)
    case ModelError.noTradingDay(let path, _), ModelError.inSample(let path), ModelError.missing(let path, _),
      ModelError.faults(let path, _), ModelError.noInput(let path, _):
      file = path
    case StoreError.modelMissing(let path), StoreError.locked(let path), StoreError.outputIsFile(let path),
      StoreError.outputNotOurs(let path, _), StoreError.cannotCreate(let path, _), StoreError.notModel(let path, _),
      StoreError.fileDamaged(let path, _, _), StoreError.outputIsFolder(let path),
      StoreError.fileNotOurs(let path, _), StoreError.manifestDamaged(let path, _, _):
      file = path
    default: break
    }
  }

  private mutating func take(_ error: TableError) {
    file = error.path
    switch error {
    case .unknownColumn(_, let column, _, _), .duplicateColumn(_, let column), .wrongType(_, let column, _, _):
      self.column = column
    case .unparsableValue(_, let row, let column, _, _): (self.row, self.column) = (row, column)
    case .raggedRow(_, let row, _, _): self.row = row
    default: break
    }
  }

  private mutating func take(_ error: PanelFileError) {
    switch error {
    case .table(let error): take(error)
    case .missingKey(let path, let row, let column), .missingMembership(let path, let row, let column):
      (file, self.row, self.column) = (path, row, column)
    case .nothingEstimated(let path, _, _, _): file = path
    case .panel(let path, let error, let rows):
      file = path
      row = rows.first
      take(error)
    }
  }

  private mutating func take(_ error: PanelError) {
    switch error {
    case .duplicateRow(let date, let asset): (self.date, self.asset) = (date.description, asset)
    case .infiniteValue(let column, let date, let asset), .negativeValue(let column, let date, let asset, _):
      (self.column, self.date, self.asset) = ("\(column)", date.description, asset)
      if case .style(let name) = column { self.column = name }
    case .labelsDifferInCaseOrBlanks(let group, _, _), .blankLabel(let group): column = group
    case .datesNotAscending(_, let found): date = found.description
    case .badMembership(let group, let date, let asset, _):
      (column, self.date, self.asset) = (group, date?.description, asset)
    case .noRows, .tooFewDates: break
    }
  }

  private mutating func take(_ error: SourceError) {
    switch error {
    case .table(_, let error): take(error)
    case .noFiles(_, let path, _): file = path
    case .missingField(_, _, let field, _), .fieldNotOfKind(_, _, let field, _): column = field.rawValue
    case .columnTwice(_, let column, _): self.column = column
    case .changedWhileRead: break
    case .missingDate(_, let path, let row, let column): (file, self.row, self.column) = (path, row, column)
    }
  }

  private mutating func take(_ error: PortfolioFileError) {
    switch error {
    case .missing(let path, let row, let column, let asset), .infinite(let path, let row, let column, let asset):
      (file, self.row, self.column, self.asset) = (path, row, column, asset)
    case .duplicate(let path, let row, _, let asset, _, let date):
      (file, self.row, self.asset, self.date) = (path, row, asset, date?.description)
    case .noWeight(let path, _, let date, _): (file, self.date) = (path, date?.description)
    case .notCovered(let path, _, let first), .noExpectedReturn(let path, let first, _): (file, asset) = (path, first)
    case .noHoldings(let path, let date, _, _), .noReturn(let path, _, let date):
      (file, self.date) = (path, date.description)
    case .dateOutsideModel(let path, _, let date, _, _, _, _), .datesCollide(let path, _, _, let date, _):
      (file, self.date) = (path, date.description)
    case .duplicateReturn(let path, let row, _, _, let date):
      (file, self.row, self.date) = (path, row, date.description)
    case .linking(let path, _, let date, _): (file, self.date) = (path, date?.description)
    case .empty(let path), .severalBenchmarks(let path, _, _), .noStart(let path), .noPeriods(let path, _, _, _),
      .unknownName(let path, _, _, _, _), .portfolio(let path, _, _):
      file = path
    }
  }
}

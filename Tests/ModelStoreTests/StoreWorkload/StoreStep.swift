internal import ModelStore
internal import RiskEngine

/// A transaction of a model whose content is known.
///
/// The model has days, each of which was stated anew some number of times, its revision. All tables, the state and
/// the metadata follow from the revisions of its days, so that any mixture of two transactions can be told.
public enum StoreStep: String, CaseIterable, Sendable {
  /// A first estimate of ten days.
  case create
  /// One more day.
  case append
  /// The last days stated anew: those from the middle of the first segment on.
  case restate
  /// Every table in one segment.
  case compact

  /// The bytes of the state, of which writing takes several calls.
  public static let stateSize = 150_000
  private static let dayCount = 10

  /// The revisions of the days after the step.
  public func result(of revisions: [Int]) -> [Int] {
    switch self {
    case .create: Array(repeating: 0, count: Self.dayCount)
    case .append: revisions + [0]
    case .restate: revisions.enumerated().map { $0 < Self.firstRestated ? $1 : $1 + 1 }
    case .compact: revisions
    }
  }

  /// The first day that `restate` states anew.
  static let firstRestated = 4

  /// Takes the step.
  public func run(at path: String, stateSize: Int = Self.stateSize) throws {
    let transaction =
      self == .create
      ? try ModelTransaction(creating: OutputFolder(path: path)) : try ModelTransaction(updating: path)
    let old = try transaction.base.map { try StoreContent(of: $0).revisions } ?? []
    let new = result(of: old)
    switch self {
    case .create:
      for table in StoreContent.datedTables { try transaction.write(table, new, days: 0..<new.count) }
      try transaction.addDocument(Array("a: 1\n".utf8), named: "config.yaml")
    case .append:
      for table in StoreContent.datedTables { try transaction.write(table, new, days: old.count..<new.count) }
    case .restate: try restate(transaction, new)
    case .compact: try compact(transaction, new)
    }
    transaction.removeAllRows(of: StoreContent.listTable)
    let segment = try transaction.newSegment(of: StoreContent.listTable, fileExtension: "txt")
    try StoreContent.write(StoreContent.rows(of: StoreContent.listTable, new, days: 0..<new.count), to: segment.path)
    try transaction.append(segment, rowCount: new.count, dates: nil)
    try transaction.setState(StoreContent.state(new, size: stateSize), named: "pipeline")
    transaction.metadata["revisions"] = .text(StoreContent.text(new))
    transaction.metadata["dayCount"] = .number(Double(new.count))
    try transaction.commit()
  }

  private func restate(_ transaction: ModelTransaction, _ new: [Int]) throws {
    for table in StoreContent.datedTables {
      let first = StoreContent.date(Self.firstRestated)
      if let segment = transaction.removeRows(of: table, from: first), let dates = segment.dates {
        let begin = Int(dates.lowerBound.daysSinceEpoch - StoreContent.date(0).daysSinceEpoch)
        try transaction.write(table, new, days: begin..<Self.firstRestated)
      }
      try transaction.write(table, new, days: Self.firstRestated..<new.count)
    }
  }

  private func compact(_ transaction: ModelTransaction, _ new: [Int]) throws {
    for table in StoreContent.datedTables {
      guard let count = transaction.tables.first(where: { $0.name == table })?.segments.count, count > 1 else {
        continue
      }
      let rows = StoreContent.rows(of: table, new, days: 0..<new.count)
      let segment = try transaction.newSegment(of: table, fileExtension: "txt")
      try StoreContent.write(rows, to: segment.path)
      try transaction.replace(0..<count, with: segment, rowCount: rows.count)
    }
  }
}

extension ModelTransaction {
  /// Writes the rows of some days at the end of a table.
  fileprivate func write(_ table: String, _ revisions: [Int], days: Range<Int>) throws {
    let rows = StoreContent.rows(of: table, revisions, days: days)
    let segment = try newSegment(of: table, fileExtension: "txt")
    try StoreContent.write(rows, to: segment.path)
    try append(
      segment, rowCount: rows.count,
      dates: StoreContent.date(days.lowerBound)...StoreContent.date(days.upperBound - 1))
  }
}

import RiskEngine

/// How the identifiers of one column of one file are called in a caller's table.
///
/// Grows as batches bring new identifiers. Belongs to the column of the reader that it is first used with, and to one
/// table.
public struct IdentifierTranslation: Sendable {
  private var source: ColumnTexts?
  /// The table's code of each identifier of the file, after the code of a missing one.
  private(set) var codes: [Int32] = [TableBatch.missingIdentifier]

  /// Makes a translation that knows nothing yet.
  public init() {}

  /// Learns the identifiers that it does not know yet.
  ///
  /// - Precondition: they are of the column that it knows.
  mutating func extend(with known: ColumnTextsSoFar, into table: inout IdentifierTable) {
    precondition(source == nil || source === known.texts, "a translation of one column used for another")
    source = known.texts
    let learnt = codes.count - 1
    guard learnt < known.count else { return }
    for text in known.texts[learnt..<known.count] { codes.append(table.code(for: text)) }
  }
}

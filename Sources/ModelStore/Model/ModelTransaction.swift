public import RiskEngine

/// A change of a model that happens as a whole or not at all: a first estimate, or an update of a model that stands.
///
/// Segments, states and documents are written into a hidden folder within the model, each put on disk and digested
/// while others are written. `commit()` moves a new manifest into place in one step, which is the moment at which
/// readers see the change; then the files go where they belong. A process that is killed before that moment leaves
/// the model as it was, and after it a model that is complete; the next transaction tidies up.
///
/// ```swift
/// let transaction = try ModelTransaction(updating: "model")
/// let segment = try transaction.newSegment(of: "factor_returns", fileExtension: "parquet")
/// // ... write the file segment.path ...
/// try transaction.append(segment, rowCount: 1, dates: date...date)
/// try transaction.setState(bytes, named: "pipeline")
/// try transaction.commit()
/// ```
///
/// Only one transaction of a model is open at a time, over all processes. It is for one thread; files may be written
/// by others. One that goes without `commit()` leaves nothing.
public final class ModelTransaction {
  /// What the manifest will say by name; begins with what it says.
  public var metadata: [String: MetadataValue]
  /// The model as it stands; `nil` for a first estimate.
  public let base: StoredModel?
  /// The tables as they will be, in the order of their names.
  public var tables: [ModelTable] {
    drafts.keys.sorted().map { ModelTable(name: $0, segments: drafts[$0, default: []].map(\.segment)) }
  }

  /// A segment as it will be listed; what is written by this transaction gets its size and digest at the end.
  struct Draft {
    var segment: ModelSegment
    var isNew: Bool
  }

  /// The folder of the model for people.
  let path: String
  /// The folder into which files are written, each under the path that it will have below the model's folder.
  let folder: String
  let generation: Int
  let output: OutputFolder?
  let sealer = FileSealer()
  var drafts: [String: [Draft]]
  var states: [String: (file: StoredFile, isNew: Bool)]
  var documents: [String: (file: StoredFile, isNew: Bool)]
  /// The first date that must be written again, of tables that lost the end of a segment.
  var owed: [String: ClosedRange<CalendarDate>] = [:]
  /// Goes when the transaction goes.
  var lock: ModelLock?
  private var folders: Set<String> = []
  /// The number of new segments of each table, so that names do not depend on which table is written first.
  private var segmentCounts: [String: Int] = [:]
  var isOpen = true

  /// Begins a first estimate in a folder that appears whole.
  ///
  /// A model that stands there will be replaced; its lock is held until then.
  ///
  /// - Throws: `StoreError.locked` where a process writes the model that stands there.
  public init(creating output: OutputFolder) throws(StoreError) {
    if OutputFolder.isOurs(output.target) { lock = try ModelLock(output.target, named: output.path) }
    self.output = output
    path = output.path
    folder = output.stagingPath
    generation = 1
    base = nil
    metadata = [:]
    drafts = [:]
    states = [:]
    documents = [:]
  }

  /// Begins to update a model, after finishing or discarding what a killed process left in it.
  ///
  /// - Throws: `StoreError.locked`, `cannotLock`, those of `StoredModel.init(path:)`, or `writeFailed` where the
  ///   folder cannot be written.
  public init(updating path: String) throws(StoreError) {
    let root = ModelLayout.place(of: path)
    // What is no model is not locked either.
    _ = try ModelManifest.read(in: root, named: path)
    let lock = try ModelLock(root, named: path)
    let manifest = try ModelManifest.read(in: root, named: path)
    generation = manifest.generation + 1
    folder = "\(root)/\(ModelLayout.pendingFolder(generation))"
    do throws(FileSystem.Failure) {
      try ModelRecovery.finish(manifest, root: root)
      let folder = folder
      try UnfinishedFolders.begin(folder) { () throws(FileSystem.Failure) in try FileSystem.createFolder(folder) }
    } catch {
      throw .writeFailed(path: path, reason: error.reason)
    }
    self.path = path
    self.lock = lock
    output = nil
    base = StoredModel(path: path, root: root, manifest: manifest)
    metadata = manifest.metadata
    drafts = Dictionary(
      uniqueKeysWithValues: manifest.tables.map { table in
        (table.name, table.segments.map { Draft(segment: $0, isNew: false) })
      })
    states = Dictionary(uniqueKeysWithValues: manifest.states.map { ($0.name, ($0, false)) })
    documents = Dictionary(uniqueKeysWithValues: manifest.documents.map { ($0.name, ($0, false)) })
  }

  deinit { discard() }

  /// Where a file that is being written will be found, for messages; another path as it is.
  public func finalPath(of file: String) -> String {
    guard file.hasPrefix(folder + "/") else { return file }
    return path + file.dropFirst(folder.count)
  }

  /// Where a segment of `tables` can be read now, whether this transaction wrote it or one before.
  ///
  /// - Throws: `StoreError.fileDamaged` or `changed` for one that was there before.
  public func path(of segment: ModelSegment) throws(StoreError) -> String {
    guard drafts.values.contains(where: { $0.contains { $0.isNew && $0.segment.file == segment.file } }) else {
      guard let base else { preconditionFailure("segment '\(segment.file)' of nobody") }
      return try base.path(of: segment)
    }
    return "\(folder)/\(segment.file)"
  }

  /// Gives up; the model stays as it was.
  public func discard() {
    guard isOpen else { return }
    isOpen = false
    sealer.wait()
    if let output { output.discard() } else { UnfinishedFolders.discard(folder) }
    lock = nil
  }

  // MARK: Segments

  /// A new file for rows of a table, which has to be written and then appended, or replace others.
  ///
  /// - Precondition: names are of lower-case letters, digits, `_` and `-`; no table is called `state`.
  /// - Throws: `StoreError.writeFailed`.
  public func newSegment(of table: String, fileExtension: String) throws(StoreError) -> PendingSegment {
    precondition(isOpen, "the transaction is over")
    precondition(
      ModelLayout.isName(table) && table != ModelLayout.stateFolder && documents[table] == nil, "table '\(table)'")
    precondition(ModelLayout.isName(fileExtension), "file extension '\(fileExtension)'")
    try prepareFolder(table)
    let number = segmentCounts[table, default: 0] + 1
    segmentCounts[table] = number
    return PendingSegment(
      path: "\(folder)/\(table)/segment-\(number).\(fileExtension)", table: table, number: number,
      fileExtension: fileExtension)
  }

  /// Puts a segment at the end of its table.
  ///
  /// - Parameters:
  ///   - segment: a file that is written and closed.
  ///   - rowCount: the number of its rows.
  ///   - dates: the first and the last date that it covers, with rows or without; `nil` in a table without dates.
  /// - Precondition: the dates come after those of the table; all segments of a table have dates or none has. Where
  ///   `removeRows(of:from:)` took the end of a segment away, its beginning comes first.
  /// - Throws: `StoreError.writeFailed`.
  public func append(
    _ segment: PendingSegment, rowCount: Int, dates: ClosedRange<CalendarDate>?
  ) throws(StoreError) {
    let last = drafts[segment.table]?.last
    if let last {
      precondition(
        (last.segment.dates == nil) == (dates == nil), "segments with and without dates in '\(segment.table)'")
    }
    if let last = last?.segment.dates?.upperBound, let first = dates?.lowerBound {
      precondition(last < first, "\(segment.table): dates from \(first) after \(last)")
    }
    if let owed = owed.removeValue(forKey: segment.table) {
      precondition(
        dates?.lowerBound == owed.lowerBound,
        "\(segment.table): dates from \(owed.lowerBound) have to be written again first")
    }
    drafts[segment.table, default: []].append(try draft(segment, rowCount: rowCount, dates: dates))
  }

  /// Takes all rows from a date on out of a table.
  ///
  /// - Returns: the segment that also has earlier dates, where one has. It leaves the table as a whole: its rows
  ///   before `date` are to be read at `base` and written again as the beginning of the next segment.
  /// - Precondition: every segment of the table has dates and was there before this transaction.
  public func removeRows(of table: String, from date: CalendarDate) -> ModelSegment? {
    var kept = drafts[table] ?? []
    var straddling: ModelSegment?
    while let last = kept.last?.segment, let dates = last.dates, dates.upperBound >= date {
      precondition(kept.removeLast().isNew == false, "\(table): a segment of this transaction is removed")
      if dates.lowerBound < date {
        straddling = last
        owed[table] = dates
      }
    }
    precondition(kept.last.map { $0.segment.dates != nil } ?? true, "\(table) has no dates")
    if drafts[table] != nil { drafts[table] = kept }
    return straddling
  }

  /// Takes all rows out of a table, which stays without segments.
  ///
  /// - Precondition: every segment of the table was there before this transaction.
  public func removeAllRows(of table: String) {
    guard let segments = drafts[table] else { return }
    precondition(!segments.contains(where: \.isNew), "\(table): a segment of this transaction is removed")
    owed[table] = nil
    drafts[table] = []
  }

  /// Puts one segment in the place of several that follow each other, with the same rows; as for compaction.
  ///
  /// - Parameters:
  ///   - range: the segments' places in the table as `tables` has it now.
  ///   - segment: a file that is written and closed.
  ///   - rowCount: the number of its rows; as many as the others have together.
  /// - Precondition: `range` is not empty, and its segments were there before this transaction.
  /// - Throws: `StoreError.writeFailed`.
  public func replace(
    _ range: Range<Int>, with segment: PendingSegment, rowCount: Int
  ) throws(StoreError) {
    let table = segment.table
    let old = drafts[table, default: []]
    precondition(!range.isEmpty && old.indices.contains(range.lowerBound) && range.upperBound <= old.count)
    precondition(!old[range].contains(where: \.isNew), "\(table): a segment of this transaction is replaced")
    let count = old[range].reduce(0) { $0 + $1.segment.rowCount }
    precondition(count == rowCount, "\(table): \(rowCount) rows in place of \(count)")
    var dates: ClosedRange<CalendarDate>?
    if let first = old[range.lowerBound].segment.dates, let last = old[range.upperBound - 1].segment.dates {
      dates = first.lowerBound...last.upperBound
    }
    drafts[table]?.replaceSubrange(range, with: [try draft(segment, rowCount: rowCount, dates: dates)])
  }

  private func draft(
    _ segment: PendingSegment, rowCount: Int, dates: ClosedRange<CalendarDate>?
  ) throws(StoreError) -> Draft {
    precondition(isOpen, "the transaction is over")
    precondition(rowCount >= 0, "\(rowCount) rows")
    let file = ModelLayout.segmentFile(
      table: segment.table, dates: dates, generation: generation, number: segment.number,
      fileExtension: segment.fileExtension)
    do throws(FileSystem.Failure) {
      try FileSystem.move(segment.path, to: "\(folder)/\(file)")
    } catch {
      throw .writeFailed(path: "\(path)/\(file)", reason: error.reason)
    }
    sealer.seal("\(folder)/\(file)")
    return Draft(
      segment: ModelSegment(file: file, byteCount: 0, rowCount: rowCount, dates: dates, sha256: ""), isNew: true)
  }

  // MARK: States and documents

  /// Writes a state; one of that name is replaced, others stay.
  ///
  /// - Precondition: the name is of lower-case letters, digits, `_` and `-`, and is set once.
  /// - Throws: `StoreError.writeFailed`.
  public func setState(_ bytes: [UInt8], named name: String) throws(StoreError) {
    precondition(ModelLayout.isName(name), "state '\(name)'")
    precondition(states[name]?.isNew != true, "state '\(name)' is set twice")
    try prepareFolder(ModelLayout.stateFolder)
    states[name] = (try write(bytes, name, to: ModelLayout.stateFile(name, generation: generation)), true)
  }

  /// Takes a state out of the model.
  ///
  /// - Precondition: it was not set by this transaction.
  public func removeState(named name: String) {
    precondition(states[name]?.isNew != true, "state '\(name)' is set and removed")
    states[name] = nil
  }

  /// Writes a document, which stands in the model's folder under its own name and does not change any more.
  ///
  /// - Precondition: the name is visible and that of no document and no table.
  /// - Throws: `StoreError.writeFailed`.
  public func addDocument(_ bytes: [UInt8], named name: String) throws(StoreError) {
    precondition(
      ModelLayout.isPlain(name) && !name.contains("/") && name != OutputFolder.manifestName
        && name != ModelLayout.stateFolder && drafts[name] == nil, "document '\(name)'")
    precondition(documents[name] == nil, "document '\(name)' is there")
    documents[name] = (try write(bytes, name, to: name), true)
  }

  private func write(_ bytes: [UInt8], _ name: String, to file: String) throws(StoreError) -> StoredFile {
    precondition(isOpen, "the transaction is over")
    do throws(FileSystem.Failure) {
      try FileSystem.write(bytes, to: "\(folder)/\(file)")
    } catch {
      throw .writeFailed(path: "\(path)/\(file)", reason: error.reason)
    }
    sealer.seal("\(folder)/\(file)")
    return StoredFile(name: name, file: file, byteCount: 0, sha256: "")
  }

  private func prepareFolder(_ name: String) throws(StoreError) {
    guard folders.insert(name).inserted else { return }
    do throws(FileSystem.Failure) {
      try FileSystem.createFolder("\(folder)/\(name)")
    } catch {
      folders.remove(name)
      throw .writeFailed(path: "\(path)/\(name)", reason: error.reason)
    }
  }

  /// The folders that this transaction filled, the innermost first.
  var filledFolders: [String] { folders.sorted().map { "\(folder)/\($0)" } + [folder] }
}

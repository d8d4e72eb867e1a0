internal import ModelStore
internal import RiskEngine

/// The texts behind codes that a model's state is made of.
struct KnownIdentifiers {
  var assets = IdentifierTable()
  var labels: [IdentifierTable] = []
  var issuers = IdentifierTable()

  func save(to writer: inout StateWriter) {
    writer.write(assets.texts)
    writer.write(labels.count)
    for table in labels { writer.write(table.texts) }
    writer.write(issuers.texts)
  }

  init() {}

  init(assets: IdentifierTable, labels: [IdentifierTable], issuers: IdentifierTable) {
    self.assets = assets
    self.labels = labels
    self.issuers = issuers
  }

  init(from reader: inout StateReader) throws(StateError) {
    assets = IdentifierTable(texts: try reader.readStrings())
    for _ in 0..<(try reader.readInt(in: 0..<1000, "a number of groups")) {
      labels.append(IdentifierTable(texts: try reader.readStrings()))
    }
    issuers = IdentifierTable(texts: try reader.readStrings())
  }
}

/// The state that an update goes on from.
///
/// It is written as soon as the stages are through, so that it is put on disk and digested while the tables about the
/// whole history are made.
struct ModelState {
  /// The name of what all stages from the loadings on remember.
  static let stagesName = "stages"
  /// The name of what the making of loadings remembers.
  static let loadingsName = "loadings"

  let pipeline: RiskModelPipeline
  let file: PanelFile
  let loadings: LoadingStage.Result

  /// Writes the state into a transaction.
  func write(to transaction: ModelTransaction) throws {
    let earlier = transaction.base?.manifest.states.first { $0.name == Self.stagesName }
    // A little more than last time, so that what is written is not copied as it grows.
    var writer = StateWriter(capacity: earlier.map { $0.byteCount + $0.byteCount / 16 } ?? 0)
    KnownIdentifiers(assets: file.assets, labels: file.labels, issuers: file.issuers).save(to: &writer)
    pipeline.save(to: &writer)
    try transaction.setState(writer.bytes, named: Self.stagesName)
    guard !loadings.state.isEmpty else { return }
    var market = StateWriter()
    market.write(loadings.identifiers.assets.texts)
    let fields = loadings.identifiers.labels.keys.map(\.rawValue).sorted()
    market.write(fields)
    for field in fields { market.write(loadings.identifiers.labels[FieldName(rawValue: field)]?.texts ?? []) }
    try transaction.setState(market.bytes + loadings.state, named: Self.loadingsName)
  }
}

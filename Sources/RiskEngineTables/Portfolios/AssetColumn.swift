internal import ModelStore
internal import RiskEngine

/// What the ids of assets are in tables of results, and in which order they come.
struct AssetColumn {
  /// Whole numbers where all ids that can come are such, in holdings and model; else texts.
  let storage: IdentifierStorage

  /// Texts, by their bytes.
  static let text = AssetColumn(storage: .text)

  private init(storage: IdentifierStorage) { self.storage = storage }

  /// Finds out what the ids of some holdings and of a model are.
  ///
  /// - Throws: `StoreError` or `TableError`.
  init(model: String, sources: [PortfolioSource?]) throws {
    let metadata = try StoredModel(path: model).manifest.metadata
    let ofModel = metadata["asset_storage"]?.text.flatMap { IdentifierStorage(rawValue: $0) } ?? .text
    var storage = ofModel
    for source in sources.compactMap(\.self) {
      switch source {
      case .file(let path):
        let own = try TableReader(path: path, columns: [ColumnRequest("asset", .identifier)])
          .identifierStorage(of: "asset")
        if own == .text { storage = .text }
      case .holdings: storage = .text
      }
    }
    self.storage = storage
  }

  /// Whether an id comes before another: whole numbers by value, texts by their bytes.
  func precedes(_ left: String, _ right: String) -> Bool {
    if storage != .text, let one = Int128(left), let other = Int128(right) { return one < other }
    return IdentifierTable.precedes(left, right)
  }
}

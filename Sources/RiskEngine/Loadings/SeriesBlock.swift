/// A block of days as descriptors see it.
struct SeriesBlock: Sendable {
  /// Assets that a worker takes at a time.
  static let assetsPerChunk = 32
  /// Groups of as many assets as there are lanes.
  static let groupsPerChunk = assetsPerChunk / Lanes.scalarCount

  var days: [MarketDay]
  /// For each day where the rows of assets are.
  var rows: [AssetRows]
  var marketReturns: [Double]
  /// For each day and row; empty where there are no industries.
  var industryReturns: [[Double]]
  /// For each day the columns of the fields that any descriptor asks for.
  var columns: [[[Double]]]
  var assetCount: Int

  var dayCount: Int { days.count }
  var chunkCount: Int { (assetCount + Self.assetsPerChunk - 1) / Self.assetsPerChunk }
  /// The entries of one series of a chunk: for each day one of each group.
  var entryCount: Int { dayCount * Self.groupsPerChunk }
}

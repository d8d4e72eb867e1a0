/// A block of days as descriptors see it.
struct SeriesBlock: Sendable {
  /// Assets that a worker takes at a time.
  static let assetsPerChunk = 32

  var days: [MarketDay]
  /// For each day, by asset code: its row, or −1.
  var rowOfAsset: [[Int32]]
  var marketReturns: [Double]
  /// For each day and row; empty where there are no industries.
  var industryReturns: [[Double]]
  /// For each day the columns of the fields that any descriptor asks for.
  var columns: [[[Double]]]
  var assetCount: Int

  var dayCount: Int { days.count }
  var chunkCount: Int { (assetCount + Self.assetsPerChunk - 1) / Self.assetsPerChunk }
}

/// What a block holds of the assets of one chunk: asset after asset, and of each day after day.
///
/// A worker's scratch, gathered once for all descriptors, so that a descriptor reads on and on.
struct ChunkSeries: Sendable {
  let dayCount: Int
  /// The entries of one series: those of all assets of a chunk.
  let stride: Int
  /// The row, or −1.
  private(set) var rows: [Int32]
  private(set) var isNewListing: [Bool]
  private(set) var isPreviousReturnRevoked: [Bool]
  private(set) var totalReturns: [Double]
  private(set) var industryReturns: [Double]
  /// One series a field, one after the other.
  private(set) var fields: [Double]

  /// Makes scratch for chunks of a block.
  init(_ block: SeriesBlock, fieldCount: Int) {
    dayCount = block.dayCount
    stride = SeriesBlock.assetsPerChunk * dayCount
    rows = Array(repeating: -1, count: stride)
    isNewListing = Array(repeating: false, count: stride)
    isPreviousReturnRevoked = Array(repeating: false, count: stride)
    totalReturns = Array(repeating: .nan, count: stride)
    industryReturns = Array(repeating: .nan, count: stride)
    fields = Array(repeating: .nan, count: fieldCount * stride)
  }

  /// Takes in a chunk; entries without a row keep what they had and are not read.
  mutating func gather(_ block: SeriesBlock, chunk: Int) {
    let firstAsset = chunk * SeriesBlock.assetsPerChunk
    for day in 0..<dayCount {
      let market = block.days[day]
      let rowOfAsset = block.rowOfAsset[day]
      let industry = block.industryReturns[day]
      for offset in 0..<SeriesBlock.assetsPerChunk {
        let place = offset * dayCount + day
        let asset = firstAsset + offset
        let row = asset < rowOfAsset.count ? Int(rowOfAsset[asset]) : -1
        rows[place] = Int32(row)
        guard row >= 0 else { continue }
        isNewListing[place] = market.isNewListing[row]
        isPreviousReturnRevoked[place] = market.isPreviousReturnRevoked[row]
        totalReturns[place] = market.totalReturns[row]
        industryReturns[place] = industry.isEmpty ? .nan : industry[row]
      }
      for (field, column) in block.columns[day].enumerated() {
        for offset in 0..<SeriesBlock.assetsPerChunk {
          let place = offset * dayCount + day
          let row = Int(rows[place])
          if row >= 0 { fields[field * stride + place] = column[row] }
        }
      }
    }
  }
}

/// The assets alive at one date, and what the paths say about them.
///
/// Everything here is independent of returns, so the cross-sections of a block are made in parallel.
struct SyntheticCrossSection: Sendable {
  /// Consecutive assets of one chunk of paths.
  struct Run: Sendable {
    /// The chunk.
    var chunk: Int
    /// The positions in the chunk.
    var positions: Range<Int>
  }

  /// The position of the date's period in its block.
  let step: Int
  /// The assets, ascending.
  let assets: [Int32]
  /// The same assets as runs.
  let runs: [Run]
  /// For each row 1 in the estimation universe, else 0.
  let universe: [Double]
  /// For each row the idio return in units of the asset's volatility.
  let shocks: [Double]
  /// For each row the events of the asset.
  var events: [SyntheticEvents]

  /// Gathers a date's assets from the paths of all chunks.
  ///
  /// - Complexity: O(assets ever alive).
  init(period: Int, step: Int, population: SyntheticPopulation, paths: [SyntheticAssetPaths.Paths]) {
    self.step = step
    let size = SyntheticAssetPaths.chunkSize
    var assets = [Int32]()
    var runs = [Run]()
    for asset in 0..<population.count where population.isAlive(asset, at: period) {
      let (chunk, position) = (asset / size, asset % size)
      if let last = runs.last, last.chunk == chunk, last.positions.upperBound == position {
        runs[runs.count - 1].positions = last.positions.lowerBound..<position + 1
      } else {
        runs.append(Run(chunk: chunk, positions: position..<position + 1))
      }
      assets.append(Int32(asset))
    }
    self.assets = assets
    self.runs = runs
    universe = assets.map { population.isInUniverse(Int($0), at: period) ? 1 : 0 }
    var shocks = [Double]()
    var events = [SyntheticEvents]()
    shocks.reserveCapacity(assets.count)
    events.reserveCapacity(assets.count)
    for run in runs {
      let cells = step * size + run.positions.lowerBound..<step * size + run.positions.upperBound
      shocks.append(contentsOf: paths[run.chunk].shocks[cells])
      events.append(contentsOf: paths[run.chunk].events[cells])
    }
    self.shocks = shocks
    self.events = events
  }
}

/// Draws which returns and loadings the panel does not show.
struct SyntheticAbsences: Sendable {
  private let returnThreshold: UInt64
  private let haltThreshold: UInt64
  private let loadingThreshold: UInt64
  private let haltLength: Geometric
  private let styleCount: Int
  private let absence: RandomStream
  private let length: RandomStream
  private let hiddenStyle: RandomStream

  /// Prepares the draws of a market.
  init(_ configuration: SyntheticConfiguration) {
    let missing = configuration.missing
    // A 32-bit number is below this with the probability asked for, to 2⁻³².
    returnThreshold = UInt64(missing.returnFraction * 0x1p32)
    haltThreshold = UInt64(missing.haltProbability * 0x1p32)
    loadingThreshold = configuration.styleCount > 0 ? UInt64(missing.loadingFraction * 0x1p32) : 0
    haltLength = Geometric(stopProbability: 1 / missing.meanHaltLength)
    styleCount = configuration.styleCount
    absence = SyntheticStream.absence.stream(seed: configuration.seed)
    length = SyntheticStream.haltLength.stream(seed: configuration.seed)
    hiddenStyle = SyntheticStream.hiddenStyle.stream(seed: configuration.seed)
  }

  /// Whether anything can be missing at all.
  var exist: Bool { returnThreshold + haltThreshold + loadingThreshold > 0 }

  /// Draws the absences of four assets over some periods.
  func draw(
    for assets: Range<Int>, group: Int, over periods: Range<Int>, in paths: inout SyntheticAssetPaths.Paths
  ) {
    for (lane, asset) in assets.enumerated() {
      var haltedThrough = paths.state.haltedThrough[4 * group + lane]
      for (step, period) in periods.enumerated() {
        let words = absence.words(block: 0, id: UInt32(asset), date: UInt32(period))
        var events = SyntheticEvents()
        if UInt64(words[0]) < returnThreshold { events.insert(.returnMissing) }
        if UInt64(words[1]) < haltThreshold && period > haltedThrough {
          let uniform = length.uniform(draw: 0, id: UInt32(asset), date: UInt32(period))
          haltedThrough = Int32(period + haltLength.length(at: uniform) - 1)
        }
        if period <= haltedThrough { events.insert(.halted) }
        if UInt64(words[2]) < loadingThreshold { events.insert(.loadingMissing) }
        if !events.isEmpty {
          paths.events[step * SyntheticAssetPaths.chunkSize + 4 * group + lane].formUnion(events)
        }
      }
      paths.state.haltedThrough[4 * group + lane] = haltedThrough
    }
  }

  /// The style whose loading is missing, where one is.
  func hiddenStyle(of asset: Int, at period: Int) -> Int {
    min(
      Int(hiddenStyle.uniform(draw: 0, id: UInt32(asset), date: UInt32(period)) * Double(styleCount)),
      styleCount - 1)
  }
}

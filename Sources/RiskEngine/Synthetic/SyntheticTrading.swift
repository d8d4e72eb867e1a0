/// What a day of trading is beyond its close, of one asset over a block of periods: one entry a row.
struct SyntheticTrading: Sendable {
  /// The opening price.
  var open: [Double] = []
  /// The highest price, at least the open and the close.
  var high: [Double] = []
  /// The lowest price, at most the open and the close.
  var low: [Double] = []
  /// The shares traded, about half a percent of all.
  var volume: [Double] = []
  /// The shares outstanding: the capitalization over the close.
  var shares: [Double] = []
  /// The market capitalization, as the panel has it.
  var cap: [Double] = []

  /// Draws the days of an asset.
  ///
  /// - Complexity: O(rows).
  init(asset: Int32, path: SyntheticPricePath, firstPeriod: Int, caps: [Double], stream: RandomStream) {
    for (place, row) in path.rows.enumerated() {
      let close = path.close[place]
      let (id, date) = (UInt32(asset), UInt32(firstPeriod + place))
      let open = close * PortableMath.exp(0.005 * stream.normal(draw: 0, id: id, date: date))
      self.open.append(open)
      high.append(max(open, close) * PortableMath.exp(0.005 * stream.uniform(draw: 1, id: id, date: date)))
      low.append(min(open, close) * PortableMath.exp(-0.005 * stream.uniform(draw: 2, id: id, date: date)))
      cap.append(caps[row])
      shares.append(caps[row] / close)
      volume.append(shares[place] * PortableMath.exp(-5.3 + 0.4 * stream.normal(draw: 3, id: id, date: date)))
    }
  }
}

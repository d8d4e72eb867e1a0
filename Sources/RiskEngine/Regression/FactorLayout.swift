/// The factors of one period in their order: market, each group's labels by their bytes, styles.
public struct FactorLayout: Hashable, Sendable {
  /// Whether the first factor is the market.
  public var hasMarket: Bool
  /// For each group the codes of its labels.
  public var labels: [[Int32]]
  /// The number of styles.
  public var styleCount: Int

  /// Makes a layout.
  public init(hasMarket: Bool, labels: [[Int32]], styleCount: Int) {
    self.hasMarket = hasMarket
    self.labels = labels
    self.styleCount = styleCount
  }

  /// `m`: the number of factors.
  public var count: Int { (hasMarket ? 1 : 0) + labels.reduce(0) { $0 + $1.count } + styleCount }

  /// The position of a group's first label.
  public func offset(ofGroup group: Int) -> Int {
    (hasMarket ? 1 : 0) + labels[..<group].reduce(0) { $0 + $1.count }
  }

  /// The position of the first style.
  public var styleOffset: Int { offset(ofGroup: labels.count) }

  /// The positions of a group's labels.
  public func positions(ofGroup group: Int) -> Range<Int> {
    let offset = offset(ofGroup: group)
    return offset..<offset + labels[group].count
  }

  /// Whether a group's factor returns are held to a zero sum: all with a market, else all but the first.
  public func isConstrained(_ group: Int) -> Bool { hasMarket || group > 0 }
}

/// Cross-sections that can be read more than once: a panel in memory, or one that is read from disk again for each
/// pass.
public protocol CrossSectionSource {
  /// The columns.
  var schema: PanelSchema { get }

  /// Hands out all cross-sections from the first date on, in date order, in blocks of any length.
  ///
  /// Every pass hands out the same cross-sections; codes of assets and labels mean the same in all of them.
  ///
  /// - Parameter body: takes a block, with the label table of each group as far as the block needs it; says whether
  ///   to go on.
  /// - Throws: what keeps the blocks from being read.
  func readBlocks(_ body: (_ block: [CrossSection], _ labels: [IdentifierTable]) -> Bool) throws
}

extension Panel: CrossSectionSource {
  /// The number of cross-sections in a block.
  private static let blockLength = 64

  /// Hands out the panel's cross-sections; nothing is copied.
  public func readBlocks(_ body: (_ block: [CrossSection], _ labels: [IdentifierTable]) -> Bool) {
    var start = 0
    while start < crossSections.count {
      let end = min(crossSections.count, start + Self.blockLength)
      guard body(Array(crossSections[start..<end]), labels) else { return }
      start = end
    }
  }
}

extension CrossSectionSource {
  /// The last date of the first half of the cross-sections: that of the one numbered `⌊T / 2⌋` from 1.
  ///
  /// - Returns: `nil` of fewer than two cross-sections.
  /// - Throws: what keeps the blocks from being read.
  /// - Complexity: one pass.
  public func middleDate() throws -> CalendarDate? {
    var dates = [CalendarDate]()
    try readBlocks { block, _ in
      dates += block.map(\.date)
      return true
    }
    return dates.count < 2 ? nil : dates[dates.count / 2 - 1]
  }
}

extension UniverseRules {
  /// Checks every number and list.
  ///
  /// - Returns: the rules themselves.
  /// - Throws: the first key found wrong, in the order of the catalog.
  public func validated() throws(UniverseRulesError) -> Self {
    if let column, column.rawValue.isEmpty { throw .emptyEntry(key: "column", position: 0) }
    try Self.check("security_types", securityTypes)
    try Self.check("countries", countries)
    try Self.check("cap_coverage", capCoverage, in: 0...1, .leaveAtLeastEnter)
    try Self.check("minimum_names", minimumNames, in: 0...10_000_000)
    try Self.check("free_float", freeFloat, in: 0...1, .leaveAtMostEnter)
    try Self.check("minimum_price", minimumPrice, in: 0...1e12, .leaveAtMostEnter)
    if priceField.rawValue.isEmpty { throw .emptyEntry(key: "price_field", position: 0) }
    try Self.check("liquidity", liquidity, in: 0...1000, .leaveAtMostEnter)
    if let listingAge { try Self.check("listing_age", listingAge, in: 0...100_000) }
    try Self.check("observed_returns", observedReturns, in: 0...1, .leaveAtMostEnter)
    try Self.check("window_days", windowDays, in: 1...756)
    try Self.check("pending_days", pendingDays, in: 1...756)
    try Self.check("grace_days", graceDays, in: 1...756)
    try Self.check("absence_days", absenceDays, in: 0...756)
    return self
  }

  private static func check(
    _ key: String, _ value: Int, in range: ClosedRange<Int>
  ) throws(UniverseRulesError) {
    guard range.contains(value) else {
      throw .outOfRange(
        key: key, found: Double(value), expected: Double(range.lowerBound)...Double(range.upperBound))
    }
  }

  private static func check(
    _ key: String, _ thresholds: Thresholds?, in range: ClosedRange<Double>, _ order: UniverseRulesError.Order
  ) throws(UniverseRulesError) {
    guard let thresholds else { return }
    guard range.contains(thresholds.enter) else {
      throw .outOfRange(key: key + ".enter", found: thresholds.enter, expected: range)
    }
    guard range.contains(thresholds.leave) else {
      throw .outOfRange(key: key + ".leave", found: thresholds.leave, expected: range)
    }
    let isOrdered =
      switch order {
      case .leaveAtMostEnter: thresholds.leave <= thresholds.enter
      case .leaveAtLeastEnter: thresholds.leave >= thresholds.enter
      }
    guard isOrdered else {
      throw .leaveBeforeEnter(key: key, enter: thresholds.enter, leave: thresholds.leave, expected: order)
    }
  }

  private static func check(_ key: String, _ labels: [String]?) throws(UniverseRulesError) {
    guard let labels else { return }
    guard !labels.isEmpty else { throw .emptyList(key: key) }
    var seen = IdentifierTable()
    for (position, label) in labels.enumerated() {
      guard !label.isEmpty else { throw .emptyEntry(key: key, position: position) }
      guard seen.code(for: label) == Int32(position) else { throw .repeatedEntry(key: key, found: label) }
    }
  }
}

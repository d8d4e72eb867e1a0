internal import RiskEngine

extension PanelRows: DatedRows {
  /// Adds some rows of others with the same columns.
  mutating func append(_ range: Range<Int>, of other: PanelRows) {
    dates += other.dates[range]
    assets += other.assets[range]
    returns += other.returns[range]
    if !other.caps.isEmpty { caps += other.caps[range] }
    if !other.inUniverse.isEmpty { inUniverse += other.inUniverse[range] }
    if !other.weights.isEmpty { weights += other.weights[range] }
    if !other.constraintWeights.isEmpty { constraintWeights += other.constraintWeights[range] }
    for group in labels.indices where !other.labels[group].isEmpty { labels[group] += other.labels[group][range] }
    if !other.issuers.isEmpty { issuers += other.issuers[range] }
    for style in styles.indices {
      if let shared = other.sharedStyles {
        shared.append(style, rows: range, to: &styles[style])
      } else {
        styles[style] += other.styles[style][range]
      }
    }
    hasFiniteStyles = false
  }

  /// Some rows in another order.
  func rows(at positions: ArraySlice<Int32>) -> PanelRows {
    precondition(sharedStyles == nil, "rows whose loadings are kept elsewhere")
    func taken<Value>(_ column: [Value]) -> [Value] { column.isEmpty ? [] : positions.map { column[Int($0)] } }
    var rows = self
    rows.dates = taken(dates)
    rows.assets = taken(assets)
    rows.returns = taken(returns)
    rows.caps = taken(caps)
    rows.inUniverse = taken(inUniverse)
    rows.weights = taken(weights)
    rows.constraintWeights = taken(constraintWeights)
    rows.labels = labels.map(taken)
    rows.issuers = taken(issuers)
    rows.styles = styles.map(taken)
    return rows
  }
}

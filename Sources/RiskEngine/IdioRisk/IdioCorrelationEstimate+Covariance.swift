internal import LinAlg

extension IdioCorrelationEstimate {
  /// `Ω = diag(σ) R diag(σ)` over the rows of a cross-section.
  ///
  /// Of a component the assets count that have a row; others drop out, which keeps the rest positive definite. Blocks
  /// come in the order of their first rows.
  ///
  /// - Parameters:
  ///   - section: the cross-section, of assets with codes of the same table of identifiers.
  ///   - volatilities: `σ` of each row, as a fraction over the horizon of the result. A row whose volatility is not
  ///     positive and finite is in no block; its variance is the square of what was given.
  /// - Returns: `IdioCovariance.blocks`, with the diagonal `σ²` to the bit.
  /// - Complexity: O(rows + Σ component²).
  public func covariance(of section: CrossSection, volatilities: [Double]) -> IdioCovariance {
    precondition(
      volatilities.count == section.rowCount, "\(volatilities.count) volatilities for \(section.rowCount) rows")
    let variances = volatilities.map { $0 * $0 }
    var rows = [Int](repeating: -1, count: Int(section.assets.max() ?? -1) + 1)
    for (row, code) in section.assets.enumerated() where volatilities[row] > 0 && volatilities[row].isFinite {
      rows[Int(code)] = row
    }
    var blocks = [IdioCovariance.Block]()
    for component in components {
      let members = component.assets.indices.filter { index in
        let code = Int(component.assets[index])
        return code < rows.count && rows[code] >= 0
      }.sorted { rows[Int(component.assets[$0])] < rows[Int(component.assets[$1])] }
      guard members.count > 1 else { continue }
      let places = members.map { rows[Int(component.assets[$0])] }
      blocks.append(
        IdioCovariance.Block(
          rows: places,
          covariance: SymmetricMatrix(order: members.count) { i, j in
            i == j
              ? variances[places[i]]
              : component.correlation[members[i], members[j]] * volatilities[places[i]] * volatilities[places[j]]
          }))
    }
    blocks.sort { $0.rows[0] < $1.rows[0] }
    return .blocks(variances: variances, linked: blocks)
  }
}

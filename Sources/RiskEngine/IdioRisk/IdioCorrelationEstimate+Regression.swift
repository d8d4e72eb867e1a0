internal import LinAlg

extension IdioCorrelationEstimate {
  /// The correlations of a cross-section's rows, as regressions take them.
  ///
  /// Of a component the assets count that have a row.
  ///
  /// - Complexity: O(rows + Σ component²).
  public func correlations(of section: CrossSection) -> [IdioCorrelation] {
    guard !components.isEmpty else { return [] }
    var rows = [Int](repeating: -1, count: Int(section.assets.max() ?? -1) + 1)
    for (row, code) in section.assets.enumerated() { rows[Int(code)] = row }
    var all = [IdioCorrelation]()
    for component in components {
      let members = component.assets.indices.filter { index in
        let code = Int(component.assets[index])
        return code < rows.count && rows[code] >= 0
      }.sorted { rows[Int(component.assets[$0])] < rows[Int(component.assets[$1])] }
      guard members.count > 1 else { continue }
      all.append(
        IdioCorrelation(
          rows: members.map { rows[Int(component.assets[$0])] },
          correlation: SymmetricMatrix(order: members.count) { component.correlation[members[$0], members[$1]] }))
    }
    return all.sorted { $0.rows[0] < $1.rows[0] }
  }
}

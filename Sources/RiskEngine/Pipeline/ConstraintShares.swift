/// The shares with which the labels of constrained groups sum to zero.
enum ConstraintShares {
  /// `ϖ` of each factor of a registry: the constraint weights of the label's rows; 0 for factors of no constrained group.
  ///
  /// - Parameters:
  ///   - section: rows with caps, labels and constraint weights.
  ///   - isCounted: whether each row is among the assets regressed.
  /// - Complexity: O(n G).
  static func of(
    _ section: CrossSection, regression: CrossSectionalRegression, schema: PanelSchema, registry: FactorRegistry,
    labels: [IdentifierTable], isCounted: (Int) -> Bool
  ) -> [Double] {
    var shares = [Double](repeating: 0, count: registry.count)
    let scheme = regression.resolvedConstraintWeights(schema)
    for group in section.groups.indices where regression.hasMarket || group > 0 {
      var sums = [Double](repeating: 0, count: labels[group].count)
      for row in 0..<section.rowCount where isCounted(row) {
        let weight: Double =
          switch scheme {
          case .equal: 1
          case .cap: section.caps[row]
          case .column: section.constraintWeights[row]
          }
        guard weight > 0 else { continue }
        section.groups[group].forEach(in: row) { label, fraction in sums[Int(label)] += weight * fraction }
      }
      for code in 0..<Int32(sums.count) where sums[Int(code)] > 0 {
        guard let position = registry.position(ofLabel: labels[group][code], group: group) else { continue }
        shares[position] = sums[Int(code)]
      }
    }
    return shares
  }
}

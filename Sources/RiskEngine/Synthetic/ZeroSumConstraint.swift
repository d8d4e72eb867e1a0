/// The zero-sum constraint of a group, by which the factor returns of a market with groups are identified.
///
/// Adding a number to the market's return and taking it from every label's changes no asset's return. The
/// map `H = I − V (Cᵀ V)⁻¹ Cᵀ` picks, of all such factor returns, those whose weighted sum in
/// the group is zero: it takes the group's weighted mean off the labels and adds it to the market.
enum ZeroSumConstraint {
  /// Moves factor returns to the constraint of some weights.
  ///
  /// - Parameters:
  ///   - factorReturns: the market's first.
  ///   - group: the positions of the group's factor returns.
  ///   - weights: for each label the weight, none negative; all zero leaves the factor returns as they are.
  /// - Complexity: O(labels).
  static func impose(on factorReturns: inout [Double], group: Range<Int>, weights: [Double]) {
    let total = weights.reduce(0, +)
    guard total > 0 else { return }
    let mean = zip(group, weights).reduce(0) { $0 + factorReturns[$1.0] * $1.1 } / total
    factorReturns[0] += mean
    for factor in group { factorReturns[factor] -= mean }
  }
}

internal import LinAlg

/// How much the other factors add to the variance of each factor return.
///
/// The variance of a factor return in the full regression over its variance in the regression on the
/// market and the factor's own group alone (for a style: the market and that style), same weights. At
/// least 1, since the smaller regression is nested in the full one, and independent of which label
/// carries the constraint. `nan` where either variance is missing or zero.
struct VarianceInflation {
  /// The variance of each factor in its own small regression, in units of `σ²`.
  let ownVariance: [Double]

  /// Computes the small regressions' variances.
  ///
  /// - Complexity: O(J K), and `Σ L³` for groups of fractional membership.
  init(
    system: SchurSystem, design: PeriodDesign, functionals: FactorFunctionals,
    crossSection: CrossSection
  ) {
    var own = [Double](repeating: .nan, count: design.factorCount)
    let total = system.segmentWeights.reduce(0, +)
    if design.hasMarket { own[0] = 1 / total }
    for (group, content) in design.groups.enumerated() {
      let offset = design.offset(ofGroup: group)
      let variances: [Double]
      if group == design.eliminatedGroup {
        variances = Self.labelVariances(
          weights: design.segmentOfPlaceWeights(system.segmentWeights), shares: content.shares,
          hasMarket: design.hasMarket, isFirst: group == 0)
      } else {
        let gram = Self.labelGram(group, design: design, column: crossSection.groups[group])
        variances = Self.labelVariances(
          gram: gram, shares: content.shares, hasMarket: design.hasMarket, isFirst: group == 0)
      }
      own.replaceSubrange(offset..<offset + content.labels.count, with: variances)
    }
    let width = system.styleCount + 1
    for style in 0..<system.styleCount {
      var square = system.gram[style + style * width]
      var sum = 0.0
      for segment in 0..<system.segmentCount {
        let mean = system.means[segment * width + style]
        square += system.segmentWeights[segment] * mean * mean
        sum += system.segmentWeights[segment] * mean
      }
      if design.hasMarket {
        // Within segments plus between them: no difference of large numbers.
        square = system.gram[style + style * width]
        for segment in 0..<system.segmentCount {
          let deviation = system.means[segment * width + style] - sum / total
          square += system.segmentWeights[segment] * deviation * deviation
        }
      }
      own[design.styleOffset + style] = square > 0 ? 1 / square : .nan
    }
    ownVariance = own
  }

  /// The ratio of a factor's variance in the full regression to that in its own.
  func factor(_ index: Int, variance: Double) -> Double {
    let ratio = variance / ownVariance[index]
    return variance > 0 && ratio.isFinite ? ratio : .nan
  }

  /// Variances of labels that do not overlap, from their weights.
  private static func labelVariances(
    weights: [Double], shares: [Double], hasMarket: Bool, isFirst: Bool
  ) -> [Double] {
    if !hasMarket && isFirst { return weights.map { 1 / $0 } }
    if !hasMarket {
      // The group alone, its zero-sum constraint a real restriction.
      let total = zip(shares, weights).reduce(0.0) { $0 + $1.0 * $1.0 / $1.1 }
      return zip(shares, weights).map { 1 / $1 - ($0 / $1) * ($0 / $1) / total }
    }
    let market = zip(shares, weights).reduce(0.0) { $0 + $1.0 * $1.0 / $1.1 }
    return zip(shares, weights).map { (1 - 2 * $0) / $1 + market }
  }

  /// Variances of labels that overlap, from their cross products.
  private static func labelVariances(
    gram: SymmetricMatrix, shares: [Double], hasMarket: Bool, isFirst: Bool
  ) -> [Double] {
    let count = shares.count
    guard let cholesky = try? Cholesky(consuming: gram) else { return Array(repeating: .nan, count: count) }
    let inverse = cholesky.inverse()
    if !hasMarket && isFirst { return (0..<count).map { inverse[$0, $0] } }
    let product = (0..<count).map { row in (0..<count).reduce(0.0) { $0 + inverse[row, $1] * shares[$1] } }
    let market = zip(shares, product).reduce(0.0) { $0 + $1.0 * $1.1 }
    if !hasMarket { return (0..<count).map { inverse[$0, $0] - product[$0] * product[$0] / market } }
    return (0..<count).map { inverse[$0, $0] - 2 * product[$0] + market }
  }

  /// `Σ w B_il B_il'` over the labels of a group.
  private static func labelGram(
    _ group: Int, design: PeriodDesign, column: GroupColumn
  ) -> SymmetricMatrix {
    let places = design.groups[group].places
    var gram = SymmetricMatrix.zeros(order: design.groups[group].labels.count)
    var entries = [(place: Int, fraction: Double)]()
    for row in 0..<design.rowCount where design.weights[row] > 0 {
      entries.removeAll(keepingCapacity: true)
      column.forEach(in: row) { label, fraction in
        if places[Int(label)] >= 0 { entries.append((Int(places[Int(label)]), fraction)) }
      }
      for first in entries {
        for second in entries where second.place <= first.place {
          gram[first.place, second.place] += design.weights[row] * first.fraction * second.fraction
        }
      }
    }
    return gram
  }
}

extension PeriodDesign {
  /// The weights of the eliminated group's labels, from those of the segments.
  func segmentOfPlaceWeights(_ segmentWeights: [Double]) -> [Double] {
    segmentOfPlace.map { segmentWeights[Int($0)] }
  }
}

internal import LinAlg

/// Coordinates of factor returns that no constraint ties together, for the completion of missing ones.
///
/// Under zero-sum constraints the covariance of factor returns is singular once all labels are observed. With a market
/// the first constrained group's labels become `g_j = f_market + f_j`, what a label returns as a whole, and the market
/// is left out. The labels of every other constrained group are taken relative to one of them, its reference, which
/// is left out: the one with most returns. All other factors are their own coordinates.
struct FactorCoordinates {
  /// A coordinate: a factor's return, plus the market's or less the reference's.
  struct Coordinate: Equatable {
    var factor: Int
    var plus: Int?
    var minus: Int?

    /// The factor, and the other one with its sign, which is 0 where there is none.
    var terms: (factor: Int, other: Int, sign: Double) {
      if let plus { return (factor, plus, 1) }
      if let minus { return (factor, minus, -1) }
      return (factor, factor, 0)
    }
  }

  /// The coordinates.
  let coordinates: [Coordinate]
  /// The market, where the first group's coordinates contain it.
  let market: Int?
  /// The labels of the group whose coordinates contain the market.
  let labelsOverMarket: [Int]
  /// For each group in relative coordinates its reference and its labels.
  let relativeGroups: [(reference: Int, labels: [Int])]
  /// For each factor its coordinate; `nil` for the market and references that were left out.
  let coordinateOfFactor: [Int?]

  /// Chooses coordinates.
  ///
  /// - Parameters:
  ///   - blocks: of the factors.
  ///   - counts: the number of returns of each factor.
  ///   - isConstrained: whether a group was ever constrained.
  init(blocks: [FactorBlock], counts: [Int], isConstrained: (Int) -> Bool) {
    let groups = FactorConstraints.constrainedGroups(blocks).filter(isConstrained)
    let market = groups.isEmpty ? nil : blocks.firstIndex(of: .market)
    var overMarket: Int?
    var relativeGroups = [(reference: Int, labels: [Int])]()
    for group in groups {
      if market != nil, overMarket == nil {
        overMarket = group
        continue
      }
      let labels = blocks.indices.filter { blocks[$0] == .group(group) }
      var reference = labels[0]
      for label in labels where counts[label] > counts[reference] { reference = label }
      relativeGroups.append((reference, labels))
    }
    var coordinates = [Coordinate]()
    var ofFactor = [Int?](repeating: nil, count: blocks.count)
    for (factor, block) in blocks.enumerated() {
      guard factor != market, !relativeGroups.contains(where: { $0.reference == factor }) else { continue }
      ofFactor[factor] = coordinates.count
      var coordinate = Coordinate(factor: factor)
      if case .group(let group) = block {
        if group == overMarket {
          coordinate.plus = market
        } else {
          coordinate.minus = relativeGroups.first { $0.labels.contains(factor) }?.reference
        }
      }
      coordinates.append(coordinate)
    }
    self.coordinates = coordinates
    self.market = market
    self.relativeGroups = relativeGroups
    coordinateOfFactor = ofFactor
    labelsOverMarket = blocks.indices.filter { factor in overMarket.map { blocks[factor] == .group($0) } ?? false }
  }

  /// The coordinates of a period's factor returns; NaN where one of the returns is.
  func values(_ returns: (Int) -> Double) -> [Double] {
    coordinates.map { coordinate in
      var value = returns(coordinate.factor)
      if let plus = coordinate.plus { value += returns(plus) }
      if let minus = coordinate.minus { value -= returns(minus) }
      return value
    }
  }
  /// The covariance of some coordinates.
  ///
  /// - Parameter covariance: of the factors.
  /// - Complexity: O(m²).
  func covariance(_ covariance: SymmetricMatrix, of kept: [Int]) -> SymmetricMatrix {
    let terms = kept.map { coordinates[$0].terms }
    let (order, count) = (covariance.order, kept.count)
    let full = covariance.full
    var column = [Double](repeating: 0, count: order)
    var result = [Double](repeating: 0, count: count * count)
    for (place, right) in terms.enumerated() {
      // With all factors, then with the coordinates.
      let entries = full.storage.span
      var target = column.mutableSpan
      for row in 0..<order {
        target[row] = entries[row + right.factor * order] + right.sign * entries[row + right.other * order]
      }
      for row in place..<count {
        let left = terms[row]
        result[row + place * count] = target[left.factor] + left.sign * target[left.other]
      }
    }
    return SymmetricMatrix(order: count, lowerTriangleOf: result)
  }

  /// Some coordinates of a vector over the factors.
  func applied(to vector: [Double], of kept: [Int]) -> [Double] {
    kept.map { index in
      let terms = coordinates[index].terms
      return vector[terms.factor] + (terms.sign == 0 ? 0 : terms.sign * vector[terms.other])
    }
  }

  /// The vector over the factors that some coordinates' coefficients stand for: the transpose of ``applied(to:of:)``.
  func spread(_ coefficients: [Double], of kept: [Int], order: Int) -> [Double] {
    var vector = [Double](repeating: 0, count: order)
    for (index, coefficient) in zip(kept, coefficients) {
      let terms = coordinates[index].terms
      vector[terms.factor] += coefficient
      if terms.sign != 0 { vector[terms.other] += terms.sign * coefficient }
    }
    return vector
  }
}

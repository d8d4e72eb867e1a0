internal import LinAlg

/// The zero-sum constraints of factor returns in one period: for each constrained group `Σ ϖ_l f_l = 0`.
///
/// With a market every group is constrained, without one all but group 0. The loadings of a constrained group sum to
/// the market's (or group 0's), which is the null vector `v`: +1 there, −1 on the group's labels. `ℋ = I − Σ v cᵀ / cᵀv`
/// moves what breaks the constraint along the null vectors, so it changes no portfolio's risk.
struct FactorConstraints {
  /// A constrained group.
  struct Group: Equatable {
    /// Its labels with a share.
    var factors: [Int]
    /// `ϖ` of each, positive.
    var shares: [Double]
    /// All its labels.
    var labels: [Int]
  }

  /// The number of factors.
  let order: Int
  /// The constrained groups with a positive share, ascending.
  let groups: [Group]
  /// The factors whose loadings the group's sum to: the market, or the labels of group 0.
  let base: [Int]

  /// Finds the constraints of some factors.
  ///
  /// - Parameters:
  ///   - blocks: of the factors, in their order.
  ///   - shares: `ϖ` of the factors; 0 or NaN where there is none.
  init(blocks: [FactorBlock], shares: [Double]) {
    order = blocks.count
    let market = blocks.firstIndex(of: .market)
    base = market.map { [$0] } ?? blocks.indices.filter { blocks[$0] == .group(0) }
    var groups = [Group]()
    for group in Self.constrainedGroups(blocks) {
      let labels = blocks.indices.filter { blocks[$0] == .group(group) }
      let members = labels.filter { shares[$0] > 0 }
      guard !members.isEmpty else { continue }
      groups.append(Group(factors: members, shares: members.map { shares[$0] }, labels: labels))
    }
    self.groups = groups
  }

  /// The numbers of the groups that are constrained, ascending.
  static func constrainedGroups(_ blocks: [FactorBlock]) -> [Int] {
    let hasMarket = blocks.contains(.market)
    var found = [Int]()
    for block in blocks {
      if case .group(let group) = block, hasMarket || group > 0, !found.contains(group) { found.append(group) }
    }
    return found.sorted()
  }

  /// `ℋ F ℋᵀ`; the matrix itself where there are no constraints.
  ///
  /// With `ℋ = I + Σ u cᵀ` it is `F + Σ (u (F c)ᵀ + (F c) uᵀ) + Σ Σ (cᵀ F c) u uᵀ`.
  ///
  /// - Complexity: O(m²) a group.
  func projected(_ covariance: SymmetricMatrix) -> SymmetricMatrix {
    guard !groups.isEmpty, !base.isEmpty else { return covariance }
    var (constraints, directions, products) = ([[Double]](), [[Double]](), [[Double]]())
    for group in groups {
      let total = group.shares.reduce(0, +)
      var constraint = [Double](repeating: 0, count: order)
      for (factor, share) in zip(group.factors, group.shares) { constraint[factor] = share / total }
      var direction = [Double](repeating: 0, count: order)
      for row in base { direction[row] += 1 }
      for row in group.labels { direction[row] -= 1 }
      constraints.append(constraint)
      directions.append(direction)
      products.append(covariance.multiplied(by: constraint))
    }
    var result = covariance
    for (i, direction) in directions.enumerated() {
      // Half of u (cᵀ F c) uᵀ with each of the two others.
      var other = products[i]
      for (j, constraint) in constraints.enumerated() {
        let scale = 0.5 * zip(products[i], constraint).reduce(0) { $0 + $1.0 * $1.1 }
        for row in other.indices { other[row] += scale * directions[j][row] }
      }
      let (left, right) = (direction.span, other.span)
      var entries = result.storage.mutableSpan
      for column in 0..<order {
        for row in column..<order {
          entries[row + column * order] += left[row] * right[column] + right[row] * left[column]
        }
      }
    }
    return result
  }

  /// Orthonormal columns that span the constraints in units of volatility and that a correlation matrix maps to zero.
  ///
  /// - Parameters:
  ///   - correlation: of the factors.
  ///   - volatilities: of the factors.
  /// - Returns: order × the number of such directions.
  func nullVectors(of correlation: SymmetricMatrix, volatilities: [Double]) -> Matrix {
    var columns = [[Double]]()
    for group in groups {
      var vector = [Double](repeating: 0, count: order)
      for (factor, share) in zip(group.factors, group.shares) { vector[factor] = share * volatilities[factor] }
      let norm = Self.norm(vector)
      guard norm > 0, Self.norm(correlation.multiplied(by: vector)) <= 1e-10 * norm else { continue }
      // Groups share no labels, so their vectors are orthogonal.
      columns.append(vector.map { $0 / norm })
    }
    return Matrix(rowCount: order, columnCount: columns.count, storage: columns.flatMap { $0 })
  }

  private static func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

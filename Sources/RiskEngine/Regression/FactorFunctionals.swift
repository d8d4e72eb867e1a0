internal import LinAlg

/// Every factor return of a period as a linear functional of what was solved for.
///
/// The solution consists of `g_j = r̄_j − X̄_jᵀβ`, one a segment, and the reduced coefficients `β`. A
/// factor return is `aᵀg + cᵀβ`, hence `aᵀr̄ + uᵀβ` with `u = c − X̄ᵀa`, and its variance given the
/// factor returns is `σ² (aᵀD⁻¹a + uᵀS⁻¹u)`: `r̄` and `β` are uncorrelated. The market is the
/// share-weighted mean of `g`; the constrained labels of the eliminated group are what is left of their
/// `g` after it.
struct FactorFunctionals {
  /// What `a` is.
  private enum SegmentPart {
    case none
    /// The shares of the eliminated group, or 1 on the only segment.
    case market
    /// One segment.
    case segment(Int)
    /// One segment, less the market.
    case segmentLessMarket(Int)
  }

  /// `u` as columns: reduced coefficients × factors.
  private(set) var reducedPart: Matrix
  /// `aᵀD⁻¹a` for each factor.
  private(set) var segmentVariance: [Double]
  private let segmentParts: [SegmentPart]
  private let marketShares: [Double]

  /// Makes the functionals of a solved system.
  ///
  /// - Complexity: `O(K' m + J K')`.
  init(system: SchurSystem, design: PeriodDesign) {
    let order = system.order
    let segmentCount = system.segmentCount
    // ϖ by segment: what makes the market out of g.
    var shares = [Double](repeating: 0, count: segmentCount)
    if let eliminated = design.eliminatedGroup {
      for (place, share) in design.groups[eliminated].shares.enumerated() {
        shares[Int(design.segmentOfPlace[place])] = share
      }
    } else if design.isCentered {
      shares[0] = 1
    }
    marketShares = shares

    var parts = [SegmentPart]()
    parts.reserveCapacity(design.factorCount)
    // `c` of each factor, then `u`.
    var reducedPart = [Double](repeating: 0, count: order * design.factorCount)
    if design.hasMarket { parts.append(.market) }
    for (group, content) in design.groups.enumerated() {
      let carriesMarket = !design.isConstrained(group)
      if group == design.eliminatedGroup {
        for place in content.labels.indices {
          let segment = Int(design.segmentOfPlace[place])
          parts.append(carriesMarket ? .segment(segment) : .segmentLessMarket(segment))
        }
        continue
      }
      // The reduced columns of a group are its labels but the pivot, in order.
      var column = order - system.reducedLabels.count + system.firstReducedLabel(ofGroup: group)
      let first = parts.count
      for place in content.labels.indices {
        parts.append(carriesMarket ? .market : .none)
        guard place != content.pivot else { continue }
        reducedPart[(first + place) * order + column] = 1
        reducedPart[(first + content.pivot) * order + column] = -content.shares[place] / content.shares[content.pivot]
        column += 1
      }
    }
    for style in 0..<system.styleCount {
      reducedPart[parts.count * order + style] = 1
      parts.append(.none)
    }
    segmentParts = parts

    var marketMeans = [Double](repeating: 0, count: order)
    var marketVariance = 0.0
    for segment in 0..<segmentCount where shares[segment] > 0 {
      marketVariance += shares[segment] * shares[segment] / system.segmentWeights[segment]
      for index in 0..<order { marketMeans[index] += shares[segment] * system.reducedMeans[segment * order + index] }
    }
    var segmentVariance = [Double](repeating: 0, count: parts.count)
    var entries = reducedPart.mutableSpan
    let means = system.reducedMeans.span
    for factor in parts.indices {
      let first = factor * order
      switch parts[factor] {
      case .none: break
      case .market:
        for index in 0..<order { entries[first + index] -= marketMeans[index] }
        segmentVariance[factor] = marketVariance
      case .segment(let segment):
        for index in 0..<order { entries[first + index] -= means[segment * order + index] }
        segmentVariance[factor] = 1 / system.segmentWeights[segment]
      case .segmentLessMarket(let segment):
        for index in 0..<order {
          entries[first + index] += marketMeans[index] - means[segment * order + index]
        }
        segmentVariance[factor] =
          (1 - 2 * shares[segment]) / system.segmentWeights[segment] + marketVariance
      }
    }
    self.reducedPart = Matrix(rowCount: order, columnCount: parts.count, storage: reducedPart)
    self.segmentVariance = segmentVariance
  }

  /// The factor returns.
  ///
  /// - Parameters:
  ///   - segmentMeans: `r̄`.
  ///   - coefficients: `β`.
  func factorReturns(segmentMeans: [Double], coefficients: [Double]) -> [Double] {
    var market = 0.0
    for (share, mean) in zip(marketShares, segmentMeans) { market += share * mean }
    return segmentParts.indices.map { factor in
      var value: Double
      switch segmentParts[factor] {
      case .none: value = 0
      case .market: value = market
      case .segment(let segment): value = segmentMeans[segment]
      case .segmentLessMarket(let segment): value = segmentMeans[segment] - market
      }
      let first = factor * coefficients.count
      for index in coefficients.indices { value += reducedPart.storage[first + index] * coefficients[index] }
      return value
    }
  }

  /// For each segment the coefficient `a_j` of a factor.
  func segmentCoefficients(ofFactor factor: Int) -> [Double] {
    switch segmentParts[factor] {
    case .none: return Array(repeating: 0, count: marketShares.count)
    case .market: return marketShares
    case .segment(let segment):
      var coefficients = [Double](repeating: 0, count: marketShares.count)
      coefficients[segment] = 1
      return coefficients
    case .segmentLessMarket(let segment):
      var coefficients = marketShares.map { -$0 }
      coefficients[segment] += 1
      return coefficients
    }
  }
}

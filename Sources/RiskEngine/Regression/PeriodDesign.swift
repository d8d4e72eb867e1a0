internal import LinAlg

/// What one period's regression is run on: weights, and the labels present with their shares.
///
/// Factors are laid out as market, labels of each group by their bytes, styles. One group, that by whose
/// labels the rows are ordered, is *eliminated*: its dummies are never formed, its labels are the
/// segments within which everything is centred. Without such a group all rows are one segment, which
/// stands for the market; without any group or market nothing is centred.
struct PeriodDesign: Sendable {
  /// A categorical group in one period.
  struct Group: Sendable {
    /// The labels with a member among the assets regressed, ascending by bytes.
    var labels: [Int32] = []
    /// For each label of the group its place in `labels`, or -1.
    var places: [Int32] = []
    /// The sum of the constraint weights of each label's members.
    var constraintWeights: [Double] = []
    /// `ϖ`: each label's share of the constraint weights; sums to 1.
    var shares: [Double] = []
    /// The place of the label with the largest share, the first of several.
    var pivot = 0
  }

  /// The number of rows.
  private(set) var rowCount = 0
  /// `w`: the weight of each row, 0 where it is not regressed; then padding.
  var weights: [Double] = []
  /// Whether each row is regressed.
  private(set) var isRegressed: [Bool] = []
  /// Whether every entry of `isRegressed` is true.
  private var isAllRegressed = false
  /// The number of rows regressed.
  private(set) var regressedCount = 0
  /// The groups of the schema.
  private(set) var groups: [Group] = []
  /// The group that is eliminated, or `nil`.
  private(set) var eliminatedGroup: Int?
  /// For each segment the place of its label among those of the eliminated group, or -1.
  private(set) var segmentPlaces: [Int32] = []
  /// For each label of the eliminated group its segment.
  private(set) var segmentOfPlace: [Int32] = []
  /// The number of styles.
  private(set) var styleCount = 0
  /// Whether there is a market factor.
  private(set) var hasMarket = true
  /// What cannot be regressed, by reason.
  private(set) var exclusions = ExclusionCounts()

  /// Whether means within segments are taken out.
  var isCentered: Bool { hasMarket || !groups.isEmpty }
  /// `m`: the number of factors.
  var factorCount: Int { (hasMarket ? 1 : 0) + groups.reduce(0) { $0 + $1.labels.count } + styleCount }
  /// `p`: the number of zero-sum constraints.
  var constraintCount: Int { hasMarket ? groups.count : max(0, groups.count - 1) }
  /// Whether a group's factor returns are constrained.
  func isConstrained(_ group: Int) -> Bool { hasMarket || group > 0 }
  /// The position of a group's first label among the factors.
  func offset(ofGroup group: Int) -> Int {
    (hasMarket ? 1 : 0) + groups[..<group].reduce(0) { $0 + $1.labels.count }
  }
  /// The position of the first style among the factors.
  var styleOffset: Int { offset(ofGroup: groups.count) }

  /// Makes the design of a cross-section.
  ///
  /// - Returns: why nothing can be regressed, or `nil`.
  /// - Complexity: O(n G).
  mutating func prepare(
    _ crossSection: CrossSection, regression: CrossSectionalRegression, schema: PanelSchema,
    labelRanks: [[Int32]], externalWeights: [Double]?
  ) -> PeriodOutcome.Failure? {
    rowCount = crossSection.rowCount
    styleCount = crossSection.styleCount
    hasMarket = regression.hasMarket
    eliminatedGroup = crossSection.orderingGroup
    let constraintScheme = regression.resolvedConstraintWeights(schema)
    let usesCaps = regression.usesCaps(schema)
    let isConstraining = schema.groups.indices.contains(where: isConstrained)
    let excluded = setWeights(
      crossSection, scheme: regression.weights, external: externalWeights, usesCaps: usesCaps,
      constraintColumn: constraintScheme == .column && isConstraining ? crossSection.constraintWeights : nil)
    if let tail = regression.weightClipping { clipWeights(tail: tail) }
    exclusions = crossSection.exclusionCounts(usesCaps: usesCaps)
    // Rows that only their weight excludes are counted with those that have no cap.
    exclusions.noCap += rowCount - regressedCount - excluded

    groups.removeAll(keepingCapacity: true)
    segmentPlaces.removeAll(keepingCapacity: true)
    segmentOfPlace.removeAll(keepingCapacity: true)
    if eliminatedGroup == nil {
      for _ in 1..<crossSection.segmentStarts.count { segmentPlaces.append(0) }
    }
    for group in schema.groups.indices {
      // A free group's shares only place its level, so any will do.
      let constraintWeights: [Double]? =
        switch constraintScheme {
        case _ where !isConstrained(group): nil
        case .cap: crossSection.caps
        case .column: crossSection.constraintWeights
        case .equal: nil
        }
      let isValid =
        if group == eliminatedGroup {
          addEliminatedGroup(
            segmentLabels: crossSection.segmentLabels, labelCount: labelRanks[group].count,
            segmentStarts: crossSection.segmentStarts,
            constraintWeights: constraintWeights)
        } else {
          addGroup(column: crossSection.groups[group], ranks: labelRanks[group], constraintWeights: constraintWeights)
        }
      guard isValid || regressedCount == 0 else { return .noConstraintWeight(group: schema.groups[group]) }
    }
    let needed = regression.minimumAssets ?? factorCount - constraintCount + 1
    guard regressedCount >= max(needed, 1) else {
      return .tooFewAssets(found: regressedCount, needed: max(needed, 1))
    }
    guard factorCount > 0 else { return .noFactor }
    if let most = regression.maximumMissingReturnShare, crossSection.missingReturnShare > most {
      return .missingReturns(share: crossSection.missingReturnShare)
    }
    return nil
  }

  /// Sets `weights`, `isRegressed` and `regressedCount`.
  ///
  /// - Returns: the number of rows that their own reasons exclude.
  private mutating func setWeights(
    _ crossSection: CrossSection, scheme: WeightScheme, external: [Double]?, usesCaps: Bool,
    constraintColumn: [Double]?
  ) -> Int {
    let count = rowCount
    if let external {
      weights = external + Array(repeating: 0, count: CenteredGram.padding)
    } else {
      switch scheme {
      case .equal: weights = Array(repeating: 1, count: count + CenteredGram.padding)
      case .squareRootOfCap:
        if weights.count != count + CenteredGram.padding {
          weights = Array(repeating: 0, count: count + CenteredGram.padding)
        }
        var span = weights.mutableSpan
        SquareRoots.compute(crossSection.caps.span, count: count, into: &span)
      case .cap: weights = crossSection.caps
      case .column: weights = crossSection.weights
      case .inverseOfVarianceColumn: weights = crossSection.weights.map { $0 > 0 ? 1 / $0 : 0 }
      }
    }
    let relevant: ExclusionReasons = usesCaps ? [.outsideUniverse, .noCap] : .outsideUniverse
    var excluded = 0
    if !crossSection.combinedReasons.isDisjoint(with: relevant) {
      for row in 0..<count where !crossSection.reasons[row].isDisjoint(with: relevant) {
        weights[row] = 0
        excluded += 1
      }
    }
    if let constraintColumn {
      for row in 0..<count where constraintColumn[row].isNaN { weights[row] = 0 }
    }
    regressedCount = WeightedSums.positiveCount(weights.span, count: count)
    // Where every row is regressed, the mask of the last such period will do: nothing is copied.
    if !isAllRegressed || isRegressed.count != count { isRegressed = Array(repeating: true, count: count) }
    isAllRegressed = regressedCount == count
    if !isAllRegressed {
      for row in 0..<count where !(weights[row] > 0 && weights[row] < .infinity) {
        weights[row] = 0
        isRegressed[row] = false
      }
    }
    return excluded
  }

  /// Brings weights outside the quantiles `tail` and `1 − tail` of those regressed back to them.
  private mutating func clipWeights(tail: Double) {
    let sorted = weights.indices.prefix(rowCount).filter { isRegressed[$0] }.map { weights[$0] }.sorted()
    guard !sorted.isEmpty else { return }
    let low = Quantile.interpolated(tail, ofSorted: sorted)
    let high = Quantile.interpolated(1 - tail, ofSorted: sorted)
    for row in 0..<rowCount where isRegressed[row] { weights[row] = min(max(weights[row], low), high) }
  }

  /// Finds the labels of the group by which the rows are ordered, in segments ascending by bytes.
  ///
  /// - Returns: whether some label has a constraint weight.
  private mutating func addEliminatedGroup(
    segmentLabels: [Int32], labelCount: Int, segmentStarts: [Int32], constraintWeights: [Double]?
  ) -> Bool {
    var group = Group()
    group.places = Array(repeating: -1, count: labelCount)
    group.labels.reserveCapacity(segmentStarts.count - 1)
    group.constraintWeights.reserveCapacity(segmentStarts.count - 1)
    for segment in segmentLabels.indices {
      let rows = Int(segmentStarts[segment])..<Int(segmentStarts[segment + 1])
      var total = 0.0
      var isPresent = isAllRegressed
      if isAllRegressed {
        total = constraintWeights.map { WeightedSums.sum($0.span, in: rows) } ?? Double(rows.count)
      } else {
        for row in rows where isRegressed[row] {
          total += constraintWeights?[row] ?? 1
          isPresent = true
        }
      }
      guard isPresent else {
        segmentPlaces.append(-1)
        continue
      }
      let label = segmentLabels[segment]
      let place = Int32(group.labels.count)
      group.labels.append(label)
      group.places[Int(label)] = place
      group.constraintWeights.append(total)
      segmentPlaces.append(place)
      segmentOfPlace.append(Int32(segment))
    }
    return append(group)
  }

  /// Finds the labels of another group.
  ///
  /// - Returns: whether some label has a constraint weight.
  private mutating func addGroup(column: GroupColumn, ranks: [Int32], constraintWeights: [Double]?) -> Bool {
    var totals = [Double](repeating: 0, count: ranks.count)
    var isPresent = [Bool](repeating: false, count: ranks.count)
    for row in 0..<rowCount where isRegressed[row] {
      let weight = constraintWeights?[row] ?? 1
      column.forEach(in: row) { label, fraction in
        totals[Int(label)] += weight * fraction
        isPresent[Int(label)] = true
      }
    }
    var group = Group()
    group.labels = ranks.indices.filter { isPresent[$0] }.sorted { ranks[$0] < ranks[$1] }.map { Int32($0) }
    group.places = Array(repeating: -1, count: ranks.count)
    for (place, label) in group.labels.enumerated() { group.places[Int(label)] = Int32(place) }
    group.constraintWeights = group.labels.map { totals[Int($0)] }
    return append(group)
  }

  /// Adds a group whose labels and constraint weights are known.
  ///
  /// - Returns: whether some label has a constraint weight.
  private mutating func append(_ group: consuming Group) -> Bool {
    let sum = group.constraintWeights.reduce(0, +)
    group.shares = group.constraintWeights.map { $0 / sum }
    for place in group.shares.indices where group.shares[place] > group.shares[group.pivot] { group.pivot = place }
    groups.append(group)
    return sum > 0
  }
}

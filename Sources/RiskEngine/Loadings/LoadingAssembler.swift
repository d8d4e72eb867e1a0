/// Makes the style loadings of a cross-section of its descriptors: outliers back, standardized, combined, standardized
/// again, powers and orthogonal parts, and missing styles filled.
///
/// Every moment is over rows of the estimation universe that have a value of their own; the transformations apply to all
/// rows. Nothing is remembered between dates, so dates can be worked on in parallel, each with a `Scratch` of its own.
public struct LoadingAssembler: Sendable {
  /// Buffers of one worker.
  public struct Scratch {
    var universe = EstimationRows()
    var sample = EstimationSample()
    var statistics = OrderStatistics()
    var descriptors: [[Double]] = []
    var weights: [Double] = []

    /// Makes buffers.
    public init() {}
  }

  /// The recipe.
  public let recipe: LoadingRecipe
  private let descriptorCount: Int

  /// Prepares a recipe.
  ///
  /// - Throws: `LoadingRecipeError`.
  public init(_ recipe: LoadingRecipe, descriptorCount: Int, groupCount: Int) throws(LoadingRecipeError) {
    self.recipe = try recipe.validated(descriptorCount: descriptorCount, groupCount: groupCount)
    self.descriptorCount = descriptorCount
  }

  /// Makes the loadings of one date.
  ///
  /// - Parameters:
  ///   - descriptors: one column a descriptor, in its own unit; what is not finite is missing.
  ///   - caps: market capitalizations, one a row; NaN where there is none.
  ///   - inEstimation: whether each row is in the estimation universe.
  ///   - groups: for each group the label code of each row, or −1; a group that is not there has no labels.
  ///   - scratch: buffers of the worker.
  /// - Precondition: all columns have as many rows as `caps`.
  /// - Complexity: O(rows × (descriptors + styles)) on average.
  public func assemble(
    descriptors: [[Double]], caps: [Double], inEstimation: [Bool], groups: [[Int32]], scratch: inout Scratch
  ) -> LoadingCrossSection {
    precondition(descriptors.count == descriptorCount, "\(descriptors.count) descriptors for \(descriptorCount)")
    precondition(
      descriptors.allSatisfy { $0.count == caps.count } && inEstimation.count == caps.count
        && groups.allSatisfy { $0.count == caps.count }, "columns of other lengths than \(caps.count) caps")
    scratch.universe.set(caps: caps, inEstimation: inEstimation)
    var work = Work(
      caps: caps, groups: groups,
      result: LoadingCrossSection(
        styles: [], imputedRows: Array(repeating: [], count: recipe.styles.count), isRegressable: [],
        descriptors: Array(repeating: ColumnOutcome(), count: descriptorCount),
        outcomes: Array(repeating: ColumnOutcome(), count: recipe.styles.count)))
    work.result.styles.reserveCapacity(recipe.styles.count)
    if scratch.descriptors.count != descriptorCount {
      scratch.descriptors = Array(repeating: [], count: descriptorCount)
    }
    for (index, column) in descriptors.enumerated() {
      var values: [Double] = []
      swap(&values, &scratch.descriptors[index])
      Self.copyFinite(column, to: &values)
      work.result.descriptors[index] = standardizedDescriptor(index, &values, &work, &scratch)
      swap(&values, &scratch.descriptors[index])
    }
    for (index, style) in recipe.styles.enumerated() {
      var column: [Double]
      switch style.content {
      case .descriptors(let parts):
        column = Composite(parts, matchesVariance: recipe.matchesVariance)
          .column(of: scratch.descriptors, rows: scratch.universe.rows, count: caps.count)
      case .power(let name, let exponent):
        column = work.result.styles[place(of: name)]
        for row in column.indices { column[row] = Self.power(column[row], exponent) }
      }
      work.result.outcomes[index] = finish(style, index, &column, &work, &scratch)
      work.result.styles.append(column)
    }
    impute(&work, scratch.universe)
    for index in recipe.styles.indices {
      let outcome = work.result.outcomes[index]
      work.result.outcomes[index].missingCount = caps.count - outcome.finiteCount - outcome.imputedCount
    }
    judge(&work)
    return work.result
  }

  /// A date while it is worked on.
  private struct Work {
    let caps: [Double]
    let groups: [[Int32]]
    var result: LoadingCrossSection
  }

  private func place(of style: String) -> Int { recipe.styles.firstIndex { $0.name == style } ?? 0 }

  private static func copyFinite(_ column: [Double], to values: inout [Double]) {
    if values.count != column.count { values = Array(repeating: 0, count: column.count) }
    let source = column.span
    var target = values.mutableSpan
    for row in source.indices { target[row] = abs(source[row]) < .infinity ? source[row] : .nan }
  }

  private static func finiteCount(_ column: [Double]) -> Int {
    let values = column.span
    var count = 0
    for row in values.indices { count &+= abs(values[row]) < .infinity ? 1 : 0 }
    return count
  }

  /// `|x|^exponent` with the sign of `x`; NaN where it is too large for a number.
  private static func power(_ x: Double, _ exponent: Double) -> Double {
    let size = abs(x)
    let value: Double
    if exponent == 1 {
      value = size
    } else if exponent == 2 {
      value = size * size
    } else if exponent == 3 {
      value = size * size * size
    } else {
      guard size > 0 else { return size == 0 ? 0 : .nan }
      value = PortableMath.exp(exponent * PortableMath.log(size))
    }
    guard value < .infinity else { return .nan }
    return x < 0 ? -value : value
  }

  // MARK: Columns

  private func standardizedDescriptor(
    _ index: Int, _ values: inout [Double], _ work: inout Work, _ scratch: inout Scratch
  ) -> ColumnOutcome {
    var outcome = ColumnOutcome()
    scratch.sample.gather(values.span, over: scratch.universe)
    if recipe.gaussianizes {
      RankGaussianization.apply(&values, sample: scratch.sample.values)
      scratch.sample.gather(values.span, over: scratch.universe)
    } else {
      clip(&values, column: index, &outcome, &work.result.clipped, &scratch)
    }
    standardize(&values, &outcome, work.groups, &scratch)
    outcome.missingCount = values.count - outcome.finiteCount
    return outcome
  }

  /// Winsorizes a column, of which the scratch has the sample, and has it afterwards.
  private func clip(
    _ values: inout [Double], column: Int, _ outcome: inout ColumnOutcome, _ clipped: inout [ClippedValue],
    _ scratch: inout Scratch
  ) {
    guard recipe.winsorization != .none else { return }
    guard
      let cuts = WinsorizationCuts.estimate(
        recipe.winsorization, sample: scratch.sample, statistics: &scratch.statistics)
    else {
      outcome.lacksRobustScale = scratch.sample.count > 0
      return
    }
    outcome.cuts = cuts
    var entries = values.mutableSpan
    for row in entries.indices {
      let value = entries[row]
      guard cuts.changes(value) else { continue }
      let after = cuts.apply(value, recipe.winsorization)
      entries[row] = after
      outcome.clippedCount += 1
      clipped.append(ClippedValue(column: column, row: row, before: value, after: after))
    }
    if case .threeGroup(_, _, true) = recipe.winsorization {
      scratch.sample.gather(values.span, over: scratch.universe)
    } else if outcome.clippedCount > 0 {
      scratch.sample.clip(to: cuts, recipe.winsorization)
    }
  }

  /// Centres and scales a column, of which the scratch has the sample, or makes it missing and says why; counts its
  /// numbers.
  private func standardize(
    _ values: inout [Double], _ outcome: inout ColumnOutcome, _ groups: [[Int32]], _ scratch: inout Scratch
  ) {
    let usesCaps = recipe.standardization.mean == .cap
    let sample = scratch.sample
    switch ColumnMoments.estimate(sample.values, caps: sample.caps, totalCap: sample.totalCap, usesCaps: usesCaps) {
    case .failure(let reason): Self.makeMissing(&values, reason, &outcome)
    case .success(let whole):
      guard let group = recipe.standardization.group, groups.indices.contains(group) else {
        outcome.finiteCount = whole.apply(to: &values)
        return
      }
      let moments = GroupMoments(sample, labels: groups[group], usesCaps: usesCaps, whole: whole)
      for row in values.indices { values[row] = moments[groups[group][row]].apply(values[row]) }
      outcome.finiteCount = Self.finiteCount(values)
    }
  }

  private static func makeMissing(
    _ values: inout [Double], _ reason: ColumnOutcome.Reason, _ outcome: inout ColumnOutcome
  ) {
    for row in values.indices { values[row] = .nan }
    outcome.missing = reason
    outcome.finiteCount = 0
  }

  // MARK: Styles

  /// Standardizes a style, makes it orthogonal to others and standardizes it again.
  private func finish(
    _ style: StyleRecipe, _ index: Int, _ column: inout [Double], _ work: inout Work, _ scratch: inout Scratch
  ) -> ColumnOutcome {
    var outcome = ColumnOutcome()
    var clipsPower = false
    if case .power = style.content { clipsPower = !recipe.gaussianizes }
    let isClippedBefore = style.orthogonalization == nil || recipe.clipsBeforeOrthogonalization
    scratch.sample.gather(column.span, over: scratch.universe)
    if clipsPower, isClippedBefore {
      clip(&column, column: descriptorCount + index, &outcome, &work.result.clipped, &scratch)
    }
    standardize(&column, &outcome, work.groups, &scratch)
    if let orthogonalization = style.orthogonalization, outcome.missing == nil {
      residualize(&column, orthogonalization, &outcome, work, &scratch)
      guard outcome.missing == nil else { return outcome }
      scratch.sample.gather(column.span, over: scratch.universe)
      if clipsPower, !isClippedBefore {
        clip(&column, column: descriptorCount + index, &outcome, &work.result.clipped, &scratch)
      }
      standardize(&column, &outcome, work.groups, &scratch)
    }
    return outcome
  }

  private func residualize(
    _ column: inout [Double], _ orthogonalization: Orthogonalization, _ outcome: inout ColumnOutcome, _ work: Work,
    _ scratch: inout Scratch
  ) {
    let regressors = orthogonalization.styles.map { work.result.styles[place(of: $0)] }
    scratch.sample.gather(column.span, over: scratch.universe)
    scratch.weights.removeAll(keepingCapacity: true)
    scratch.weights.append(contentsOf: repeatElement(0, count: column.count))
    let count = Self.setWeights(&scratch.weights, scratch.sample, orthogonalization.weights, regressors)
    guard count >= Standardization.leastValues else { return Self.makeMissing(&column, .tooFewValues, &outcome) }
    let result = Orthogonalization.residualize(&column, on: regressors, weights: scratch.weights)
    outcome.dependentCount = result.dependentCount
    if result.isExplained { Self.makeMissing(&column, .explained, &outcome) }
  }

  /// Sets the weights of the rows of a sample that have all regressors; tells how many there are.
  private static func setWeights(
    _ weights: inout [Double], _ sample: EstimationSample, _ kind: Orthogonalization.Weights, _ regressors: [[Double]]
  ) -> Int {
    var weights = weights.mutableSpan
    let (rows, caps) = (sample.rows, sample.caps)
    for place in rows.indices {
      weights[Int(rows[place])] =
        switch kind {
        case .squareRootOfCap: caps[place].squareRoot()
        case .cap: caps[place]
        case .equal: 1
        }
    }
    var count = rows.count
    for regressor in regressors {
      let values = regressor.span
      for place in rows.indices where !(abs(values[Int(rows[place])]) < .infinity) && weights[Int(rows[place])] > 0 {
        weights[Int(rows[place])] = 0
        count -= 1
      }
    }
    return count
  }

  // MARK: Missing styles

  /// Fills missing styles; one that is missing for the whole date stays so.
  private func impute(_ work: inout Work, _ universe: EstimationRows) {
    guard let imputation = recipe.imputation else { return }
    let size = recipe.sizeStyle
    let sizes = size.map { work.result.styles[$0] }
    let labels = imputation.group.flatMap { work.groups.indices.contains($0) ? work.groups[$0] : nil }
    var regression: ImputationRegression?
    for style in recipe.styles.indices
    where style != size && work.result.outcomes[style].missing == nil
      && work.result.outcomes[style].finiteCount < work.caps.count
    {
      var fit = regression ?? ImputationRegression(sizes: sizes, labels: labels, universe: universe)
      work.result.imputedRows[style] = fit.fill(&work.result.styles[style])
      work.result.outcomes[style].imputedCount = work.result.imputedRows[style].count
      regression = fit
    }
  }

  /// Which rows have all their loadings, and few enough of them imputed.
  private func judge(_ work: inout Work) {
    let count = work.caps.count
    var finite = [Int32](repeating: 0, count: count)
    var imputed = [Int32](repeating: 0, count: count)
    for (style, column) in work.result.styles.enumerated() {
      for row in column.indices { finite[row] &+= abs(column[row]) < .infinity ? 1 : 0 }
      for row in work.result.imputedRows[style] { imputed[Int(row)] += 1 }
    }
    // A third of twelve styles is four, whatever rounding makes of it.
    let limit = (recipe.imputation?.limit ?? 0) * Double(recipe.styles.count) + 1e-9
    let all = Int32(recipe.styles.count)
    work.result.isRegressable = (0..<count).map { finite[$0] == all && Double(imputed[$0]) <= limit }
  }
}

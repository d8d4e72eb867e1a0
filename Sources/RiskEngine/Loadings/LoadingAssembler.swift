/// Makes the style loadings of a cross-section of its descriptors: outliers back, standardized, combined, standardized
/// again, powers and orthogonal parts, and missing styles filled.
///
/// Every moment is over rows of the estimation universe that have a value of their own; the transformations apply to all
/// rows. Nothing is remembered between dates, so dates can be worked on in parallel, each with a `Scratch` of its own.
public struct LoadingAssembler: Sendable {
  /// Buffers of one worker.
  public struct Scratch {
    var sample: [Double] = []
    var deviations: [Double] = []
    var rows: [Int32] = []

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
  ///   - descriptors: one column a descriptor; NaN is missing.
  ///   - caps: market capitalizations, one a row; NaN where there is none.
  ///   - inEstimation: whether each row is in the estimation universe.
  ///   - groups: for each group the label code of each row, or −1.
  ///   - scratch: buffers of the worker.
  /// - Complexity: O(rows × (descriptors + styles)) on average.
  public func assemble(
    descriptors: [[Double]], caps: [Double], inEstimation: [Bool], groups: [[Int32]], scratch: inout Scratch
  ) -> LoadingCrossSection {
    precondition(descriptors.count == descriptorCount, "\(descriptors.count) descriptors for \(descriptorCount)")
    precondition(descriptors.allSatisfy { $0.count == caps.count } && inEstimation.count == caps.count)
    // An asset without a cap has no weight in any mean.
    let members = caps.indices.map { inEstimation[$0] && caps[$0] > 0 && caps[$0] < .infinity }
    var work = Work(
      caps: caps, members: members, groups: groups,
      result: LoadingCrossSection(
        styles: [], imputedRows: [], isRegressable: [], descriptors: Array(repeating: ColumnOutcome(), count: descriptors.count),
        outcomes: Array(repeating: ColumnOutcome(), count: recipe.styles.count)))
    let standardized = descriptors.enumerated().map { index, column in
      standardizedDescriptor(index, column, &work, &scratch)
    }
    for (index, style) in recipe.styles.enumerated() {
      var column: [Double]
      switch style.content {
      case .descriptors(let parts): column = combine(parts, standardized, work)
      case .power(let name, let exponent):
        let base = work.result.styles[place(of: name)]
        column = base.map { $0.isNaN ? .nan : Self.power($0, exponent) }
      }
      finish(style, index, &column, &work, &scratch)
      work.result.outcomes[index].finiteCount = column.count { $0.isFinite }
      work.result.styles.append(column)
    }
    impute(&work)
    return work.result
  }

  /// A date while it is worked on.
  private struct Work {
    let caps: [Double]
    let members: [Bool]
    let groups: [[Int32]]
    var result: LoadingCrossSection
  }

  private func place(of style: String) -> Int { recipe.styles.firstIndex { $0.name == style } ?? 0 }

  /// `|x|^exponent` with the sign of `x`.
  private static func power(_ x: Double, _ exponent: Double) -> Double {
    if exponent == 1 { return x }
    if exponent == 2 { return x * abs(x) }
    if exponent == 3 { return x * x * x }
    let size = abs(x)
    guard size > 0 else { return 0 }
    let value = PortableMath.exp(exponent * PortableMath.log(size))
    return x < 0 ? -value : value
  }

  // MARK: Descriptors

  private func standardizedDescriptor(
    _ index: Int, _ column: [Double], _ work: inout Work, _ scratch: inout Scratch
  ) -> [Double] {
    var values = column
    if recipe.gaussianizes {
      RankGaussianization.apply(&values)
    } else {
      work.result.descriptors[index].clippedCount = clip(
        &values, column: index, work.members, &work.result.clipped, &scratch)
    }
    work.result.descriptors[index].missing = standardize(&values, work, &scratch)
    work.result.descriptors[index].finiteCount = values.count { $0.isFinite }
    return values
  }

  private func clip(
    _ values: inout [Double], column: Int, _ members: [Bool], _ clipped: inout [ClippedValue], _ scratch: inout Scratch
  ) -> Int {
    guard recipe.winsorization != .none else { return 0 }
    scratch.sample.removeAll(keepingCapacity: true)
    for row in values.indices where members[row] && values[row].isFinite { scratch.sample.append(values[row]) }
    let cuts = WinsorizationCuts(recipe.winsorization, sample: &scratch.sample, scratch: &scratch.deviations)
    var count = 0
    for row in values.indices where values[row].isFinite {
      let value = cuts.apply(values[row], recipe.winsorization)
      guard value != values[row] else { continue }
      clipped.append(ClippedValue(column: column, row: row, before: values[row], after: value))
      values[row] = value
      count += 1
    }
    return count
  }

  /// Centres and scales a column, or makes it missing and says why.
  private func standardize(_ values: inout [Double], _ work: Work, _ scratch: inout Scratch) -> ColumnOutcome.Reason? {
    scratch.rows.removeAll(keepingCapacity: true)
    for row in values.indices where work.members[row] && values[row].isFinite { scratch.rows.append(Int32(row)) }
    let caps = recipe.standardization.mean == .cap ? work.caps : nil
    guard let whole = ColumnMoments(values, rows: scratch.rows, caps: caps) else {
      let reason: ColumnOutcome.Reason =
        scratch.rows.count < Standardization.leastValues ? .tooFewValues : .constant
      for row in values.indices { values[row] = .nan }
      return reason
    }
    guard let group = recipe.standardization.group else {
      for row in values.indices { values[row] = (values[row] - whole.mean) / whole.scale }
      return nil
    }
    let labels = work.groups[group]
    let labelCount = Int((labels.max() ?? -1) + 1)
    var rowsOfLabel = [[Int32]](repeating: [], count: labelCount)
    for row in scratch.rows where labels[Int(row)] >= 0 { rowsOfLabel[Int(labels[Int(row)])].append(row) }
    let moments = rowsOfLabel.map { ColumnMoments(values, rows: $0, caps: caps) ?? whole }
    for row in values.indices {
      let own = labels[row] >= 0 ? moments[Int(labels[row])] : whole
      values[row] = (values[row] - own.mean) / own.scale
    }
    return nil
  }

  // MARK: Styles

  /// The weighted mean of the descriptors that a row has.
  private func combine(_ parts: [StyleRecipe.Part], _ descriptors: [[Double]], _ work: Work) -> [Double] {
    guard parts.count > 1 else { return descriptors[parts[0].descriptor] }
    let correlations = recipe.matchesVariance ? Self.correlations(parts, descriptors, work.members) : []
    let whole = recipe.matchesVariance ? Self.deviation(parts, Array(repeating: true, count: parts.count), correlations) : 0
    var available = [Bool](repeating: false, count: parts.count)
    return work.caps.indices.map { row in
      var sum = 0.0
      var weight = 0.0
      var isWhole = true
      for (place, part) in parts.enumerated() {
        let value = descriptors[part.descriptor][row]
        available[place] = value.isFinite
        guard value.isFinite else {
          isWhole = false
          continue
        }
        sum += part.weight * value
        weight += part.weight
      }
      guard weight > 0 else { return .nan }
      let mean = sum / weight
      guard recipe.matchesVariance, !isWhole else { return mean }
      let own = Self.deviation(parts, available, correlations)
      return own > 0 ? mean * whole / own : mean
    }
  }

  /// The pairwise equal-weighted correlations of descriptors over the estimation universe; 0 where there are none.
  private static func correlations(
    _ parts: [StyleRecipe.Part], _ descriptors: [[Double]], _ members: [Bool]
  ) -> [[Double]] {
    parts.indices.map { a in
      parts.indices.map { b in
        guard a != b else { return 1 }
        let x = descriptors[parts[a].descriptor]
        let y = descriptors[parts[b].descriptor]
        let rows = members.indices.filter { members[$0] && x[$0].isFinite && y[$0].isFinite }
        guard rows.count > 2 else { return 0 }
        let count = Double(rows.count)
        let meanX = rows.reduce(0) { $0 + x[$1] } / count
        let meanY = rows.reduce(0) { $0 + y[$1] } / count
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for row in rows {
          let (dx, dy) = (x[row] - meanX, y[row] - meanY)
          xx += dx * dx
          xy += dx * dy
          yy += dy * dy
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
      }
    }
  }

  /// `√(w'Rw) / Σ w` over the descriptors that are available.
  private static func deviation(
    _ parts: [StyleRecipe.Part], _ available: [Bool], _ correlations: [[Double]]
  ) -> Double {
    var square = 0.0
    var weight = 0.0
    for a in parts.indices where available[a] {
      weight += parts[a].weight
      for b in parts.indices where available[b] { square += parts[a].weight * parts[b].weight * correlations[a][b] }
    }
    return weight > 0 ? max(0, square).squareRoot() / weight : 0
  }

  /// Standardizes a style, makes it orthogonal to others and standardizes it again.
  private func finish(
    _ style: StyleRecipe, _ index: Int, _ column: inout [Double], _ work: inout Work, _ scratch: inout Scratch
  ) {
    var isPower = false
    if case .power = style.content { isPower = true }
    let clipsPower = isPower && !recipe.gaussianizes
    if clipsPower, style.orthogonalization == nil || recipe.clipsBeforeOrthogonalization {
      work.result.outcomes[index].clippedCount = clip(
        &column, column: descriptorCount + index, work.members, &work.result.clipped, &scratch)
    }
    work.result.outcomes[index].missing = standardize(&column, work, &scratch)
    guard let orthogonalization = style.orthogonalization, work.result.outcomes[index].missing == nil else { return }
    let regressors = orthogonalization.styles.map { work.result.styles[place(of: $0)] }
    let rows = column.indices.filter { row in
      work.members[row] && column[row].isFinite && regressors.allSatisfy { $0[row].isFinite }
    }.map { Int32($0) }
    let weights: [Double] =
      switch orthogonalization.weights {
      case .squareRootOfCap: work.caps.map { $0 > 0 ? $0.squareRoot() : 0 }
      case .cap: work.caps
      case .equal: Array(repeating: 1, count: column.count)
      }
    work.result.outcomes[index].dependentCount = Orthogonalization.residualize(
      &column, on: regressors, weights: weights, rows: rows)
    if clipsPower, !recipe.clipsBeforeOrthogonalization {
      work.result.outcomes[index].clippedCount = clip(
        &column, column: descriptorCount + index, work.members, &work.result.clipped, &scratch)
    }
    work.result.outcomes[index].missing = standardize(&column, work, &scratch)
  }

  // MARK: Missing styles

  /// Fills missing styles by a regression on the group's labels and size, over the estimation universe with weights
  /// `√cap`; an asset without size is left as it is, and one whose label has no fit gets 0, the mean.
  private func impute(_ work: inout Work) {
    let count = work.caps.count
    work.result.imputedRows = Array(repeating: [], count: recipe.styles.count)
    defer { judge(&work) }
    guard let imputation = recipe.imputation,
      let size = recipe.styles.firstIndex(where: { $0.name == imputation.size })
    else { return }
    let sizes = work.result.styles[size]
    let labels = imputation.group.flatMap { work.groups.indices.contains($0) ? work.groups[$0] : nil }
    for style in recipe.styles.indices where style != size && work.result.outcomes[style].missing == nil {
      let column = work.result.styles[style]
      let missing = (0..<count).filter { !column[$0].isFinite && sizes[$0].isFinite }
      guard !missing.isEmpty else { continue }
      let fit = GroupRegression(column, on: sizes, labels: labels, caps: work.caps, members: work.members)
      for row in missing {
        work.result.styles[style][row] = fit.value(row, size: sizes[row], labels: labels)
        work.result.imputedRows[style].append(Int32(row))
      }
      work.result.outcomes[style].imputedCount = missing.count
    }
  }

  /// Which rows have all their loadings, and few enough of them imputed.
  private func judge(_ work: inout Work) {
    let count = work.caps.count
    var imputed = [Int](repeating: 0, count: count)
    for rows in work.result.imputedRows {
      for row in rows { imputed[Int(row)] += 1 }
    }
    let limit = (recipe.imputation?.limit ?? 0) * Double(recipe.styles.count) + 1e-9
    work.result.isRegressable = (0..<count).map { row in
      Double(imputed[row]) <= limit && work.result.styles.allSatisfy { $0[row].isFinite }
    }
  }
}

/// The weighted regression of a column on labels and one number.
private struct GroupRegression {
  private var means: [Double] = []
  private var sizes: [Double] = []
  private var hasFit: [Bool] = []
  private var slope = 0.0

  init(_ column: [Double], on size: [Double], labels: [Int32]?, caps: [Double], members: [Bool]) {
    let labelCount = labels.map { Int(($0.max() ?? -1) + 1) } ?? 1
    var weights = [Double](repeating: 0, count: labelCount)
    means = Array(repeating: 0, count: labelCount)
    sizes = means
    func label(_ row: Int) -> Int? {
      guard members[row], column[row].isFinite, size[row].isFinite else { return nil }
      guard let labels else { return 0 }
      return labels[row] >= 0 ? Int(labels[row]) : nil
    }
    for row in column.indices {
      guard let label = label(row) else { continue }
      let weight = caps[row].squareRoot()
      weights[label] += weight
      means[label] += weight * column[row]
      sizes[label] += weight * size[row]
    }
    hasFit = weights.map { $0 > 0 }
    for label in 0..<labelCount where hasFit[label] {
      means[label] /= weights[label]
      sizes[label] /= weights[label]
    }
    var (products, squares) = (0.0, 0.0)
    for row in column.indices {
      guard let label = label(row) else { continue }
      let deviation = size[row] - sizes[label]
      products += caps[row].squareRoot() * deviation * (column[row] - means[label])
      squares += caps[row].squareRoot() * deviation * deviation
    }
    slope = squares > 0 ? products / squares : 0
  }

  func value(_ row: Int, size: Double, labels: [Int32]?) -> Double {
    let label = labels.map { Int($0[row]) } ?? 0
    guard label >= 0, label < hasFit.count, hasFit[label] else { return 0 }
    return means[label] + slope * (size - sizes[label])
  }
}

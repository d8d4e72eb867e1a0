import RiskEngine

/// Cross-sectional transformations once more: by sorting, plain sums and dense regressions.
enum NaiveLoadings {
  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    if sorted.count % 2 == 1 { return sorted[middle] }
    return sorted[middle - 1] + 0.5 * (sorted[middle] - sorted[middle - 1])
  }

  static func quantile(_ p: Double, _ values: [Double]) -> Double {
    Quantile.interpolated(p, ofSorted: values.sorted())
  }

  static func mean(_ values: [Double], _ weights: [Double]) -> Double {
    zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
  }

  static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }

  static func robust(_ sample: [Double]) -> (median: Double, deviation: Double)? {
    let center = median(sample)
    var scale = 1.482_602_218_505_602 * median(sample.map { abs($0 - center) })
    if scale == 0 { scale = (quantile(0.75, sample) - quantile(0.25, sample)) / 1.348_979_500_392_163_5 }
    return scale > 0 ? (center, scale) : nil
  }

  /// What winsorization makes of a column.
  static func clip(_ column: [Double], _ members: [Bool], _ method: Winsorization) -> [Double] {
    let sample = column.indices.filter { members[$0] && column[$0].isFinite }.map { column[$0] }
    func clipped(_ low: Double, _ high: Double) -> [Double] {
      column.map { $0.isFinite ? ($0 < low ? low : $0 > high ? high : $0) : $0 }
    }
    guard !sample.isEmpty else { return column }
    switch method {
    case .none: return column
    case .quantile(let tail): return clipped(quantile(tail, sample), quantile(1 - tail, sample))
    case .medianDeviation(let multiple):
      guard let (center, scale) = robust(sample) else { return column }
      return clipped(center - multiple * scale, center + multiple * scale)
    case .threeGroup(let clip, let outlier, let removes):
      guard let (center, scale) = robust(sample) else { return column }
      let others = sample.filter { abs(($0 - center) / scale) <= outlier }
      let mean = others.reduce(0, +) / Double(others.count)
      let standard = deviation(others)
      let result = clipped(mean - clip * standard, mean + clip * standard)
      guard removes else { return result }
      return column.indices.map { abs((column[$0] - center) / scale) > outlier ? .nan : result[$0] }
    case .smooth(let clip, let limit):
      guard let (center, scale) = robust(sample) else { return column }
      return column.map { value in
        let score = (value - center) / scale
        guard abs(score) > clip else { return value }
        // tanh x = 1 − 2 / (1 + e^{2x}).
        let tanh = 1 - 2 / (1 + PortableMath.exp(2 * (abs(score) - clip) / (limit - clip)))
        let bent = clip + (limit - clip) * tanh
        return center + scale * (score < 0 ? -bent : bent)
      }
    }
  }

  static func standardize(_ column: [Double], _ members: [Bool], _ caps: [Double], capWeighted: Bool) -> [Double] {
    let rows = column.indices.filter { members[$0] && column[$0].isFinite }
    guard rows.count >= 10 else { return column.map { _ in .nan } }
    let sample = rows.map { column[$0] }
    let scale = deviation(sample)
    guard scale > 1e-12 * (sample.map(abs).max() ?? 0) else { return column.map { _ in .nan } }
    let center = mean(sample, capWeighted ? rows.map { caps[$0] } : rows.map { _ in 1 })
    return column.map { ($0 - center) / scale }
  }

  /// The coefficients of a weighted regression by its normal equations, eliminated with pivots.
  static func regress(_ y: [Double], _ columns: [[Double]], _ weights: [Double]) -> [Double] {
    let count = columns.count
    var system = (0..<count).map { a in
      (0..<count).map { b in y.indices.reduce(0) { $0 + weights[$1] * columns[a][$1] * columns[b][$1] } }
        + [y.indices.reduce(0) { $0 + weights[$1] * columns[a][$1] * y[$1] }]
    }
    for pivot in 0..<count {
      let best = (pivot..<count).max { abs(system[$0][pivot]) < abs(system[$1][pivot]) } ?? pivot
      system.swapAt(pivot, best)
      for row in 0..<count where row != pivot {
        let factor = system[row][pivot] / system[pivot][pivot]
        for column in pivot...count { system[row][column] -= factor * system[pivot][column] }
      }
    }
    return (0..<count).map { system[$0][count] / system[$0][$0] }
  }

  static func residuals(_ y: [Double], _ regressors: [[Double]], _ weights: [Double], _ rows: [Int]) -> [Double] {
    let columns = [y.map { _ in 1.0 }] + regressors
    let slopes = regress(
      rows.map { y[$0] }, columns.map { column in rows.map { column[$0] } }, rows.map { weights[$0] })
    return y.indices.map { row in y[row] - columns.indices.reduce(0) { $0 + slopes[$1] * columns[$1][row] } }
  }

  /// The styles of a recipe without groups in standardization and without matched variances.
  static func styles(_ recipe: LoadingRecipe, _ date: RandomCrossSection) -> [[Double]] {
    let members = date.members
    let capWeighted = recipe.standardization.mean == .cap
    func standardize(_ column: [Double]) -> [Double] {
      Self.standardize(column, members, date.caps, capWeighted: capWeighted)
    }
    let descriptors = date.descriptors.map { standardize(clip($0, members, recipe.winsorization)) }
    var styles: [[Double]] = []
    for style in recipe.styles {
      var column: [Double]
      var isPower = false
      func earlier(_ name: String) -> [Double] { styles[recipe.styles.firstIndex { $0.name == name } ?? 0] }
      switch style.content {
      case .descriptors(let parts):
        column = date.caps.indices.map { row in
          let present = parts.filter { descriptors[$0.descriptor][row].isFinite }
          return mean(present.map { descriptors[$0.descriptor][row] }, present.map(\.weight))
        }
      case .power(let name, _):
        column = earlier(name).map { $0 * $0 * $0 }
        isPower = true
      }
      if isPower, style.orthogonalization == nil || recipe.clipsBeforeOrthogonalization {
        column = clip(column, members, recipe.winsorization)
      }
      column = standardize(column)
      if let orthogonalization = style.orthogonalization {
        let others = orthogonalization.styles.map(earlier)
        let rows = column.indices.filter { row in
          members[row] && column[row].isFinite && others.allSatisfy { $0[row].isFinite }
        }
        let weights: [Double] =
          switch orthogonalization.weights {
          case .squareRootOfCap: date.caps.map { $0.squareRoot() }
          case .cap: date.caps
          case .equal: date.caps.map { _ in 1 }
          }
        column = residuals(column, others, weights, rows)
        if isPower, !recipe.clipsBeforeOrthogonalization { column = clip(column, members, recipe.winsorization) }
        column = standardize(column)
      }
      styles.append(column)
    }
    return imputed(styles, recipe, date)
  }

  /// Missing styles filled by a dense regression on dummies and size.
  static func imputed(_ styles: [[Double]], _ recipe: LoadingRecipe, _ date: RandomCrossSection) -> [[Double]] {
    guard let imputation = recipe.imputation,
      let size = recipe.styles.firstIndex(where: { $0.name == (imputation.size ?? "size") })
    else { return styles }
    let labels = date.groups[imputation.group ?? 0]
    var result = styles
    for style in styles.indices where style != size && styles[style].contains(where: \.isFinite) {
      let rows = styles[style].indices.filter {
        date.members[$0] && styles[style][$0].isFinite && styles[size][$0].isFinite && labels[$0] >= 0
      }
      let fitted = Set(rows.map { labels[$0] }).sorted()
      let columns = fitted.map { label in rows.map { labels[$0] == label ? 1.0 : 0 } } + [rows.map { styles[size][$0] }]
      let slopes = regress(
        rows.map { styles[style][$0] }, columns, rows.map { date.caps[$0].squareRoot() })
      for row in styles[style].indices where !styles[style][row].isFinite && styles[size][row].isFinite {
        let place = fitted.firstIndex(of: labels[row])
        result[style][row] = place.map { slopes[$0] + slopes[fitted.count] * styles[size][row] } ?? 0
      }
    }
    return result
  }
}

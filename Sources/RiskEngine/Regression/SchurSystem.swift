internal import LinAlg

/// The normal equations of one period after the eliminated group: styles, and the other groups' labels
/// under their zero-sum constraints.
///
/// With segments `j` of total weight `D_j` and means `z̄_j` within them, eliminating the segments from
/// `BᵀWB` leaves `S = Σ w (z − z̄)(z − z̄)ᵀ` over the remaining columns `z`. For styles it is summed from
/// centred data; for labels, which are 0 or 1, from the tables `D` and `N_jl = Σ_{i∈j} w_i B_il`. The
/// constraint of a group is held by eliminating its label with the largest share, the pivot:
/// `f_pivot = −Σ (ϖ_l / ϖ_pivot) f_l`.
struct SchurSystem {
  /// The number of styles, `K`.
  private(set) var styleCount = 0
  /// The number of segments, `J`.
  private(set) var segmentCount = 0
  /// `D`: the weight of each segment.
  private(set) var segmentWeights: [Double] = []
  /// Means within segments of the styles and of the returns: `K + 1` numbers a segment.
  private(set) var means: [Double] = []
  /// `Σ w z̃ z̃ᵀ` over styles and returns, of order `K + 1`, lower triangle.
  private(set) var gram: [Double] = []
  /// The groups that are not eliminated, with the position of their first label among `labelCount`.
  private(set) var otherGroups: [(group: Int, offset: Int)] = []
  /// The number of labels of those groups.
  private(set) var labelCount = 0
  /// `N`: for each label a column of `J` numbers.
  private(set) var contingency: [Double] = []
  /// `Σ w B_il B_il'` over the labels, lower triangle.
  private var sharedWeights: [Double] = []
  /// For each reduced label column its label, its pivot and the ratio of their shares.
  private(set) var reducedLabels: [(label: Int, pivot: Int, ratio: Double)] = []
  /// `S`, of order `K' = K +` reduced labels.
  private(set) var matrix = SymmetricMatrix.zeros(order: 0)
  /// `Σ w z̃ r̃` for each reduced column.
  private(set) var rightHandSide: [Double] = []
  /// `Σ w z²` for each reduced column, nothing taken out.
  private(set) var squares: [Double] = []
  /// For each segment the means of the reduced columns: `K'` numbers a segment.
  private(set) var reducedMeans: [Double] = []

  /// The position among `reducedLabels` of the first label of a group that is not eliminated.
  func firstReducedLabel(ofGroup group: Int) -> Int {
    guard let index = otherGroups.firstIndex(where: { $0.group == group }) else { return 0 }
    // Each group before it gave up one label, its pivot.
    return otherGroups[index].offset - index
  }

  /// `K'`: the number of columns left.
  var order: Int { styleCount + reducedLabels.count }

  /// Sums the system of a cross-section under a design.
  ///
  /// - Parameter loadings: the styles in double precision, as `CenteredGram` reads them.
  /// - Complexity: `n K²` flops, and `n K L + J L²` for `L` labels of groups that are not eliminated.
  mutating func assemble(
    _ crossSection: CrossSection, loadings: Span<Double>, design: PeriodDesign,
    kernel: inout CenteredGram
  ) {
    styleCount = design.styleCount
    segmentCount = crossSection.segmentStarts.count - 1
    Self.sum(
      crossSection, loadings: loadings, design: design, &kernel, &segmentWeights, &means, &gram)

    otherGroups.removeAll(keepingCapacity: true)
    reducedLabels.removeAll(keepingCapacity: true)
    labelCount = 0
    for group in design.groups.indices where group != design.eliminatedGroup {
      let shares = design.groups[group].shares
      let pivot = design.groups[group].pivot
      otherGroups.append((group, labelCount))
      for place in shares.indices where place != pivot {
        reducedLabels.append((labelCount + place, labelCount + pivot, shares[place] / shares[pivot]))
      }
      labelCount += shares.count
    }
    if labelCount == 0 { useStylesAlone() } else { addLabels(crossSection, loadings: loadings, design: design) }
  }

  /// Runs the kernel on arrays of this system, which keep their memory while their lengths stay.
  private static func sum(
    _ crossSection: CrossSection, loadings: Span<Double>, design: PeriodDesign, _ kernel: inout CenteredGram,
    _ segmentWeights: inout [Double], _ means: inout [Double], _ gram: inout [Double]
  ) {
    let segmentCount = crossSection.segmentStarts.count - 1
    let width = design.styleCount + 1
    if segmentWeights.count != segmentCount { segmentWeights = Array(repeating: 0, count: segmentCount) }
    if means.count != segmentCount * width { means = Array(repeating: 0, count: segmentCount * width) }
    if gram.count != width * width { gram = Array(repeating: 0, count: width * width) }
    var segmentWeights = segmentWeights.mutableSpan
    var means = means.mutableSpan
    var gram = gram.mutableSpan
    kernel.compute(
      columns: loadings, response: crossSection.returns.span, weights: design.weights.span,
      rowCount: design.rowCount, isCentered: design.isCentered, segmentStarts: crossSection.segmentStarts.span,
      segmentWeights: &segmentWeights, means: &means, gram: &gram)
  }

  /// `Σ w r²` and `Σ w (r − r̄)²` with `r̄` the weighted mean over all rows, of a system that is centred.
  ///
  /// Within segments plus between them: sums of squares alone, so nothing cancels.
  ///
  /// - Parameter total: `Σ w`.
  func responseSquares(total: Double) -> (aboutZero: Double, aboutMean: Double) {
    let width = styleCount + 1
    let within = gram[styleCount + styleCount * width]
    var sum = 0.0
    for segment in 0..<segmentCount { sum += segmentWeights[segment] * means[segment * width + styleCount] }
    let mean = sum / total
    var aboutZero = within
    var aboutMean = within
    for segment in 0..<segmentCount {
      let weight = segmentWeights[segment]
      let segmentMean = means[segment * width + styleCount]
      aboutZero += weight * segmentMean * segmentMean
      aboutMean += weight * (segmentMean - mean) * (segmentMean - mean)
    }
    return (aboutZero, aboutMean)
  }

  /// What the mean of a segment's rows has of the labels of groups that are not eliminated, times their
  /// reduced coefficients.
  func labelMean(ofSegment segment: Int, _ coefficients: [Double]) -> Double {
    var sum = 0.0
    for index in styleCount..<order { sum += reducedMeans[segment * order + index] * coefficients[index] }
    return sum
  }

  /// The place of a label of a group among `labelCount`.
  private func position(_ group: (group: Int, offset: Int), _ label: Int32, _ design: PeriodDesign) -> Int? {
    let place = design.groups[group.group].places[Int(label)]
    return place < 0 ? nil : group.offset + Int(place)
  }

  /// The system where no group but the eliminated one exists: what the kernel summed.
  private mutating func useStylesAlone() {
    let width = styleCount + 1
    contingency = []
    sharedWeights = []
    matrix = SymmetricMatrix(order: styleCount) { gram[$0 + $1 * width] }
    rightHandSide = (0..<styleCount).map { gram[styleCount + $0 * width] }
    squares = styleSquares()
    reducedMeans.removeAll(keepingCapacity: true)
    for first in stride(from: 0, to: segmentCount * width, by: width) {
      reducedMeans.append(contentsOf: means[first..<first + styleCount])
    }
  }

  /// `Σ w x²` of each style.
  private func styleSquares() -> [Double] {
    let width = styleCount + 1
    return (0..<styleCount).map { style in
      var sum = gram[style + style * width]
      for segment in 0..<segmentCount {
        let mean = means[segment * width + style]
        sum += segmentWeights[segment] * mean * mean
      }
      return sum
    }
  }

  /// Adds the labels of the groups that are not eliminated, under their constraints.
  private mutating func addLabels(
    _ crossSection: CrossSection, loadings: Span<Double>, design: PeriodDesign
  ) {
    let width = styleCount + 1
    let rows = design.rowCount
    contingency = Array(repeating: 0, count: labelCount * segmentCount)
    // `Σ w B_il z̃_i` for styles and returns, and `Σ w B_il B_il'`.
    var cross = [Double](repeating: 0, count: labelCount * width)
    var labelGram = [Double](repeating: 0, count: labelCount * labelCount)
    var entries = [(label: Int, fraction: Double)]()
    for segment in 0..<segmentCount {
      for row in Int(crossSection.segmentStarts[segment])..<Int(crossSection.segmentStarts[segment + 1])
      where design.weights[row] > 0 {
        let weight = design.weights[row]
        entries.removeAll(keepingCapacity: true)
        for group in otherGroups {
          crossSection.groups[group.group].forEach(in: row) { label, fraction in
            if let label = position(group, label, design) { entries.append((label, fraction)) }
          }
        }
        for entry in entries {
          let product = weight * entry.fraction
          contingency[entry.label * segmentCount + segment] += product
          for style in 0..<styleCount {
            cross[entry.label * width + style] +=
              product * (loadings[style * rows + row] - means[segment * width + style])
          }
          cross[entry.label * width + styleCount] +=
            product * (crossSection.returns[row] - means[segment * width + styleCount])
          for other in entries where other.label <= entry.label {
            labelGram[entry.label + other.label * labelCount] += product * other.fraction
          }
        }
      }
    }
    let labelSquares = (0..<labelCount).map { labelGram[$0 + $0 * labelCount] }
    sharedWeights = labelGram
    for column in 0..<labelCount {
      for row in column..<labelCount {
        var sum = 0.0
        for segment in 0..<segmentCount where segmentWeights[segment] > 0 && design.isCentered {
          sum +=
            contingency[row * segmentCount + segment] * contingency[column * segmentCount + segment]
            / segmentWeights[segment]
        }
        labelGram[row + column * labelCount] -= sum
      }
    }
    func labelProduct(_ first: Int, _ second: Int) -> Double {
      labelGram[max(first, second) + min(first, second) * labelCount]
    }
    let styles = styleCount
    let columns = styles + reducedLabels.count
    let reduced = reducedLabels
    var matrix = SymmetricMatrix.zeros(order: columns)
    for column in 0..<columns {
      for row in column..<columns {
        if row < styles {
          matrix[row, column] = gram[row + column * width]
        } else {
          let a = reduced[row - styles]
          if column < styles {
            matrix[row, column] = cross[a.label * width + column] - a.ratio * cross[a.pivot * width + column]
          } else {
            let b = reduced[column - styles]
            matrix[row, column] =
              labelProduct(a.label, b.label) - a.ratio * labelProduct(a.pivot, b.label)
              - b.ratio * (labelProduct(a.label, b.pivot) - a.ratio * labelProduct(a.pivot, b.pivot))
          }
        }
      }
    }
    self.matrix = matrix
    rightHandSide = (0..<styles).map { gram[styles + $0 * width] }
    squares = styleSquares()
    for entry in reduced {
      rightHandSide.append(cross[entry.label * width + styles] - entry.ratio * cross[entry.pivot * width + styles])
      let both = sharedWeights[max(entry.label, entry.pivot) + min(entry.label, entry.pivot) * labelCount]
      squares.append(
        labelSquares[entry.label] + entry.ratio * entry.ratio * labelSquares[entry.pivot] - 2 * entry.ratio * both)
    }
    reducedMeans = Array(repeating: 0, count: segmentCount * columns)
    for segment in 0..<segmentCount {
      for style in 0..<styles { reducedMeans[segment * columns + style] = means[segment * width + style] }
      guard segmentWeights[segment] > 0, design.isCentered else { continue }
      for (index, entry) in reduced.enumerated() {
        reducedMeans[segment * columns + styles + index] =
          (contingency[entry.label * segmentCount + segment] - entry.ratio
            * contingency[entry.pivot * segmentCount + segment]) / segmentWeights[segment]
      }
    }
  }

  /// The coefficient of every label of the groups that are not eliminated, from reduced ones.
  func labelCoefficients(_ reducedCoefficients: [Double]) -> [Double] {
    var coefficients = [Double](repeating: 0, count: labelCount)
    for (index, entry) in reducedLabels.enumerated() {
      let value = reducedCoefficients[styleCount + index]
      coefficients[entry.label] += value
      coefficients[entry.pivot] -= entry.ratio * value
    }
    return coefficients
  }

  /// For each row the sum of its labels' coefficients, over the groups that are not eliminated.
  ///
  /// - Returns: `nil` where there are no such groups.
  func labelContributions(
    _ reducedCoefficients: [Double], crossSection: CrossSection, design: PeriodDesign
  ) -> [Double]? {
    guard labelCount > 0 else { return nil }
    let coefficients = labelCoefficients(reducedCoefficients)
    var contributions = [Double](repeating: 0, count: design.rowCount)
    for group in otherGroups {
      for row in 0..<design.rowCount {
        var sum = 0.0
        crossSection.groups[group.group].forEach(in: row) { label, fraction in
          if let label = position(group, label, design) { sum += fraction * coefficients[label] }
        }
        contributions[row] += sum
      }
    }
    return contributions
  }

  /// `Σ w e B_il` for each reduced label column, centred: what is left of the gradient after the styles.
  ///
  /// - Parameter segmentSums: `Σ_{i∈j} w e`.
  func labelGradient(
    residuals: [Double], segmentSums: [Double], crossSection: CrossSection,
    design: PeriodDesign
  ) -> [Double] {
    guard labelCount > 0 else { return [] }
    var sums = [Double](repeating: 0, count: labelCount)
    for group in otherGroups {
      for row in 0..<design.rowCount where design.weights[row] > 0 {
        let product = design.weights[row] * residuals[row]
        crossSection.groups[group.group].forEach(in: row) { label, fraction in
          if let label = position(group, label, design) { sums[label] += fraction * product }
        }
      }
    }
    if design.isCentered {
      for label in 0..<labelCount {
        for segment in 0..<segmentCount where segmentWeights[segment] > 0 {
          sums[label] -= contingency[label * segmentCount + segment] * segmentSums[segment] / segmentWeights[segment]
        }
      }
    }
    return reducedLabels.map { sums[$0.label] - $0.ratio * sums[$0.pivot] }
  }

  /// The values of the reduced label columns in a row, nothing taken out.
  func reducedLabelValues(
    ofRow row: Int, crossSection: CrossSection, design: PeriodDesign
  ) -> [Double] {
    guard labelCount > 0 else { return [] }
    var labels = [Double](repeating: 0, count: labelCount)
    for group in otherGroups {
      crossSection.groups[group.group].forEach(in: row) { label, fraction in
        if let label = position(group, label, design) { labels[label] += fraction }
      }
    }
    return reducedLabels.map { labels[$0.label] - $0.ratio * labels[$0.pivot] }
  }

  /// Whether some asset that is regressed has both labels, counted among those of groups not eliminated.
  func isShared(_ first: Int, _ second: Int) -> Bool {
    sharedWeights[max(first, second) + min(first, second) * labelCount] > 0
  }
}

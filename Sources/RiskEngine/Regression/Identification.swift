internal import LinAlg

/// Which factors and idio returns of a period the data determine.
struct Identification {
  /// How much of a null vector may fall on a factor, its largest entry being 1, before the factor is
  /// taken to be undetermined.
  static let touchTolerance = 1e-8

  /// The number of combinations of factors that explain nothing, beyond the declared ones.
  let deficiency: Int
  /// Whether each factor is undetermined.
  let isMissing: [Bool]
  /// Why the period is degraded, or `nil`.
  let degradation: PeriodOutcome.Degradation?
  /// The null vectors, each scaled so that its largest entry, in lengths of columns, is 1.
  private let nullVectors: Matrix
  private let lengths: [Double]

  /// Finds the factors that null vectors touch.
  init(
    ladder: SolverLadder, system: SchurSystem, design: PeriodDesign,
    functionals: FactorFunctionals
  ) {
    let factorCount = design.factorCount
    deficiency = ladder.nullVectors.columnCount
    let components = Self.componentCount(system: system, design: design)
    lengths = Self.columnLengths(system: system, design: design)
    // A column of zeros is a null vector of its own, which has no entry in lengths of columns.
    var missing = lengths.map { $0 == 0 }
    var vectors = ladder.nullVectors
    for index in 0..<deficiency {
      var entries = [Double](repeating: 0, count: factorCount)
      for factor in 0..<factorCount {
        for row in 0..<system.order {
          entries[factor] += functionals.reducedPart[row, factor] * vectors[row, index]
        }
        entries[factor] = abs(entries[factor]) * lengths[factor]
      }
      let largest = entries.max() ?? 0
      for factor in 0..<factorCount where entries[factor] > Self.touchTolerance * largest { missing[factor] = true }
      if largest > 0 { for row in 0..<system.order { vectors[row, index] /= largest } }
    }
    nullVectors = vectors
    isMissing = missing
    degradation =
      if components > 1 { .confoundedGroups(components: components) } else if deficiency > 0 {
        .rank(deficiency: deficiency)
      } else { nil }
  }

  /// Idio returns of the rows, missing where they depend on an undetermined factor.
  ///
  /// A row that is regressed is orthogonal to each null vector. One that is not may carry a label without
  /// members, or load on the null vector itself.
  func idioReturns(
    residuals: [Double], crossSection: CrossSection, loadings: [Double], design: PeriodDesign,
    system: SchurSystem
  ) -> [Double] {
    var idio = Array(residuals.prefix(design.rowCount))
    guard design.regressedCount < design.rowCount else { return idio }
    var segment = 0
    let styles = system.styleCount
    for row in 0..<design.rowCount where !design.isRegressed[row] {
      while Int(crossSection.segmentStarts[segment + 1]) <= row { segment += 1 }
      var isKnown = design.segmentPlaces[segment] >= 0
      for (group, content) in design.groups.enumerated() where group != design.eliminatedGroup {
        crossSection.groups[group].forEach(in: row) { label, _ in
          if content.places[Int(label)] < 0 { isKnown = false }
        }
      }
      if isKnown, deficiency > 0 {
        let labels = system.reducedLabelValues(ofRow: row, crossSection: crossSection, design: design)
        for index in 0..<deficiency where isKnown {
          var product = 0.0
          var size = 0.0
          for column in 0..<system.order {
            let value = column < styles ? loadings[column * design.rowCount + row] : labels[column - styles]
            let term = (value - system.reducedMeans[segment * system.order + column]) * nullVectors[column, index]
            product += term
            size += abs(term)
          }
          if abs(product) > Self.touchTolerance * size { isKnown = false }
        }
      }
      if !isKnown { idio[row] = .nan }
    }
    return idio
  }

  /// The length `√Σ w B²` of each factor's column.
  private static func columnLengths(system: SchurSystem, design: PeriodDesign) -> [Double] {
    var lengths = [Double]()
    if design.hasMarket { lengths.append(system.segmentWeights.reduce(0, +).squareRoot()) }
    for (group, content) in design.groups.enumerated() {
      if group == design.eliminatedGroup {
        lengths += content.labels.indices.map { system.segmentWeights[Int(design.segmentOfPlace[$0])].squareRoot() }
      } else {
        let offset = system.otherGroups.first { $0.group == group }?.offset ?? 0
        lengths += content.labels.indices.map { place in
          (0..<system.segmentCount).reduce(0.0) {
            $0 + system.contingency[(offset + place) * system.segmentCount + $1]
          }.squareRoot()
        }
      }
    }
    lengths += (0..<system.styleCount).map { system.squares[$0].squareRoot() }
    return lengths
  }

  /// The largest number of blocks without a common label into which the table of two groups falls.
  private static func componentCount(system: SchurSystem, design: PeriodDesign) -> Int {
    guard design.groups.count > 1 else { return 1 }
    var most = 1
    let others = system.otherGroups
    for (index, group) in others.enumerated() {
      let count = design.groups[group.group].labels.count
      if design.eliminatedGroup != nil {
        let live = (0..<system.segmentCount).filter { system.segmentWeights[$0] > 0 }
        most = max(
          most,
          BipartiteGraph.componentCount(rows: live.count, columns: count) { row, column in
            system.contingency[(group.offset + column) * system.segmentCount + live[row]] > 0
          })
      }
      for other in others[..<index] {
        most = max(
          most,
          BipartiteGraph.componentCount(rows: count, columns: design.groups[other.group].labels.count) { row, column in
            system.isShared(group.offset + row, other.offset + column)
          })
      }
    }
    return most
  }
}

public import LinAlg

/// The risk model of one date: `Ω_r = B F Bᵀ + Ω_ε`, what was known at that date's close of the returns to come.
///
/// No operation forms an n × n matrix. Rows are in the order of the cross-section they came from: by label of its
/// ordering group, then by asset id.
public struct RiskModel: Sendable {
  /// The date at whose close everything in the model was known.
  public let date: CalendarDate
  /// The asset of each row, a code of the panel's asset table; n of them.
  public let assets: [Int32]
  /// Whether each row's asset is in the estimation universe.
  public let isInUniverse: [Bool]
  /// The market capitalization of each row, 0 where it is missing; empty without caps.
  public let caps: [Double]
  /// `B`: n × m.
  public let loadings: ModelLoadings
  /// A name for each factor, in the order of the layout.
  public let factorNames: [String]
  /// `F`: m × m, as squared fractions over the horizon; positive semidefinite, perhaps singular.
  public let factorCovariance: SymmetricMatrix
  /// `G`: m × rank, `F = G Gᵀ`.
  public let factorRoot: Matrix
  /// The number of periods that the covariances are for.
  public let horizon: Double
  /// The assets of the cross-section that are not in the model: a label has no covariance, or the idio variance is not
  /// a positive number.
  public let unmodelled: [Int32]
  let idio: ModelIdio

  /// The number of assets, `n`.
  public var assetCount: Int { assets.count }
  /// The factors.
  public var layout: FactorLayout { loadings.layout }
  /// The idio variance of each row, as squared fractions over the horizon.
  public var idioVariances: [Double] { idio.variances }
  /// `Ω_ε`.
  public var idioCovariance: IdioCovariance { idio.covariance }

  /// Makes the model of a date on the factors of a layout.
  ///
  /// - Parameters:
  ///   - snapshot: the loadings, labels and caps of the date's own rows; its returns are not read.
  ///   - layout: the factors, with the labels that have a covariance.
  ///   - factorNames: a name for each factor.
  ///   - factorCovariance: `F`, in the order of the layout.
  ///   - idioCovariance: `Ω_ε` of the snapshot's rows, as squared fractions over the horizon; a variance that is `nan`
  ///     or not positive leaves the row out of the model.
  ///   - horizon: the number of periods that both covariances are for.
  /// - Throws: `RiskModelError` where `F` is not finite or not positive semidefinite.
  /// - Complexity: O(n K + m³).
  public init(
    snapshot: CrossSection, layout: FactorLayout, factorNames: [String], factorCovariance: SymmetricMatrix,
    idioCovariance: IdioCovariance, horizon: Double
  ) throws(RiskModelError) {
    precondition(
      factorCovariance.order == layout.count && factorNames.count == layout.count,
      "\(factorNames.count) names and a covariance of order \(factorCovariance.order) for \(layout.count) factors")
    precondition(layout.styleCount == snapshot.styleCount, "\(layout.styleCount) styles for \(snapshot.styleCount)")
    precondition(layout.labels.count == snapshot.groups.count, "\(layout.labels.count) groups")
    precondition(horizon > 0 && horizon < .infinity, "a horizon of \(horizon) periods")
    let variances = idioCovariance.variances
    precondition(variances.count == snapshot.rowCount, "\(variances.count) variances for \(snapshot.rowCount) rows")
    let positions = layout.labels.indices.map { Self.positions(ofGroup: $0, layout: layout, snapshot: snapshot) }
    var rows = [Int32]()
    var unmodelled = [Int32]()
    for row in 0..<snapshot.rowCount {
      var isModelled = variances[row] > 0 && variances[row] < .infinity
      for group in positions.indices {
        snapshot.groups[group].forEach(in: row) { label, _ in
          if positions[group][Int(label)] < 0 { isModelled = false }
        }
      }
      if isModelled { rows.append(Int32(row)) } else { unmodelled.append(snapshot.assets[row]) }
    }
    self.init(
      date: snapshot.loadingsDate, assets: rows.map { snapshot.assets[Int($0)] },
      isInUniverse: rows.map { !snapshot.reasons[Int($0)].contains(.outsideUniverse) },
      caps: snapshot.caps.isEmpty ? [] : rows.map { snapshot.caps[Int($0)] },
      loadings: ModelLoadings(snapshot, rows: rows, layout: layout, positions: positions), factorNames: factorNames,
      factorCovariance: factorCovariance,
      factorRoot: try FactorRoot.make(factorCovariance, names: factorNames), horizon: horizon, unmodelled: unmodelled,
      idio: ModelIdio(idioCovariance, rows: rows.map { Int($0) }))
  }

  /// Makes the model of a date on some factors of an axis.
  ///
  /// - Parameters:
  ///   - snapshot: what is known at the close of the date.
  ///   - axis: all factors.
  ///   - factors: the positions on the axis of the factors that have a covariance, ascending; an asset whose label is not
  ///     among them is not modelled.
  ///   - factorCovariance: `F`, in the order of `factors`.
  ///   - idioCovariance: `Ω`, of the rows of the snapshot.
  ///   - horizon: the number of periods that both covariances are over.
  /// - Throws: `RiskModelError` where the market or a style is not among `factors`, or `F` is not finite or not positive
  ///   semidefinite.
  public init(
    snapshot: CrossSection, axis: FactorAxis, factors: [Int], factorCovariance: SymmetricMatrix,
    idioCovariance: IdioCovariance, horizon: Double
  ) throws(RiskModelError) {
    precondition(
      factorCovariance.order == factors.count, "order \(factorCovariance.order) for \(factors.count) factors")
    var placeOf = [Int](repeating: -1, count: axis.count)
    for (place, factor) in factors.enumerated() { placeOf[factor] = place }
    var labels = [[Int32]]()
    for group in 0..<axis.groupCount {
      let codes = (0..<Int32(axis.labelCount(ofGroup: group))).filter {
        placeOf[axis.position(ofLabel: $0, group: group)] >= 0
      }
      labels.append(
        codes.sorted { axis.position(ofLabel: $0, group: group) < axis.position(ofLabel: $1, group: group) })
    }
    let layout = FactorLayout(hasMarket: axis.startsWithMarket, labels: labels, styleCount: axis.styleCount)
    let positions = axis.positions(of: layout)
    for position in positions where placeOf[position] < 0 {
      throw .factorWithoutCovariance(factor: axis.names[position])
    }
    let places = positions.map { placeOf[$0] }
    try self.init(
      snapshot: snapshot, layout: layout, factorNames: positions.map { axis.names[$0] },
      factorCovariance: SymmetricMatrix(order: places.count) { factorCovariance[places[$0], places[$1]] },
      idioCovariance: idioCovariance, horizon: horizon)
  }

  init(
    date: CalendarDate, assets: [Int32], isInUniverse: [Bool], caps: [Double], loadings: ModelLoadings,
    factorNames: [String], factorCovariance: SymmetricMatrix, factorRoot: Matrix, horizon: Double,
    unmodelled: [Int32], idio: ModelIdio
  ) {
    self.date = date
    self.assets = assets
    self.isInUniverse = isInUniverse
    self.caps = caps
    self.loadings = loadings
    self.factorNames = factorNames
    self.factorCovariance = factorCovariance
    self.factorRoot = factorRoot
    self.horizon = horizon
    self.unmodelled = unmodelled
    self.idio = idio
  }

  /// The model of some of the rows: exactly the covariance of those assets.
  ///
  /// - Parameter rows: the rows, ascending.
  /// - Complexity: O(n K).
  public func keeping(_ rows: [Int]) -> RiskModel {
    precondition(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 }, "rows must ascend")
    return RiskModel(
      date: date, assets: rows.map { assets[$0] }, isInUniverse: rows.map { isInUniverse[$0] },
      caps: caps.isEmpty ? [] : rows.map { caps[$0] }, loadings: loadings.keeping(rows), factorNames: factorNames,
      factorCovariance: factorCovariance, factorRoot: factorRoot, horizon: horizon, unmodelled: unmodelled,
      idio: idio.keeping(rows))
  }

  /// The model with both covariances brought to another number of periods, in proportion.
  public func over(periods: Double) -> RiskModel {
    precondition(periods > 0 && periods < .infinity, "\(periods) periods")
    guard periods != horizon else { return self }
    let factor = periods / horizon
    let root = factor.squareRoot()
    return RiskModel(
      date: date, assets: assets, isInUniverse: isInUniverse, caps: caps, loadings: loadings,
      factorNames: factorNames,
      factorCovariance: SymmetricMatrix(order: factorCovariance.order) { factor * factorCovariance[$0, $1] },
      factorRoot: Matrix(
        rowCount: factorRoot.rowCount, columnCount: factorRoot.columnCount,
        storage: factorRoot.storage.map { root * $0 }),
      horizon: periods, unmodelled: unmodelled, idio: idio.scaled(by: factor))
  }

  /// For each code of a group's labels the position of its factor, -1 without one.
  private static func positions(ofGroup group: Int, layout: FactorLayout, snapshot: CrossSection) -> [Int32] {
    var count = (layout.labels[group].max() ?? -1) + 1
    switch snapshot.groups[group] {
    case .labels(let labels): count = max(count, (labels.max() ?? -1) + 1)
    case .memberships(let memberships): count = max(count, (memberships.labels.max() ?? -1) + 1)
    }
    var positions = [Int32](repeating: -1, count: Int(count))
    let offset = layout.offset(ofGroup: group)
    for (place, label) in layout.labels[group].enumerated() { positions[Int(label)] = Int32(offset + place) }
    return positions
  }
}

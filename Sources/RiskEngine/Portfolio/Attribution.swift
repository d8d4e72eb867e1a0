/// Where a portfolio's return of one period came from: `xᵀr = Σ b_k f_k + xᵀe`.
///
/// Exact for the assets with an idio return, since `e = r − Bf`, whichever factor returns the regression found. Returns
/// are those of the regression: excess returns where it was one of excess returns.
public struct Attribution: Hashable, Sendable {
  /// A held asset without an idio return in the period.
  public struct UnmodelledAsset: Hashable, Sendable {
    /// The asset, a code.
    public var asset: Int32
    /// Its weight, not 0.
    public var weight: Double
    /// Its return; `nan` where it is not known.
    public var `return`: Double
  }

  /// One block of factors with what it contributed.
  public struct BlockContribution: Hashable, Sendable {
    /// The block.
    public var block: FactorBlock
    /// The sum of its factors' contributions.
    public var contribution: Double
  }

  /// The end of the period.
  public var date: CalendarDate
  /// The factors of the period, those with a member among the assets regressed; of none where the regression failed.
  public var layout: FactorLayout
  /// `b`: the portfolio's loading on each of them at the period's start.
  public var loadings: [Double]
  /// `f`: their returns; `nan` where one could not be told.
  public var factorReturns: [Double]
  /// `b_k f_k`; 0 where the portfolio does not load on the factor.
  public var contributions: [Double]
  /// `xᵀe`.
  public var idioContribution: Double
  /// `Σ x` over the assets with an idio return.
  public var modelledWeight: Double
  /// The held assets without one, in the order of the holdings.
  public var unmodelled: [UnmodelledAsset]

  /// `Σ x` over the assets without an idio return.
  public var unmodelledWeight: Double { unmodelled.reduce(0) { $0 + $1.weight } }
  /// `Σ x r` over those of them whose return is known.
  public var unmodelledContribution: Double {
    unmodelled.reduce(0) { $1.return.isFinite ? $0 + $1.weight * $1.return : $0 }
  }
  /// `Σ |x|` over those of them whose return is not known: they are in no contribution.
  public var unknownGrossWeight: Double { unmodelled.reduce(0) { $1.return.isFinite ? $0 : $0 + abs($1.weight) } }
  /// `Σ b_k f_k`.
  public var factorContribution: Double { contributions.reduce(0, +) }
  /// The sum of all contributions: the portfolio's return, but for assets whose return is not known.
  public var total: Double { factorContribution + idioContribution + unmodelledContribution }

  /// The contributions by block, in the order of the factors.
  public var blocks: [BlockContribution] {
    var blocks = [BlockContribution]()
    func add(_ block: FactorBlock, _ factors: Range<Int>) {
      blocks.append(.init(block: block, contribution: contributions[factors].reduce(0, +)))
    }
    if layout.hasMarket { add(.market, 0..<1) }
    for group in layout.labels.indices { add(.group(group), layout.positions(ofGroup: group)) }
    if layout.styleCount > 0 { add(.style, layout.styleOffset..<layout.count) }
    return blocks
  }

  /// Attributes a period's return.
  ///
  /// - Parameters:
  ///   - holdings: `x`, the weights at the start of the period; those of `x − y` attribute an active return.
  ///   - section: the cross-section of the period.
  ///   - regression: its regression.
  ///   - otherReturns: by code the returns of assets that are not in the cross-section; `nan`, or beyond the end, where
  ///     they are not known.
  /// - Complexity: O(n + h (K + G)) for h held assets.
  public init(
    _ holdings: Holdings, section: CrossSection, regression: PeriodRegression, otherReturns: [Double] = []
  ) {
    let labelCount = regression.labels.reduce(0) { $0 + $1.count }
    self.init(
      holdings, section: section,
      hasMarket: regression.factorReturns.count > labelCount + section.styleCount, labels: regression.labels,
      factorReturns: regression.factorReturns, idioReturns: regression.idioReturns, otherReturns: otherReturns)
  }

  /// Attributes a period's return by factor and idio returns that were estimated earlier.
  ///
  /// - Parameters:
  ///   - holdings: `x`, the weights at the start of the period.
  ///   - section: the cross-section of the period.
  ///   - hasMarket: whether the first factor is the market.
  ///   - labels: for each group the codes of the labels with a factor return.
  ///   - factorReturns: the market's, those of the labels in their order, and of the styles; empty without an estimate.
  ///   - idioReturns: of each row of the section, `nan` where there is none; empty without an estimate.
  ///   - otherReturns: by code the returns of assets that are not in the cross-section.
  /// - Complexity: O(n + h (K + G)) for h held assets.
  public init(
    _ holdings: Holdings, section: CrossSection, hasMarket: Bool, labels: [[Int32]], factorReturns: [Double],
    idioReturns: [Double], otherReturns: [Double] = []
  ) {
    precondition(
      idioReturns.isEmpty || idioReturns.count == section.rowCount,
      "\(idioReturns.count) idio returns for \(section.rowCount) rows")
    date = section.date
    let hasEstimate = !factorReturns.isEmpty && !idioReturns.isEmpty
    let layout = FactorLayout(
      hasMarket: hasEstimate && hasMarket,
      labels: hasEstimate ? labels : section.groups.map { _ in [] },
      styleCount: hasEstimate ? section.styleCount : 0)
    self.layout = layout
    self.factorReturns = hasEstimate ? factorReturns : []
    precondition(
      layout.count == self.factorReturns.count, "\(self.factorReturns.count) returns of \(layout.count) factors")
    let positions = layout.labels.indices.map { Self.positions(ofGroup: $0, layout: layout) }
    var weightOf = [Int32: Double](minimumCapacity: holdings.count)
    for (asset, weight) in zip(holdings.assets, holdings.weights) where weight != 0 { weightOf[asset] = weight }
    var loadings = [Double](repeating: 0, count: layout.count)
    var idio = 0.0
    var weight = 0.0
    var rowOf = [Int32: Int](minimumCapacity: holdings.count)
    for row in 0..<section.rowCount {
      guard let held = weightOf[section.assets[row]] else { continue }
      guard hasEstimate, idioReturns[row].isFinite else {
        rowOf[section.assets[row]] = row
        continue
      }
      weightOf[section.assets[row]] = nil
      weight += held
      idio += held * idioReturns[row]
      if layout.hasMarket { loadings[0] += held }
      for group in section.groups.indices {
        section.groups[group].forEach(in: row) { label, fraction in
          // An asset with an idio return has labels with factor returns only.
          loadings[positions[group][Int(label)]] += held * fraction
        }
      }
      for style in 0..<layout.styleCount {
        loadings[layout.styleOffset + style] += held * section.loading(row: row, style: style)
      }
    }
    self.loadings = loadings
    contributions = zip(loadings, self.factorReturns).map { $0 == 0 ? 0 : $0 * $1 }
    idioContribution = idio
    modelledWeight = weight
    unmodelled = zip(holdings.assets, holdings.weights).compactMap { asset, weight in
      guard weight != 0, weightOf[asset] != nil else { return nil }
      let found: Double
      if let row = rowOf[asset] {
        found = section.returns[row]
      } else {
        found = Int(asset) < otherReturns.count ? otherReturns[Int(asset)] : .nan
      }
      return UnmodelledAsset(asset: asset, weight: weight, return: found)
    }
  }

  /// Attributes the return of a period for which there is no cross-section: all of it is unmodelled.
  ///
  /// - Parameters:
  ///   - holdings: `x`, the weights at the start of the period.
  ///   - date: the end of the period.
  ///   - groupCount: the number of groups of the panel.
  ///   - returns: by code the returns of assets; `nan`, or beyond the end, where they are not known.
  public init(unmodelled holdings: Holdings, date: CalendarDate, groupCount: Int, returns: [Double]) {
    self.date = date
    layout = FactorLayout(hasMarket: false, labels: Array(repeating: [], count: groupCount), styleCount: 0)
    (loadings, factorReturns, contributions) = ([], [], [])
    (idioContribution, modelledWeight) = (0, 0)
    unmodelled = zip(holdings.assets, holdings.weights).compactMap { asset, weight in
      guard weight != 0 else { return nil }
      let known = Int(asset) < returns.count ? returns[Int(asset)] : .nan
      return UnmodelledAsset(asset: asset, weight: weight, return: known)
    }
  }

  /// The effects for linking, in an order that is the same for every period of a panel.
  ///
  /// - Parameter axis: the factors of the panel.
  /// - Returns: the contribution of each factor of the axis, 0 where the period lacks it, then that of idio returns, then
  ///   that of unmodelled assets; they sum to `total`.
  public func effects(on axis: FactorAxis) -> [Double] {
    var effects = [Double](repeating: 0, count: axis.count)
    if layout.count > 0 {
      for (position, value) in zip(axis.positions(of: layout), contributions) { effects[position] = value }
    }
    return effects + [idioContribution, unmodelledContribution]
  }

  /// For each code of a group's labels its position among the factors, −1 without one.
  private static func positions(ofGroup group: Int, layout: FactorLayout) -> [Int] {
    var positions = [Int](repeating: -1, count: Int(layout.labels[group].max() ?? -1) + 1)
    let offset = layout.offset(ofGroup: group)
    for (place, label) in layout.labels[group].enumerated() { positions[Int(label)] = offset + place }
    return positions
  }
}

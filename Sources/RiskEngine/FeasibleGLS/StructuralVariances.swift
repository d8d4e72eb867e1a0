/// Idio variances of assets with a short history, from the loadings that they share with others.
///
/// Over the assets whose variance is their own, `ln σ = X b + δ` with weights √cap; then `σ = E₀ exp(X b)` for the rest
/// (Menchero, Orr and Wang, *The Barra US Equity Model (USE4)*, 2011, equations 5.3 and 5.4).
/// `E₀ = Σ g e^δ / Σ g`, at least 1, undoes the bias of the logarithm (Duan, *JASA* 78, 1983); `g` are the weights.
enum StructuralVariances {
  /// The fewest assets behind a model.
  private static let fewestAssets = 20

  /// Puts structural variances in the place of those that are not an asset's own.
  ///
  /// Nothing changes for assets that the cross-section lacks, whose label no other asset has, or where fewer than
  /// twenty assets, or twice the factors, have a variance of their own.
  ///
  /// - Parameters:
  ///   - variances: one for each asset's code.
  ///   - isOwn: whether each is the asset's own.
  ///   - crossSection: the last cross-section.
  /// - Complexity: one regression.
  static func fill(
    _ variances: inout [Double], isOwn: [Bool], crossSection: CrossSection, regression: CrossSectionalRegression,
    schema: PanelSchema, labels: [IdentifierTable]
  ) {
    let codes = crossSection.assets.map { Int($0) }
    func hasOwn(_ asset: Int) -> Bool { asset < isOwn.count && isOwn[asset] && variances[asset] > 0 }
    guard codes.contains(where: { $0 < isOwn.count && !isOwn[$0] && !variances[$0].isNaN }) else { return }
    var section = crossSection
    for (row, asset) in codes.enumerated() {
      if hasOwn(asset) {
        section.returns[row] = 0.5 * PortableMath.log(variances[asset])
        section.reasons[row].remove(.outsideUniverse)
      } else {
        section.returns[row] = 0
        section.reasons[row].insert(.outsideUniverse)
      }
    }
    let logarithms = CrossSectionalRegression(
      weights: schema.hasCaps ? .squareRootOfCap : .equal, constraintWeights: regression.constraintWeights,
      hasMarket: regression.hasMarket, computesVarianceInflation: false)
    var solver = PeriodSolver(regression: logarithms, schema: schema, labelRanks: labels.map { $0.ranks() })
    let fit = solver.estimate(section)
    guard fit.outcome.hasEstimate, fit.assetCount >= max(fewestAssets, 2 * fit.factorCount) else { return }
    var sum = 0.0
    var total = 0.0
    for row in codes.indices where fit.isRegressed[row] {
      let weight = schema.hasCaps ? section.caps[row].squareRoot() : 1
      sum += weight * PortableMath.exp(fit.idioReturns[row])
      total += weight
    }
    let smearing = sum / total
    for (row, asset) in codes.enumerated() where asset < isOwn.count && !isOwn[asset] {
      // The logarithm was set to 0: what is left of it is less the fitted value.
      guard !variances[asset].isNaN, !fit.idioReturns[row].isNaN else { continue }
      let deviation = smearing * PortableMath.exp(-fit.idioReturns[row])
      variances[asset] = deviation * deviation
    }
  }
}

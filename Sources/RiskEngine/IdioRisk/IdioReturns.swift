/// The idio returns of one period, of the assets that have one.
public struct IdioReturns: Sendable {
  /// The leverage above which an idio return says nothing of the asset's risk: its own return was fitted.
  public static let leverageLimit = 0.9

  /// The assets, as codes of the panel's asset table, in any order and none twice.
  public private(set) var assets: [Int32] = []
  /// `e`: the idio return of each asset, as a fraction.
  public private(set) var values: [Double] = []
  /// The variance that each idio return has over that of the idio risk, `1 − h` where weights are inverse variances.
  public private(set) var divisors: [Double] = []
  /// Whether an idio return is left out of every estimate, for its leverage.
  public private(set) var isLeftOut: [Bool] = []

  /// Makes a period without idio returns.
  public init() {}

  /// Takes the idio returns of a regression, with divisors `1 − h`, which are exact where weights are inverse variances.
  ///
  /// An idio return of leverage above `leverageLimit` is left out; one that is missing is not taken. The idio return of
  /// an asset that was not regressed has the variance `v + q`, with `q` the variance of its fitted return: the divisor is
  /// `1 + q / v`, and one whose `q` has the same share of `v + q` as the limit is left out.
  ///
  /// - Parameters:
  ///   - regression: a period's regression, with leverages.
  ///   - section: the cross-section that was regressed.
  ///   - weightVariances: `v`, the variance whose inverse was the weight of each row; empty where weights were of another
  ///     kind: then assets that were not regressed have the divisor 1.
  /// - Precondition: the regression has an estimate with leverages, or failed.
  public init(_ regression: PeriodRegression, of section: CrossSection, weightVariances: [Double] = []) {
    guard regression.outcome.hasEstimate else { return }
    precondition(
      regression.idioReturns.count == section.rowCount && regression.leverage.count == section.rowCount,
      "\(regression.idioReturns.count) idio returns and \(regression.leverage.count) leverages for "
        + "\(section.rowCount) rows")
    reserveCapacity(section.rowCount)
    for row in 0..<section.rowCount where regression.idioReturns[row].isFinite {
      let leverage = regression.leverage[row]
      if !regression.isRegressed[row], !weightVariances.isEmpty, row < regression.fittedVariances.count,
        regression.fittedVariances[row].isFinite
      {
        let share = regression.fittedVariances[row] / weightVariances[row]
        append(
          asset: section.assets[row], value: regression.idioReturns[row], divisor: 1 + share,
          isLeftOut: share > Self.leverageLimit / (1 - Self.leverageLimit))
        continue
      }
      append(
        asset: section.assets[row], value: regression.idioReturns[row], divisor: 1 - leverage,
        isLeftOut: leverage > Self.leverageLimit)
    }
  }

  /// The number of idio returns, those left out too.
  public var count: Int { assets.count }

  /// Makes room.
  public mutating func reserveCapacity(_ count: Int) {
    assets.reserveCapacity(count)
    values.reserveCapacity(count)
    divisors.reserveCapacity(count)
    isLeftOut.reserveCapacity(count)
  }

  /// Adds an asset's idio return.
  ///
  /// What is not finite, and a divisor that is not positive, are left out.
  public mutating func append(asset: Int32, value: Double, divisor: Double = 1, isLeftOut: Bool = false) {
    assets.append(asset)
    values.append(value)
    divisors.append(divisor)
    self.isLeftOut.append(isLeftOut || !value.isFinite || !(divisor > 0 && divisor < .infinity))
  }
}

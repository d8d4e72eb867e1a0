/// What a squared idio return is divided by, so that its mean is the idio variance.
public enum IdioDivisor: String, Hashable, Sendable, CaseIterable {
  /// Nothing: variances come out low by the fraction of the returns that the factors fit by chance, and an asset whose
  /// variance is low fits ever better; without a floor variances collapse to zero.
  case none
  /// `1 − q / u` for an asset regressed and `1 + q / u` for another, with `q` the variance of the fitted return and
  /// `u` the variance used as weight: exact where `u` is the idio variance, and `1 − h` where idio returns do not
  /// covary (the almost unbiased estimator of Horn, Horn and Duncan, *JASA* 70, 1975).
  case leverage
  /// `Var(e) / v` with the idio variances `v` themselves, whatever the weights; falls back on `leverage` where idio
  /// returns covary or thin groups are pulled.
  case variance
}

/// The squared idio returns of one period, and what to divide them by.
struct SquaredIdioReturns: Sendable {
  /// `e²` of each row; `nan` where there is no idio return.
  var squares: [Double]
  /// Its divisor; 0 where the observation tells too little of the idio variance to be used.
  var divisors: [Double]

  /// Makes them of a period that was just estimated.
  ///
  /// - Parameters:
  ///   - variances: `v`: the idio variance of each row, as far as it is known.
  ///   - used: `u`: the variance whose inverse was the weight of each row.
  ///   - guardLevel: the largest share of a return's idio part that its own fit may take.
  init(
    _ regression: PeriodRegression, crossSection: CrossSection, solver: inout PeriodSolver, variances: [Double],
    used: [Double], divisor: IdioDivisor, guardLevel: Double
  ) {
    let count = crossSection.rowCount
    squares = regression.idioReturns
    for row in 0..<count { squares[row] *= squares[row] }
    divisors = Array(repeating: 1, count: count)
    let exact = divisor == .variance ? solver.fittedVariances(crossSection, idioVariances: variances) : nil
    // Left out, an asset with leverage h would have an idio return of variance v / (1 − h): the same share.
    let outsideGuard = guardLevel < 1 ? guardLevel / (1 - guardLevel) : .infinity
    for row in 0..<count where !squares[row].isNaN {
      let share = regression.fittedVariances[row] / used[row]
      let isRegressed = regression.isRegressed[row]
      guard share <= (isRegressed ? guardLevel : outsideGuard) else {
        divisors[row] = 0
        continue
      }
      switch divisor {
      case .none: break
      case .leverage: divisors[row] = isRegressed ? 1 - share : 1 + share
      case .variance:
        if let exact {
          divisors[row] = 1 - 2 * regression.leverage[row] + exact[row] / variances[row]
        } else {
          divisors[row] = isRegressed ? 1 - share : 1 + share
        }
      }
      // Rounding may leave nothing of an asset that is fitted exactly.
      if !(divisors[row] > 0) { divisors[row] = 0 }
    }
  }
}

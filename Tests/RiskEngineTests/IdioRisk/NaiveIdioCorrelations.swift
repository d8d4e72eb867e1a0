import Foundation
import LinAlg
import RiskEngine
import TestSupport

/// A second implementation of idio correlations: every pair, in full matrices, with weights that sum to 1.
struct NaiveIdioCorrelations {
  /// The correlations of the live assets by place, after thresholds and repair.
  var correlation: [[Double]]
  /// The pairs above their thresholds.
  var thresholdedPairs = 0
  /// The largest `α`.
  var largestShrinkage = 0.0
  /// The components of two assets or more.
  var components: [[Int]] = []

  /// `r`, `θ`, `n_eff` and the number of common periods of two series.
  static func pair(
    _ x: [Double], _ y: [Double], halfLife: Double
  ) -> (r: Double, theta: Double, effective: Double, count: Int) {
    let common = x.indices.filter { !x[$0].isNaN && !y[$0].isNaN }
    guard !common.isEmpty else { return (.nan, .nan, 0, 0) }
    let raw = common.map { pow(0.5, Double(x.count - 1 - $0) / halfLife) }
    let total = raw.reduce(0, +)
    let omega = raw.map { $0 / total }
    func root(_ u: [Double]) -> Double { zip(omega, common).reduce(0) { $0 + $1.0 * u[$1.1] * u[$1.1] }.squareRoot() }
    let scales = (root(x), root(y))
    let products = common.map { x[$0] / scales.0 * (y[$0] / scales.1) }
    let r = zip(omega, products).reduce(0) { $0 + $1.0 * $1.1 }
    let theta = zip(omega, products).reduce(0) { $0 + $1.0 * ($1.1 - r) * ($1.1 - r) }
    return (r, theta, 1 / omega.reduce(0) { $0 + $1 * $1 }, common.count)
  }

  init(_ history: CorrelatedHistory, _ settings: IdioCorrelationSettings) {
    let window = history.live.map { Array(history.series(Int($0)).suffix(settings.window)) }
    let count = window.count
    let screened = window.indices.filter { place in
      let observed = window[place].filter { !$0.isNaN }
      return observed.count >= settings.minimumObservations && observed.contains { $0 != 0 }
    }
    var matrix = window.indices.map { i in window.indices.map { i == $0 ? 1.0 : 0 } }
    for i in 0..<count {
      for j in 0..<i {
        let found = Self.pair(window[i], window[j], halfLife: settings.halfLife)
        let issuer = history.issuers[Int(history.live[i])]
        var value = 0.0
        if issuer >= 0, issuer == history.issuers[Int(history.live[j])] {
          value =
            found.r.isNaN
            ? settings.linkedCorrelation
            : (found.effective * found.r + settings.linkedWeight * settings.linkedCorrelation)
              / (found.effective + settings.linkedWeight)
        } else if settings.form == .thresholded, screened.contains(i), screened.contains(j),
          found.count >= settings.minimumObservations, !found.r.isNaN
        {
          let tau = settings.multiplier * (found.theta * log(Double(screened.count)) / found.effective).squareRoot()
          if abs(found.r) > tau {
            thresholdedPairs += 1
            value = settings.thresholding == .hard ? found.r : (found.r < 0 ? -1 : 1) * (abs(found.r) - tau)
          }
        }
        matrix[i][j] = value
        matrix[j][i] = value
      }
    }
    correlation = matrix
    var seen = Set<Int>()
    for start in 0..<count where !seen.contains(start) {
      var component = [start]
      seen.insert(start)
      var next = 0
      while next < component.count {
        for other in 0..<count where matrix[component[next]][other] != 0 && !seen.contains(other) {
          seen.insert(other)
          component.append(other)
        }
        next += 1
      }
      if component.count > 1 { components.append(component.sorted()) }
    }
    for component in components {
      let block = SymmetricMatrix(order: component.count) { matrix[component[$0]][component[$1]] }
      let least = ReferenceMatrix(block).jacobiEigenvalues()[0]
      guard least < settings.minimumEigenvalue else { continue }
      let shrinkage = (settings.minimumEigenvalue - least) / (1 - least)
      largestShrinkage = max(largestShrinkage, shrinkage)
      for i in component {
        for j in component where i != j { correlation[i][j] *= 1 - shrinkage }
      }
    }
  }
}

internal import LinAlg

/// What a missing factor return is made of: a value, and an error that is a sum of errors of coordinates.
struct FactorFilling {
  /// The return.
  var value = 0.0
  /// The coordinates whose errors it has, with their coefficients.
  var terms: [(coordinate: Int, coefficient: Double)] = []
  /// The variance of a return that nothing is known of.
  var ownVariance = 0.0

  private func scaled(by scale: Double) -> Self {
    Self(
      value: scale * value, terms: terms.map { ($0.coordinate, scale * $0.coefficient) },
      ownVariance: scale * scale * ownVariance)
  }

  /// What each missing return of a period becomes.
  ///
  /// - Parameters:
  ///   - missing: the factors without return.
  ///   - coordinates: those that were completed.
  ///   - shares: of the factors in the constraints of the period.
  ///   - ownVariances: of the factors.
  ///   - present: a factor's return; NaN where it is missing.
  ///   - completed: the number and the value of the completed coordinate that is a factor's; `nil` where there is none.
  static func fillings(
    _ missing: [Int], coordinates: FactorCoordinates, shares: [Double], ownVariances: [Double],
    present: (Int) -> Double, completed: (Int) -> (coordinate: Int, value: Double)?
  ) -> [FactorFilling] {
    // The share-weighted mean of the completed coordinates of some labels.
    func mean(_ labels: [Int]) -> FactorFilling? {
      var filling = FactorFilling()
      var total = 0.0
      for label in labels where shares[label] > 0 && completed(label) != nil { total += shares[label] }
      guard total > 0 else { return nil }
      for label in labels where shares[label] > 0 {
        guard let found = completed(label) else { continue }
        filling.value += shares[label] / total * found.value
        filling.terms.append((found.coordinate, shares[label] / total))
      }
      return filling
    }
    var market = FactorFilling()
    if let factor = coordinates.market {
      let value = present(factor)
      if value.isNaN {
        market = mean(coordinates.labelsOverMarket) ?? FactorFilling(ownVariance: ownVariances[factor])
      } else {
        market.value = value
      }
    }
    return missing.map { factor in
      if factor == coordinates.market { return market }
      let group = coordinates.relativeGroups.first { $0.labels.contains(factor) }
      // Relative coordinates are moved so that the shares of the period sum to zero.
      let subtracted: FactorFilling?
      if let group {
        let references = group.labels.filter { $0 != group.reference }
        let share = group.labels.reduce(0) { $0 + shares[$1] }
        let scale = share > 0 ? references.reduce(0) { $0 + shares[$1] } / share : 0
        subtracted = mean(references).map { $0.scaled(by: scale) }
        if factor == group.reference {
          return subtracted?.scaled(by: -1) ?? FactorFilling(ownVariance: ownVariances[factor])
        }
      } else {
        subtracted = coordinates.labelsOverMarket.contains(factor) ? market : nil
      }
      guard let found = completed(factor) else { return FactorFilling(ownVariance: ownVariances[factor]) }
      var filling = FactorFilling(value: found.value, terms: [(found.coordinate, 1)])
      if let subtracted {
        filling.value -= subtracted.value
        filling.terms += subtracted.scaled(by: -1).terms
      }
      return filling
    }
  }

  /// The covariance of the errors of some fillings.
  ///
  /// - Parameter conditional: coordinates with errors, and the covariance of these; `nil` where there are none.
  static func covariance(
    of fillings: [FactorFilling], conditional: (series: [Int], covariance: SymmetricMatrix)?
  ) -> SymmetricMatrix {
    var result = SymmetricMatrix(order: fillings.count) { $0 == $1 ? fillings[$0].ownVariance : 0 }
    guard let conditional else { return result }
    let places = Dictionary(uniqueKeysWithValues: conditional.series.enumerated().map { ($1, $0) })
    for j in fillings.indices {
      for i in j..<fillings.count {
        var sum = 0.0
        for left in fillings[i].terms {
          guard let a = places[left.coordinate] else { continue }
          for right in fillings[j].terms {
            guard let b = places[right.coordinate] else { continue }
            sum += left.coefficient * right.coefficient * conditional.covariance[a, b]
          }
        }
        result[i, j] += sum
      }
    }
    return result
  }
}

/// Draws volatilities to the cap-weighted mean of their size group, the more the farther they are from it.
///
///     σ̄(s) = Σ w σ,   Δ(s) = √(Σ (σ − σ̄)² / N),   v = q |σ − σ̄| / (Δ + q |σ − σ̄|),   σ^SH = v σ̄ + (1 − v) σ
///
/// (Menchero, Orr and Wang, *The Barra US Equity Model (USE4)*, 2011, eq. 5.6 to 5.9.) Within a group the order of
/// volatilities is kept, and no deviation exceeds `Δ / q`.
enum BayesianShrinkage {
  /// The volatilities, shrunk; a row without a group keeps its own.
  ///
  /// A group has 20 rows or more, unless it is the only one; so small groups need no care.
  ///
  /// - Complexity: O(n).
  static func apply(_ volatilities: [Double], caps: [Double], groups: SizeGroups, strength: Double) -> [Double] {
    guard strength > 0, !caps.isEmpty else { return volatilities }
    let count = groups.count
    var weights = [Double](repeating: 0, count: count)
    var means = weights
    var spreads = weights
    var names = weights
    for row in volatilities.indices where groups.groups[row] >= 0 && volatilities[row].isFinite {
      let group = Int(groups.groups[row])
      weights[group] += caps[row]
      means[group] += caps[row] * volatilities[row]
      names[group] += 1
    }
    for group in 0..<count where weights[group] > 0 { means[group] /= weights[group] }
    for row in volatilities.indices where groups.groups[row] >= 0 && volatilities[row].isFinite {
      let group = Int(groups.groups[row])
      let deviation = volatilities[row] - means[group]
      spreads[group] += deviation * deviation
    }
    for group in 0..<count where names[group] > 0 { spreads[group] = (spreads[group] / names[group]).squareRoot() }
    var shrunk = volatilities
    for row in volatilities.indices where groups.groups[row] >= 0 && volatilities[row].isFinite {
      let group = Int(groups.groups[row])
      // The formula is 0 / 0 where all are equal.
      guard spreads[group] > 0, weights[group] > 0 else { continue }
      let pull = strength * abs(volatilities[row] - means[group])
      let share = pull / (spreads[group] + pull)
      shrunk[row] = share * means[group] + (1 - share) * volatilities[row]
    }
    return shrunk
  }
}

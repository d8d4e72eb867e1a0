/// Two assets whose idio returns are correlated, by their places in some order.
struct CorrelatedPair: Equatable, Sendable {
  /// The place of the one that comes first.
  var first: Int
  /// The place of the other, above `first`.
  var second: Int
  /// The correlation before any threshold; for a linked pair already shrunk towards its prior.
  var correlation: Double
  /// The multiplier of the threshold at which the pair is no longer kept; `nil` for a linked pair, which always is.
  var criticalMultiplier: Double?

  /// The correlation that is left at a multiplier of the threshold, zero where the pair is not kept.
  func correlation(at multiplier: Double, _ thresholding: IdioCorrelationSettings.Thresholding) -> Double {
    guard let criticalMultiplier else { return correlation }
    guard criticalMultiplier > multiplier else { return 0 }
    // |r| − τ = |r| (1 − C / C*), because the threshold is proportional to the multiplier and |r| at C*.
    return thresholding == .hard ? correlation : correlation * (1 - multiplier / criticalMultiplier)
  }

  /// Whether the pair is kept at a multiplier of the threshold.
  func isKept(at multiplier: Double) -> Bool { criticalMultiplier.map { $0 > multiplier } ?? true }
}

/// `u`, the largest relative error of one rounding to nearest.
public let unitRoundoff = Double.ulpOfOne / 2

/// `γₖ = ku / (1 − ku)`, which bounds the relative error of k roundings.
///
/// Higham, Accuracy and Stability of Numerical Algorithms, 2nd edition, 2002, lemma 3.1.
public func gamma(_ k: Int) -> Double {
  let ku = Double(k) * unitRoundoff
  precondition(ku < 1, "γ of \(k)")
  return ku / (1 - ku)
}

/// `γ` of a Householder factorization of m × n: each of k = min(m, n) reflectors costs m + 5 roundings to build
/// and m + 6 to apply.
///
/// Higham, 2002, lemmas 19.1 to 19.3, where the small constant is left open; this is its count for the way
/// LAPACK forms `v` and `τ`.
public func householderGamma(rowCount m: Int, columnCount n: Int) -> Double {
  gamma((2 * m + 11) * max(1, min(m, n)))
}

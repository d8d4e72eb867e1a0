public import LinAlg

/// Shrinkage of each eigenvalue of a sample covariance by a formula that estimates what it should be.
///
/// Source: O. Ledoit and M. Wolf, Analytical nonlinear shrinkage of large-dimensional covariance matrices, *Annals of
/// Statistics* 48, 2020, 3043-3065. There is little to gain for fewer than 12 series.
public enum NonlinearShrinkage {
  /// Why no estimate can be made.
  public enum Failure: Error, Equatable, Sendable {
    /// There have to be more periods than series with variance.
    case tooFewPeriods(found: Double, series: Int)
    /// The eigenproblem failed.
    case linearAlgebra(LinAlgError)
  }

  /// The covariance with shrunk eigenvalues.
  ///
  /// - Parameters:
  ///   - sample: p × p, positive semidefinite.
  ///   - effectiveCount: the effective number of periods, less 1 where means were taken out.
  ///   - isotonic: whether the shrunk eigenvalues are made to ascend.
  /// - Throws: `Failure`.
  /// - Complexity: O(p³).
  public static func estimate(
    _ sample: SymmetricMatrix, effectiveCount: Double, isotonic: Bool = false
  ) throws(Failure) -> SymmetricMatrix {
    let eigen: SymmetricEigen
    do throws(LinAlgError) { eigen = try SymmetricEigen(consuming: sample) } catch { throw .linearAlgebra(error) }
    return eigen.recomposed(
      values: try shrunk(eigen.values, effectiveCount: effectiveCount, isotonic: isotonic))
  }

  /// The shrunk eigenvalues.
  ///
  /// - Parameters:
  ///   - eigenvalues: ascending; those at most 10⁻¹² of the largest are dropped and come back as 0.
  ///   - effectiveCount: the effective number of periods, above the number of the rest.
  ///   - isotonic: whether they are made to ascend.
  /// - Throws: `tooFewPeriods`.
  /// - Complexity: O(p²).
  public static func shrunk(
    _ eigenvalues: [Double], effectiveCount: Double, isotonic: Bool = false
  ) throws(Failure) -> [Double] {
    let least = 1e-12 * (eigenvalues.last ?? 0)
    let kept = eigenvalues.filter { $0 > least && $0 > 0 }
    guard !kept.isEmpty else { return eigenvalues.map { _ in 0 } }
    let order = Double(kept.count)
    let concentration = order / effectiveCount
    guard concentration < 1 else { throw .tooFewPeriods(found: effectiveCount, series: kept.count) }
    // The cube root, through the logarithm, since a portable power is at hand for nothing else.
    let bandwidth = PortableMath.exp(-PortableMath.log(effectiveCount) / 3)
    let pi = Double.pi
    let root5 = 5.0.squareRoot()
    var shrunk = [Double]()
    for value in kept {
      var density = 0.0
      var hilbert = 0.0
      for other in kept {
        let width = bandwidth * other
        let x = (value - other) / width
        let bump = 1 - x * x / 5
        density += 0.75 / root5 / width * max(0, bump)
        hilbert += hilbertTransform(x) / width
      }
      density /= order
      hilbert /= order
      let imaginary = pi * concentration * value * density
      let real = 1 - concentration - pi * concentration * value * hilbert
      shrunk.append(value / (imaginary * imaginary + real * real))
    }
    if isotonic { shrunk = ascending(shrunk) }
    return Array(repeating: 0, count: eigenvalues.count - kept.count) + shrunk
  }

  /// `−3x/(10π) + 3/(4√5 π) (1 − x²/5) ln|(√5 − x)/(√5 + x)|`: the Hilbert transform of the kernel.
  ///
  /// Far out both terms grow as `x` and their sum falls as `1/x`, so there it is summed as a series in `y = √5/x`:
  /// `−3/(√5 π) Σ y^(2j+1) / ((2j + 1)(2j + 3))`.
  private static func hilbertTransform(_ x: Double) -> Double {
    let root5 = 5.0.squareRoot()
    guard abs(x) < 2 * root5 else {
      let y = root5 / x
      var (sum, power, odd) = (0.0, y, 1.0)
      while abs(power) > 1e-20 * abs(y), odd < 80 {
        sum += power / (odd * (odd + 2))
        power *= y * y
        odd += 2
      }
      return -3 / (root5 * Double.pi) * sum
    }
    let ratio = abs((root5 - x) / (root5 + x))
    let logarithm = ratio > 0 && ratio < .infinity ? PortableMath.log(ratio) : 0
    return -0.3 * x / Double.pi + 0.75 / (root5 * Double.pi) * (1 - x * x / 5) * logarithm
  }

  /// The nearest ascending numbers in squares: neighbours that descend share their mean.
  private static func ascending(_ values: [Double]) -> [Double] {
    var pools: [(sum: Double, count: Int)] = []
    for value in values {
      pools.append((value, 1))
      while pools.count > 1 {
        let (last, previous) = (pools[pools.count - 1], pools[pools.count - 2])
        guard previous.sum / Double(previous.count) > last.sum / Double(last.count) else { break }
        pools.removeLast()
        pools[pools.count - 1] = (previous.sum + last.sum, previous.count + last.count)
      }
    }
    return pools.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
  }
}

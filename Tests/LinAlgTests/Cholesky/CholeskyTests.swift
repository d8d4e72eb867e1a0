import LinAlg
import Testing
import TestSupport

/// The bounds count one rounding more than the theorems where OpenBLAS multiplies by the reciprocal of a pivot
/// instead of dividing by it: `γₙ₊₂` for `γₙ₊₁` in the factorization, `γₙ₊₁` for `γₙ` in each triangular solve.
@Suite struct CholeskyTests {
  static let orders = [1, 2, 3, 8, 11, 12, 33, 70]

  /// The cases and orders at which Cholesky must succeed.
  ///
  /// Success is assured where `n γₙ₊₁ / (1 − γₙ₊₁) < λ_min(H)`, H the matrix scaled to unit diagonal (Demmel, LAPACK
  /// Working Note 14, theorem 2.3); that of the Hilbert matrix falls to 1e-15 at order 12.
  static let successes: [(NamedSymmetricMatrix, Int)] = NamedSymmetricMatrix.positiveDefinite.flatMap { name in
    orders.filter { name != .hilbert || $0 <= 11 }.map { (name, $0) }
  }

  /// `L`, as the factorization gives it, in extended precision.
  private func factor(_ cholesky: Cholesky) -> ReferenceMatrix {
    ReferenceMatrix(rowCount: cholesky.order, columnCount: cholesky.order) { Extended(cholesky[$0, $1]) }
  }

  /// `|A − LLᵀ|ᵢⱼ ≤ γₙ₊₁ √(aᵢᵢaⱼⱼ) / (1 − γₙ₊₁)`: Demmel, LAPACK Working Note 14, lemma 2.1; Higham, 2002, theorem 10.5.
  @Test(arguments: successes)
  func reconstructionIsWithinTheBackwardErrorBound(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let l = try factor(Cholesky(consuming: a))
    let product = l * l.transposed
    let bound = gamma(n + 2) / (1 - gamma(n + 2))
    for j in 0..<n {
      for i in j..<n {
        let error = Double(abs(Extended(a[i, j]) - product[i, j]))
        #expect(error <= bound * (a[i, i] * a[j, j]).squareRoot(), "entry (\(i), \(j))")
      }
    }
  }

  /// `‖ΔL‖F / ‖L‖₂ ≤ κ ‖ΔA‖F / (√2 ‖A‖₂)` to first order: Sun, BIT 31, 1991, 341–352; here `‖ΔA‖F ≤ n γ ‖A‖₂`.
  @Test(arguments: successes)
  func factorAgreesWithPlainLoops(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let wide = ReferenceMatrix(a)
    let factorization = wide.cholesky()
    let reference = try #require(factorization)
    let difference = try factor(Cholesky(consuming: a)) - reference
    let condition = wide.oneNorm * wide.inverse().oneNorm
    #expect(difference.frobeniusNorm <= Double(n) * condition * gamma(n + 2) * reference.frobeniusNorm)
  }

  /// `(A + ΔA) x̂ = b` with `|ΔA| ≤ γ₃ₙ₊₁ |L||Lᵀ|`: Higham, 2002, theorem 10.4.
  @Test(arguments: successes)
  func residualIsWithinTheBackwardErrorBound(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let b = (0..<n).map { Double($0 % 5) - 1.5 }
    let cholesky = try Cholesky(consuming: a)
    var x = b
    cholesky.solve(&x)
    var columns = Matrix(rowCount: n, columnCount: 2) { i, j in j == 0 ? b[i] : 1 }
    cholesky.solve(&columns)

    let magnitudes = factor(cholesky).magnitudes
    let growth = magnitudes * magnitudes.transposed
    for (solution, rightHandSide) in [(x, b), (columns.column(0), b), (columns.column(1), b.map { _ in 1 })] {
      let wide = ReferenceMatrix(column: solution)
      let residual = ReferenceMatrix(column: rightHandSide) - ReferenceMatrix(a) * wide
      let bound = growth * wide.magnitudes
      for i in 0..<n {
        #expect(Double(abs(residual[i, 0])) <= gamma(3 * n + 4) * Double(bound[i, 0]), "row \(i)")
      }
    }
  }

  /// `(L + ΔL) ŷ = b` with `|ΔL| ≤ γₙ |L|`: Higham, 2002, theorem 8.5.
  @Test(arguments: successes)
  func forwardSolveIsWithinTheBackwardErrorBound(name: NamedSymmetricMatrix, order n: Int) throws {
    let cholesky = try Cholesky(consuming: name.matrix(order: n))
    let b = (0..<n).map { 1 + Double($0 % 3) }
    var y = b
    cholesky.forwardSolve(&y)
    var column = Matrix(rowCount: n, columnCount: 1, storage: b)
    cholesky.forwardSolve(&column)
    let l = factor(cholesky)
    for solution in [y, column.storage] {
      let wide = ReferenceMatrix(column: solution)
      let residual = ReferenceMatrix(column: b) - l * wide
      let bound = l.magnitudes * wide.magnitudes
      for i in 0..<n {
        #expect(Double(abs(residual[i, 0])) <= gamma(n + 1) * Double(bound[i, 0]), "row \(i)")
      }
    }
  }

  /// `det Hₙ = 1 / 1, 12, 2160, 6048000, 266716800000` (OEIS A005249); `|δ ln det| ≤ n κ γₙ₊₂` from the backward error,
  /// plus `γₙ₊₁ Σ |ln|` from the sum.
  @Test(arguments: zip(1...5, [1.0, 12, 2160, 6_048_000, 266_716_800_000]))
  func logDeterminantOfHilbert(order n: Int, inverseDeterminant: Double) throws {
    let a = NamedSymmetricMatrix.hilbert.matrix(order: n)
    let wide = ReferenceMatrix(a)
    let condition = wide.oneNorm * wide.inverse().oneNorm
    let exact = -Double(ExtendedLogarithm.of(Extended(inverseDeterminant)))
    let bound = Double(n) * condition * gamma(n + 2) + gamma(n + 2) * abs(exact)
    #expect(abs(try Cholesky(consuming: a).logDeterminant - exact) <= bound)
  }

  /// A determinant of 2⁻¹²⁰⁰⁰ is far below the smallest double; its logarithm is not.
  @Test func logDeterminantDoesNotUnderflow() throws {
    let a = SymmetricMatrix(order: 12) { $0 == $1 ? 0x1p-1000 : 0 }
    let exact = -12_000 * Double(ExtendedLogarithm.of(2))
    #expect(abs(try Cholesky(consuming: a).logDeterminant - exact) <= gamma(14) * abs(exact))
  }

  /// `‖X − A⁻¹‖ ≤ n κ γ ‖A⁻¹‖`, size × condition × ε: Higham, 2002, section 14.3.
  @Test(arguments: successes.filter { $0.1 <= 33 })
  func inverseIsWithinSizeTimesCondition(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let exact = ReferenceMatrix(a).inverse()
    let inverse = try Cholesky(consuming: a).inverse()
    let condition = ReferenceMatrix(a).oneNorm * exact.oneNorm
    let error = (ReferenceMatrix(inverse) - exact).frobeniusNorm
    #expect(error <= Double(n) * condition * gamma(3 * n + 4) * exact.frobeniusNorm)
  }

  /// The estimate of `‖A⁻¹‖₁` is a lower bound and seldom below a third (Higham, ACM TOMS 14, 1988); rounding moves it by
  /// at most `n κ γ`, relative.
  @Test(arguments: successes.filter { $0.1 <= 33 })
  func reciprocalConditionIsWithinAThird(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let wide = ReferenceMatrix(a)
    let exact = 1 / (wide.oneNorm * wide.inverse().oneNorm)
    let cholesky = try Cholesky(consuming: a)
    let estimate = cholesky.reciprocalCondition(oneNorm: a.oneNorm)
    let rounding = Double(n) * gamma(3 * n + 4) / exact
    #expect(estimate >= exact * (1 - rounding))
    #expect(estimate <= 3 * exact * (1 + rounding))

    var workspace = CholeskyWorkspace(order: n + 1)
    #expect(cholesky.reciprocalCondition(oneNorm: a.oneNorm, workspace: &workspace) == estimate)
    #expect(cholesky.reciprocalCondition(oneNorm: a.oneNorm, workspace: &workspace) == estimate, "scratch used before")
  }

  @Test func orderZeroWorksEverywhere() throws {
    let cholesky = try Cholesky(consuming: .zeros(order: 0))
    var b: [Double] = []
    cholesky.solve(&b)
    cholesky.forwardSolve(&b)
    var columns = Matrix.zeros(rowCount: 0, columnCount: 3)
    cholesky.solve(&columns)
    cholesky.forwardSolve(&columns)
    #expect(b.isEmpty && columns.storage.isEmpty)
    #expect(cholesky.order == 0 && cholesky.logDeterminant == 0)
    #expect(cholesky.reciprocalCondition(oneNorm: 0) == 1)
    #expect(cholesky.inverse() == .zeros(order: 0))
    #expect(cholesky.relinquishStorage() == [])
  }

  @Test func orderOneIsExact() throws {
    let cholesky = try Cholesky(consuming: SymmetricMatrix(order: 1) { _, _ in 4 })
    var b = [8.0]
    cholesky.solve(&b)
    #expect(b == [2])
    #expect(cholesky[0, 0] == 2)
    #expect(cholesky.inverse()[0, 0] == 0.25)
    #expect(cholesky.reciprocalCondition(oneNorm: 4) == 1)
    #expect(cholesky.relinquishStorage() == [2])
  }

  @Test func noRightHandSidesIsNoWork() throws {
    let cholesky = try Cholesky(consuming: .identity(order: 3))
    var none = Matrix.zeros(rowCount: 3, columnCount: 0)
    cholesky.solve(&none)
    cholesky.forwardSolve(&none)
    #expect(none.columnCount == 0)
  }

  @Test func theUpperTriangleIsNeverRead() throws {
    let a = SymmetricMatrix(order: 3, lowerTriangleOf: [4, 2, 0, .nan, 5, 2, .infinity, .nan, 5])
    #expect(a.oneNorm == 9)
    let cholesky = try Cholesky(consuming: a)
    var b = [6.0, 9, 7]
    cholesky.solve(&b)
    #expect(b == [1, 1, 1])
    #expect(cholesky[0, 2] == 0)
  }
}

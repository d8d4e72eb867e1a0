import LinAlg
import Testing
import TestSupport

@Suite struct PivotedCholeskyTests {
  static let semidefinite: [NamedSymmetricMatrix] = [
    .hilbert, .graded, .rankOne, .zero, .identity, .allOnes, .secondDifference, .random,
  ]

  private func factor(_ cholesky: PivotedCholesky) -> ReferenceMatrix {
    ReferenceMatrix(rowCount: cholesky.order, columnCount: cholesky.rank) { Extended(cholesky[$0, $1]) }
  }

  /// The diagonal of `PᵀAP − LLᵀ` over the dependent rows is within the tolerance plus the backward error, and so is
  /// every entry of it (a semidefinite matrix has its largest entry on the diagonal); elsewhere
  /// `|A − LLᵀ|ᵢⱼ ≤ γᵣ₊₂ √(aᵢᵢaⱼⱼ) / (1 − γᵣ₊₂)` as without pivoting: Higham, 2002, theorem 10.14.
  @Test(arguments: semidefinite, [1, 2, 3, 8, 12, 33, 70])
  func reconstructionIsWithinTheBackwardErrorBound(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let cholesky = try PivotedCholesky(consuming: a)
    let p = cholesky.permutation
    let l = factor(cholesky)
    let product = l * l.transposed
    let bound = gamma(n + 2) / (1 - gamma(n + 2))
    for j in 0..<n {
      for i in j..<n {
        let error = Double(abs(Extended(a[p[i], p[j]]) - product[i, j]))
        let rounding = bound * (a[p[i], p[i]] * a[p[j], p[j]]).squareRoot()
        #expect(error <= rounding + (j < cholesky.rank ? 0 : cholesky.tolerance + rounding), "entry (\(i), \(j))")
      }
    }
    #expect(cholesky.largestResidual <= cholesky.tolerance + 2 * bound * a.full.largestMagnitude)
  }

  /// Same pivots where none are close, and `‖ΔL‖F / ‖L‖₂ ≤ κ ‖ΔA‖F / (√2 ‖A‖₂)` to first order: Sun, BIT 31, 1991.
  @Test(arguments: [NamedSymmetricMatrix.hilbert, .graded, .random], [1, 2, 3, 8])
  func factorAgreesWithPlainLoops(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let cholesky = try PivotedCholesky(consuming: a, relativeTolerance: 0)
    let factorization = ReferenceMatrix(a).pivotedCholesky()
    let reference = try #require(factorization)
    #expect(cholesky.rank == n)
    #expect(cholesky.permutation == reference.permutation)
    let condition = ReferenceMatrix(a).oneNorm * ReferenceMatrix(a).inverse().oneNorm
    let error = (factor(cholesky) - reference.l).frobeniusNorm
    #expect(error <= Double(n) * condition * gamma(n + 2) * reference.l.frobeniusNorm)
  }

  @Test(
    arguments: [
      (.zero, 0), (.rankOne, 1), (.allOnes, 1), (.identity, 12), (.secondDifference, 12), (.random, 12),
    ] as [(NamedSymmetricMatrix, Int)])
  func rankIsTheExactOne(name: NamedSymmetricMatrix, rank: Int) throws {
    let cholesky = try PivotedCholesky(consuming: name.matrix(order: 12))
    #expect(cholesky.rank == rank)
    #expect(cholesky.permutation.sorted() == Array(0..<12))
    #expect(cholesky.independentColumns.count == rank)
    #expect(cholesky.dependentColumns == Array(0..<12).filter { !cholesky.independentColumns.contains($0) })
  }

  /// The largest diagonal entry comes first: the last row of the rank-one matrix.
  @Test func pivotsStartWithTheLargest() throws {
    #expect(try PivotedCholesky(consuming: NamedSymmetricMatrix.rankOne.matrix(order: 5)).permutation[0] == 4)
  }

  /// A Gram matrix of columns 0 and 1, twice each: one of each pair depends on the other.
  @Test func dependentColumnsAreOneOfEachPair() throws {
    let columns = NamedMatrix.duplicatedColumns.matrix(rowCount: 9, columnCount: 4)
    let cholesky = try PivotedCholesky(consuming: SymmetricMatrix(gramOf: columns))
    #expect(cholesky.rank == 2)
    #expect(Set(cholesky.dependentColumns.map { $0 / 2 }) == [0, 1])
    #expect(Set(cholesky.independentColumns.map { $0 / 2 }) == [0, 1])
  }

  /// On the independent columns the answer is that of Cholesky on their block; `(A + ΔA) x = b`, `|ΔA| ≤ γ₃ᵣ₊₄ |L||Lᵀ|`
  /// (Higham, 2002, theorem 10.4, and a rounding more for reciprocal pivots).
  @Test(arguments: semidefinite, [1, 3, 8, 12, 33])
  func solvesOnTheIndependentColumns(name: NamedSymmetricMatrix, order n: Int) throws {
    let a = name.matrix(order: n)
    let cholesky = try PivotedCholesky(consuming: a)
    let b = (0..<n).map { Double($0 % 4) - 1.25 }
    var x = b
    cholesky.solve(&x)
    #expect(cholesky.dependentColumns.allSatisfy { x[$0] == 0 })
    let kept = cholesky.independentColumns
    let block = ReferenceMatrix(rowCount: kept.count, columnCount: kept.count) { Extended(a[kept[$0], kept[$1]]) }
    let wide = ReferenceMatrix(column: kept.map { x[$0] })
    let residual = ReferenceMatrix(column: kept.map { b[$0] }) - block * wide
    let magnitudes = factor(cholesky).magnitudes
    let growth = magnitudes * magnitudes.transposed
    for i in 0..<kept.count {
      let bound = (0..<kept.count).reduce(0) { $0 + growth[i, $1] * abs(wide[$1, 0]) }
      #expect(Double(abs(residual[i, 0])) <= gamma(3 * kept.count + 4) * Double(bound), "row \(i)")
    }
  }

  /// Eigenvalues 1 and −1, diagonal zero: no pivot at all, and the residual is on the diagonal, which is 0; with a pivot
  /// in front the rest is seen to be negative.
  @Test func indefiniteLeavesAResidual() throws {
    let a = SymmetricMatrix(order: 2, lowerTriangleOf: [1, 2, 0, 1])
    let cholesky = try PivotedCholesky(consuming: a)
    #expect(cholesky.rank == 1)
    #expect(cholesky.largestResidual == 3)
  }

  /// The first pivot, the largest entry itself, is held against zero only.
  @Test func theToleranceIsRelativeToTheLargestDiagonalEntry() throws {
    let a = SymmetricMatrix(order: 3) { $0 == $1 ? [4.0, 1, 0.25][$0] : 0 }
    for (tolerance, rank) in [(0, 3), (0.05, 3), (0.0625, 2), (0.25, 1), (1.0, 1)] {
      let cholesky = try PivotedCholesky(consuming: a, relativeTolerance: tolerance)
      #expect(cholesky.rank == rank, "tolerance \(tolerance)")
      #expect(cholesky.tolerance == 4 * tolerance)
    }
  }

  @Test func orderZero() throws {
    let cholesky = try PivotedCholesky(consuming: .zeros(order: 0))
    var b: [Double] = []
    cholesky.solve(&b)
    #expect(cholesky.rank == 0 && cholesky.permutation.isEmpty && cholesky.largestResidual == 0)
  }

  @Test(arguments: [Double.nan, .infinity])
  func aValueThatIsNotANumberIsNamed(value: Double) {
    #expect(throws: LinAlgError.notFinite(row: 2, column: 1)) {
      _ = try PivotedCholesky(consuming: SymmetricMatrix(order: 4) { $0 == 2 && $1 == 1 ? value : 1 })
    }
  }
}

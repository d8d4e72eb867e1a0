public import LinAlg

/// Symmetric matrices that trouble factorizations, each for its own reason, in any order.
public enum NamedSymmetricMatrix: String, CaseIterable, Sendable {
  /// `1 / (i + j + 1)`: positive definite, condition growing as `e^(3.5 n)`.
  case hilbert
  /// `DHD`, `D = diag(4⁻ⁱ)`, `H` of ones and 4 on the diagonal: rows of very different size, benign once scaled.
  case graded
  /// `vvᵀ`, `v = (1, 2, 3, …)`: positive semidefinite of rank 1, all numbers integers.
  case rankOne
  /// All zeros: rank 0.
  case zero
  /// The identity.
  case identity
  /// All ones: rank 1, every column the same.
  case allOnes
  /// Zero diagonal and ones beside it: eigenvalues of both signs.
  case indefinite
  /// 2 on the diagonal, −1 beside it: positive definite, eigenvalues known in closed form.
  case secondDifference
  /// `AᵀA + I` of a seeded random `A`: well conditioned.
  case random

  /// The cases that are positive definite in exact arithmetic.
  public static let positiveDefinite: [NamedSymmetricMatrix] = [
    .hilbert, .graded, .identity, .secondDifference, .random,
  ]

  /// The matrix of this name and an order.
  public func matrix(order: Int) -> SymmetricMatrix {
    switch self {
    case .hilbert: SymmetricMatrix(order: order) { 1 / Double($0 + $1 + 1) }
    case .graded:
      SymmetricMatrix(order: order) { i, j in
        // Exact powers of two keep the scaling free of rounding.
        (i == j ? 4 : 1) * Double(sign: .plus, exponent: -2 * (i + j), significand: 1)
      }
    case .rankOne: SymmetricMatrix(order: order) { Double(($0 + 1) * ($1 + 1)) }
    case .zero: .zeros(order: order)
    case .identity: .identity(order: order)
    case .allOnes: SymmetricMatrix(order: order) { _, _ in 1 }
    case .indefinite: SymmetricMatrix(order: order) { abs($0 - $1) == 1 ? 1 : 0 }
    case .secondDifference: SymmetricMatrix(order: order) { $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0 }
    case .random: Self.randomGram(order: order)
    }
  }

  private static func randomGram(order: Int) -> SymmetricMatrix {
    let a = NamedMatrix.random.matrix(rowCount: order + 3, columnCount: order)
    return SymmetricMatrix(order: order) { i, j in
      zip(a.column(i), a.column(j)).reduce(i == j ? 1 : 0) { $0 + $1.0 * $1.1 }
    }
  }
}

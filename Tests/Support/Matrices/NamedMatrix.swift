public import LinAlg

/// Rectangular matrices that trouble factorizations, each for its own reason, in any shape.
public enum NamedMatrix: String, CaseIterable, Sendable {
  /// `1 / (i + j + 1)`: nearly dependent columns.
  case hilbert
  /// Columns of very different size, benign once scaled.
  case graded
  /// `(i + 1)(j + 1)`: rank 1, all numbers integers.
  case rankOne
  /// All zeros: rank 0.
  case zero
  /// Ones on the diagonal.
  case identity
  /// All ones: rank 1, every column the same.
  case allOnes
  /// Seeded random entries in [−1, 1): well conditioned unless square.
  case random
  /// Random, every second column the same as the one before it.
  case duplicatedColumns

  /// The matrix of this name and a shape.
  public func matrix(rowCount: Int, columnCount: Int) -> Matrix {
    switch self {
    case .hilbert: Matrix(rowCount: rowCount, columnCount: columnCount) { 1 / Double($0 + $1 + 1) }
    case .graded:
      Matrix(rowCount: rowCount, columnCount: columnCount) { i, j in
        // Exact powers of two keep the scaling free of rounding.
        (i == j ? 4 : 1) * Double(sign: .plus, exponent: -3 * j, significand: 1)
      }
    case .rankOne: Matrix(rowCount: rowCount, columnCount: columnCount) { Double(($0 + 1) * ($1 + 1)) }
    case .zero: .zeros(rowCount: rowCount, columnCount: columnCount)
    case .identity: Matrix(rowCount: rowCount, columnCount: columnCount) { $0 == $1 ? 1 : 0 }
    case .allOnes: Matrix(rowCount: rowCount, columnCount: columnCount) { _, _ in 1 }
    case .random: Self.randomMatrix(rowCount: rowCount, columnCount: columnCount)
    case .duplicatedColumns: Self.duplicatedColumns(rowCount: rowCount, columnCount: columnCount)
    }
  }

  /// The rank in exact arithmetic of the matrix of this name and a shape.
  public func exactRank(rowCount: Int, columnCount: Int) -> Int {
    let full = min(rowCount, columnCount)
    return switch self {
    case .zero: 0
    case .rankOne, .allOnes: min(1, full)
    case .duplicatedColumns: min(rowCount, (columnCount + 1) / 2)
    default: full
    }
  }

  private static func randomMatrix(rowCount: Int, columnCount: Int) -> Matrix {
    var generator = SplitMix64(seed: UInt64(rowCount * 1000 + columnCount))
    var storage: [Double] = []
    for _ in 0..<rowCount * columnCount { storage.append(generator.nextSymmetric()) }
    return Matrix(rowCount: rowCount, columnCount: columnCount, storage: storage)
  }

  private static func duplicatedColumns(rowCount: Int, columnCount: Int) -> Matrix {
    let half = randomMatrix(rowCount: rowCount, columnCount: (columnCount + 1) / 2)
    return Matrix(rowCount: rowCount, columnCount: columnCount) { half[$0, $1 / 2] }
  }
}

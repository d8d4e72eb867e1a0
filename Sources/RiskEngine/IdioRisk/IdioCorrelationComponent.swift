public import LinAlg

/// Assets whose idio returns are correlated with one another and with no other asset's.
public struct IdioCorrelationComponent: Sendable, Equatable {
  /// The assets, codes of the table of identifiers, in the order in which they were given.
  public let assets: [Int32]
  /// Their correlations, assets × assets, the diagonal 1; no eigenvalue below the one asked for, but for rounding.
  public let correlation: SymmetricMatrix
  /// The least eigenvalue before anything was done about it.
  public let unrepairedEigenvalue: Double
  /// `α`: correlations were multiplied by `1 − α`; 0 where they were large enough as they were.
  public let shrinkage: Double
  /// The multiplier of the threshold, above that of the settings where it was raised.
  public let multiplier: Double
}

extension IdioCorrelationComponent: SavedState {
  /// Writes the component.
  public func save(to writer: inout StateWriter) {
    writer.write(assets)
    var triangle = [Double]()
    for column in assets.indices {
      for row in column..<assets.count { triangle.append(correlation[row, column]) }
    }
    writer.write(triangle)
    writer.write(unrepairedEigenvalue)
    writer.write(shrinkage)
    writer.write(multiplier)
  }

  /// Reads a component.
  public init(from reader: inout StateReader) throws(StateError) {
    let assets = try reader.readInt32s()
    let triangle = try reader.readDoubles()
    guard triangle.count == assets.count * (assets.count + 1) / 2 else {
      throw reader.mismatch("the triangle of a matrix of order \(assets.count)")
    }
    var matrix = SymmetricMatrix.zeros(order: assets.count)
    var next = 0
    for column in assets.indices {
      for row in column..<assets.count {
        matrix[row, column] = triangle[next]
        next += 1
      }
    }
    self.assets = assets
    correlation = matrix
    unrepairedEigenvalue = try reader.readDouble()
    shrinkage = try reader.readDouble()
    multiplier = try reader.readDouble()
  }
}

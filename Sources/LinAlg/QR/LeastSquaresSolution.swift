/// What a least squares problem `min ‖Ax − b‖₂` has for an answer.
public struct LeastSquaresSolution: Equatable, Sendable {
  /// `x`, a number a column of `A`; zero at the columns left out for rank.
  public let coefficients: [Double]
  /// The number of columns used.
  public let rank: Int
  /// `‖Ax − b‖₂²`, from the part of `Qᵀb` beyond the rank.
  public let residualSumOfSquares: Double
}

extension QR {
  /// A vector `x` for which `‖Ax − b‖₂` is least, zero at columns that depend on others.
  ///
  /// For full rank it is the only one; below, other vectors do as well, and
  /// ``SVD/minimumNormSolution(_:relativeCutoff:)`` finds the shortest.
  ///
  /// - Parameters:
  ///   - b: a number a row.
  ///   - relativeTolerance: as for ``rank(relativeTolerance:)``.
  /// - Returns: coefficients, rank and residual sum of squares.
  /// - Complexity: 4 rows × min(rows, columns) + rank² flops.
  public func leastSquares(_ b: [Double], relativeTolerance: Double? = nil) -> LeastSquaresSolution {
    var workspace = QRWorkspace(rowCount: rowCount, columnCount: columnCount)
    return leastSquares(b, relativeTolerance: relativeTolerance, workspace: &workspace)
  }

  /// The same solution as ``leastSquares(_:relativeTolerance:)``, with the caller's scratch.
  ///
  /// - Precondition: the scratch was made for the shape of `A`.
  public func leastSquares(
    _ b: [Double], relativeTolerance: Double? = nil, workspace: inout QRWorkspace
  ) -> LeastSquaresSolution {
    precondition(b.count == rowCount, "\(b.count) numbers for \(rowCount) rows")
    let rank = rank(relativeTolerance: relativeTolerance)
    var rotated = b
    applyQTransposed(&rotated, workspace: &workspace)
    var sum = 0.0
    for i in rank..<rowCount { sum += rotated[i] * rotated[i] }
    rotated.removeSubrange(rank...)
    do throws(LinAlgError) {
      try solveR(&rotated)
    } catch {
      preconditionFailure("a diagonal entry above the tolerance that is zero: \(error)")
    }
    var coefficients = [Double](repeating: 0, count: columnCount)
    for k in 0..<rank { coefficients[permutation[k]] = rotated[k] }
    return LeastSquaresSolution(coefficients: coefficients, rank: rank, residualSumOfSquares: sum)
  }
}

extension MatrixView {
  /// `AB`, rows of `A` × columns of `B`.
  ///
  /// - Precondition: `A` has as many columns as `B` has rows.
  /// - Complexity: 2 rows × columns × inner flops.
  public func multiplied(by b: MatrixView) -> Matrix {
    var product = Matrix.zeros(rowCount: rowCount, columnCount: b.columnCount)
    product.addProduct(self, b, keeping: 0)
    return product
  }

  /// `Ax`, a number a row.
  ///
  /// - Precondition: `x` has a number a column.
  /// - Complexity: 2 rows × columns flops.
  public func multiplied(by x: [Double]) -> [Double] {
    var y = [Double](repeating: 0, count: rowCount)
    var product = y.mutableSpan
    multiply(x.span, into: &product)
    return y
  }

  /// Writes `Ax`, a number a row.
  ///
  /// - Precondition: `x` has a number a column, `product` one a row.
  /// - Complexity: 2 rows × columns flops.
  public func multiply(_ x: Span<Double>, into product: inout MutableSpan<Double>) {
    BLAS.gemv(scale: 1, self, x, keeping: 0, &product)
  }
}

extension Matrix {
  /// `AB`, rows of `A` × columns of `B`.
  ///
  /// - Precondition: `A` has as many columns as `B` has rows.
  /// - Complexity: 2 rows × columns × inner flops.
  public func multiplied(by b: Matrix) -> Matrix {
    view.multiplied(by: b.view)
  }

  /// `Ax`, a number a row.
  ///
  /// - Precondition: `x` has a number a column.
  /// - Complexity: 2 rows × columns flops.
  public func multiplied(by x: [Double]) -> [Double] {
    view.multiplied(by: x)
  }

  /// Adds `scale · AB` to `keeping` times the matrix; with `keeping` 0 old entries are not read.
  ///
  /// - Precondition: the shapes of `A`, `B` and the matrix fit.
  /// - Complexity: 2 rows × columns × inner flops.
  public mutating func addProduct(_ a: MatrixView, _ b: MatrixView, scale: Double = 1, keeping: Double = 1) {
    let (rowCount, columnCount) = (rowCount, columnCount)
    var entries = storage.mutableSpan
    BLAS.gemm(scale: scale, a, b, keeping: keeping, &entries, rowCount: rowCount, columnCount: columnCount)
  }
}

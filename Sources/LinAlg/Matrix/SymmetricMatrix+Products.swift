extension SymmetricMatrix {
  /// The Gram matrix `AᵀA`, whose order is the number of columns of `A`.
  ///
  /// - Complexity: rows × columns (columns + 1) flops.
  public init(gramOf a: Matrix) {
    self.init(gramOf: a.view)
  }

  /// The Gram matrix `AᵀA`, whose order is the number of columns of `A`; `AAᵀ` is the Gram matrix of the
  /// transposed view.
  ///
  /// - Complexity: rows × columns (columns + 1) flops.
  public init(gramOf a: MatrixView) {
    self = .zeros(order: a.columnCount)
    addGram(of: a)
  }

  /// Adds `scale · AᵀA` to `keeping` times the matrix.
  ///
  /// - Precondition: `A` has order columns.
  /// - Complexity: rows × order (order + 1) flops.
  public mutating func addGram(of a: MatrixView, scale: Double = 1, keeping: Double = 1) {
    let order = order
    var entries = storage.mutableSpan
    BLAS.syrk(scale: scale, gramOf: a, keeping: keeping, &entries, order: order)
  }

  /// `Ax`, order numbers.
  ///
  /// - Precondition: `x.count == order`.
  /// - Complexity: 2 order² flops.
  public func multiplied(by x: [Double]) -> [Double] {
    var y = [Double](repeating: 0, count: order)
    var product = y.mutableSpan
    multiply(x.span, into: &product)
    return y
  }

  /// Writes `Ax`, order numbers.
  ///
  /// - Precondition: `x.count == order && product.count == order`.
  /// - Complexity: 2 order² flops.
  public func multiply(_ x: Span<Double>, into product: inout MutableSpan<Double>) {
    BLAS.symv(storage.span, order: order, scale: 1, x, keeping: 0, &product)
  }
}

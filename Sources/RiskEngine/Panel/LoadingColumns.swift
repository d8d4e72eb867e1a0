internal import LinAlg

/// The style loadings of a cross-section, column by column, then `CenteredGram.padding` zeros.
public enum LoadingColumns: Hashable, Sendable {
  /// Double precision.
  case float64([Double])
  /// Single precision: half the memory, inputs rounded to 6e-8 relative; arithmetic stays in double.
  case float32([Float])

  /// The precision in which loadings are kept.
  public enum Precision: String, Hashable, Sendable, CaseIterable {
    /// Eight bytes a loading.
    case float64
    /// Four bytes a loading.
    case float32
  }

  /// The loadings in double precision, padding included; no copy where they are so kept.
  var inDoublePrecision: [Double] {
    switch self {
    case .float64(let values): values
    case .float32(let values): values.map { Double($0) }
    }
  }

  /// The loading at a position of the column-major storage.
  public subscript(position: Int) -> Double {
    switch self {
    case .float64(let values): values[position]
    case .float32(let values): Double(values[position])
    }
  }
}

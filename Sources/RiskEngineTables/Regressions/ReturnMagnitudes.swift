internal import RiskEngine

/// A sample of `|return|`, to notice returns that look like percent.
struct ReturnMagnitudes {
  /// One row in this many is sampled; a prime, so as not to meet the same assets each period.
  private static let stride = 97

  private var magnitudes: [Double] = []
  private var offset = 0

  /// Takes some rows of a cross-section.
  mutating func sample(_ section: CrossSection) {
    while offset < section.rowCount {
      magnitudes.append(abs(section.returns[offset]))
      offset += Self.stride
    }
    offset -= section.rowCount
  }

  /// The median of the sample; 0 without one.
  var median: Double {
    let sorted = magnitudes.sorted()
    return sorted.isEmpty ? 0 : Quantile.interpolated(0.5, ofSorted: sorted)
  }
}

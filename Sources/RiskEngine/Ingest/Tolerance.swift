/// How near two vendors' values have to be to agree.
public struct Tolerance: Hashable, Sendable {
  /// The absolute part, in the field's unit.
  public var absolute: Double
  /// The part relative to the larger magnitude.
  public var relative: Double

  /// Sets the parts.
  public init(absolute: Double = 0, relative: Double) {
    self.absolute = absolute
    self.relative = relative
  }

  /// Whether two values agree: `|a − b| ≤ absolute + relative max(|a|, |b|)`.
  public func agree(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= absolute + relative * max(abs(a), abs(b))
  }

  /// The tolerance of a field where none is set.
  public static func usual(_ field: FieldName) -> Tolerance {
    switch field {
    case .close, .open, .high, .low: Tolerance(relative: 1e-4)
    case .return: Tolerance(absolute: 1e-4, relative: 1e-3)
    case .marketCap, .volume, .shortInterest: Tolerance(relative: 1e-2)
    default: Tolerance(relative: 1e-3)
    }
  }
}

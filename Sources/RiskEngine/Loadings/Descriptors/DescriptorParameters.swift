/// How a descriptor looks back; what is `nil` is the descriptor's own default.
public struct DescriptorParameters: Hashable, Sendable {
  /// A number of periods, or all of them.
  public enum Window: Hashable, Sendable {
    /// The latest so many.
    case periods(Int)
    /// All since the first.
    case unlimited
  }

  /// The half-life of the weights, in periods; infinite for equal weights.
  public var halfLife: Double?
  /// How far back.
  public var window: Window?
  /// The latest periods that are left out.
  public var skip: Int?
  /// The observations below which the descriptor is missing: below 1 a share of the window, else a number.
  public var minimumObservations: Double?
  /// Whether a short history is pulled to what is usual.
  public var shrinks: Bool?
  /// The field that `column` passes through.
  public var field: FieldName?

  /// Sets some.
  public init(
    halfLife: Double? = nil, window: Window? = nil, skip: Int? = nil, minimumObservations: Double? = nil,
    shrinks: Bool? = nil, field: FieldName? = nil
  ) {
    self.halfLife = halfLife
    self.window = window
    self.skip = skip
    self.minimumObservations = minimumObservations
    self.shrinks = shrinks
    self.field = field
  }

  /// These, and another's where these are `nil`.
  func filled(from other: DescriptorParameters) -> DescriptorParameters {
    DescriptorParameters(
      halfLife: halfLife ?? other.halfLife, window: window ?? other.window, skip: skip ?? other.skip,
      minimumObservations: minimumObservations ?? other.minimumObservations, shrinks: shrinks ?? other.shrinks,
      field: field ?? other.field)
  }

  /// The numbers of periods, converted from daily ones to those of a frequency.
  func converted(periodsPerYear: Double) -> DescriptorParameters {
    guard periodsPerYear != 252 else { return self }
    let factor = periodsPerYear / 252
    func periods(_ count: Int) -> Int { max(1, Int((Double(count) * factor).rounded())) }
    var converted = self
    converted.halfLife = halfLife.map { $0 * factor }
    if case .periods(let count) = window { converted.window = .periods(max(2, periods(count))) }
    converted.skip = skip.map { $0 == 0 ? 0 : periods($0) }
    converted.minimumObservations = minimumObservations.map { $0 < 1 ? $0 : max(1, ($0 * factor).rounded()) }
    return converted
  }
}

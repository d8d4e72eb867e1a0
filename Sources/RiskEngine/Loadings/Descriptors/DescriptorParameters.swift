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

  /// The numbers of periods, converted from daily ones to those of data with so many periods a year.
  ///
  /// They are scaled by `periodsPerYear` / 252; counts are rounded and stay at least 1, those of 0 stay 0.
  public func converted(periodsPerYear: Int) -> DescriptorParameters {
    guard periodsPerYear != 252 else { return self }
    let factor = Double(periodsPerYear) / 252
    func periods(_ count: Double) -> Double { max(1, (count * factor).rounded()) }
    var converted = self
    converted.halfLife = halfLife.map { $0 * factor }
    if case .periods(let count) = window { converted.window = .periods(Int(periods(Double(count)))) }
    converted.skip = skip.map { $0 == 0 ? 0 : Int(periods(Double($0))) }
    converted.minimumObservations = minimumObservations.map { $0 < 1 ? $0 : periods($0) }
    return converted
  }
}

extension DescriptorParameters: CustomStringConvertible {
  /// Those that are set, as a configuration spells them.
  public var description: String {
    let texts: [(DescriptorCatalog.Parameter, String?)] = [
      (.halfLife, halfLife.map { "\($0)" }), (.window, window.map { "\($0)" }), (.skip, skip.map { "\($0)" }),
      (.minimumObservations, minimumObservations.map { "\($0)" }), (.shrink, shrinks.map { "\($0)" }),
      (.field, field.map { "\($0)" }),
    ]
    return texts.compactMap { parameter, text in text.map { "\(parameter.rawValue): \($0)" } }
      .joined(separator: ", ")
  }
}

extension DescriptorParameters.Window: CustomStringConvertible {
  /// The number, or `unlimited`.
  public var description: String {
    switch self {
    case .periods(let count): "\(count)"
    case .unlimited: "unlimited"
    }
  }
}

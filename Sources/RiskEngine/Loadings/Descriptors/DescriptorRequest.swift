/// A descriptor that is wanted, with its parameters.
public struct DescriptorRequest: Hashable, Sendable {
  /// Its name in `DescriptorCatalog`.
  public var name: String
  /// Its parameters; what is `nil` is its default.
  public var parameters: DescriptorParameters

  /// Asks for a descriptor.
  public init(_ name: String, _ parameters: DescriptorParameters = DescriptorParameters()) {
    self.name = name
    self.parameters = parameters
  }

  /// Checks the name and the parameters.
  ///
  /// - Throws: `DescriptorError`.
  public func validate() throws(DescriptorError) { _ = try make(periodsPerYear: 252) }

  /// The fields that the descriptor asks for and can use.
  ///
  /// - Throws: `DescriptorError`.
  public func fields() throws(DescriptorError) -> [FieldName] {
    let descriptor = try make(periodsPerYear: 252)
    return descriptor.fields + descriptor.optionalFields
  }

  /// Makes the descriptor.
  ///
  /// - Parameter periodsPerYear: 252, 52 or 12; defaults, made for daily data, are converted.
  /// - Throws: `DescriptorError` for an unknown name, a parameter that it does not take, or one out of range.
  func make(periodsPerYear: Int) throws(DescriptorError) -> any Descriptor {
    guard let entry = DescriptorCatalog.entry(name) else {
      throw .unknown(name: name, nearest: NearestName.find(name, among: DescriptorCatalog.entries.map(\.name)))
    }
    let taken = entry.parameters
    let given: [(DescriptorCatalog.Parameter, Bool)] = [
      (.halfLife, parameters.halfLife != nil), (.window, parameters.window != nil), (.skip, parameters.skip != nil),
      (.minimumObservations, parameters.minimumObservations != nil), (.shrink, parameters.shrinks != nil),
      (.field, parameters.field != nil),
    ]
    for (parameter, isGiven) in given where isGiven && !taken.contains(parameter) {
      throw .parameterNotTaken(name: name, parameter: parameter, taken: taken)
    }
    if name == "column", parameters.field == nil { throw .fieldMissing }
    var complete = parameters.filled(from: entry.defaults.converted(periodsPerYear: Double(periodsPerYear)))
    if parameters.window != nil, parameters.minimumObservations == nil, let least = complete.minimumObservations,
      least >= 1, case .periods(let count)? = parameters.window
    {
      complete.minimumObservations = min(least, Double(count))
    }
    try requireRanges(complete)
    return entry.make(complete, periodsPerYear)
  }

  private func requireRanges(_ complete: DescriptorParameters) throws(DescriptorError) {
    func bad(_ parameter: DescriptorCatalog.Parameter, _ found: String, _ expected: String) -> DescriptorError {
      .outOfRange(name: name, parameter: parameter, found: found, expected: expected)
    }
    if let halfLife = complete.halfLife, !(halfLife > 0) { throw bad(.halfLife, "\(halfLife)", "more than 0") }
    if let skip = complete.skip, !(0...100_000).contains(skip) { throw bad(.skip, "\(skip)", "0 to 100000") }
    if case .periods(let count)? = complete.window {
      guard (1...100_000).contains(count) else { throw bad(.window, "\(count)", "1 to 100000") }
      if let least = complete.minimumObservations, least >= 1, least > Double(count) {
        throw bad(.minimumObservations, "\(least)", "at most the window of \(count)")
      }
    }
    if let least = complete.minimumObservations, !(least > 0 && least.isFinite) {
      throw bad(.minimumObservations, "\(least)", "a share of the window below 1, or a number of periods")
    }
    let needsWindow = [
      "cumulative_range", "max_return", "seasonality", "turnover_month", "turnover_quarter", "turnover_year",
    ]
    if complete.window == .unlimited, needsWindow.contains(name) {
      throw bad(.window, "unlimited", "a number of periods")
    }
  }
}

/// What is wrong with a request for a descriptor.
public enum DescriptorError: Error, Hashable, Sendable {
  /// There is no such descriptor.
  case unknown(name: String, nearest: String?)
  /// The descriptor does not take a parameter.
  case parameterNotTaken(
    name: String, parameter: DescriptorCatalog.Parameter, taken: [DescriptorCatalog.Parameter])
  /// A parameter is out of its range.
  case outOfRange(name: String, parameter: DescriptorCatalog.Parameter, found: String, expected: String)
  /// `column` without a field.
  case fieldMissing
}

extension DescriptorError: CustomStringConvertible {
  /// What was found and what was expected.
  public var description: String {
    switch self {
    case .unknown(let name, let nearest):
      "no descriptor is named '\(name)'\(nearest.map { "; did you mean '\($0)'?" } ?? "")"
    case .parameterNotTaken(let name, let parameter, let taken):
      "descriptor '\(name)' takes no \(parameter.rawValue); it takes "
        + (taken.isEmpty ? "no parameters" : taken.map(\.rawValue).joined(separator: ", "))
    case .outOfRange(let name, let parameter, let found, let expected):
      "\(parameter.rawValue) of descriptor '\(name)' is \(found); expected \(expected)"
    case .fieldMissing: "descriptor 'column' names no field; expected field: NAME"
    }
  }
}

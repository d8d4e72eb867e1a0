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
  /// - Parameter periodsPerYear: 252, 52 or 12.
  /// - Throws: `DescriptorError`.
  public func validate(periodsPerYear: Int = 252) throws(DescriptorError) {
    _ = try make(periodsPerYear: periodsPerYear)
  }

  /// The fields that the descriptor asks for and can use.
  ///
  /// - Throws: `DescriptorError`.
  public func fields(periodsPerYear: Int = 252) throws(DescriptorError) -> [FieldName] {
    let descriptor = try make(periodsPerYear: periodsPerYear)
    return descriptor.fields + descriptor.optionalFields
  }

  /// Makes the descriptor.
  ///
  /// - Parameter periodsPerYear: 252, 52 or 12; defaults, made for daily data, are converted.
  /// - Throws: `DescriptorError` for an unknown name, a parameter that it does not take, or one out of range.
  func make(periodsPerYear: Int) throws(DescriptorError) -> any RunnableDescriptor {
    let (entry, complete) = try resolved(periodsPerYear: periodsPerYear)
    return entry.make(complete, periodsPerYear)
  }

  /// The descriptor's entry and all its parameters.
  func resolved(
    periodsPerYear: Int
  ) throws(DescriptorError) -> (entry: DescriptorCatalog.Entry, parameters: DescriptorParameters) {
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
    if taken.contains(.field), parameters.field == nil { throw .fieldMissing }
    var complete = parameters.filled(from: entry.defaults(periodsPerYear: periodsPerYear))
    // A default number of observations gives way to a shorter window.
    if parameters.minimumObservations == nil, let least = complete.minimumObservations, least >= 1,
      case .periods(let count)? = complete.window
    {
      complete.minimumObservations = min(least, max(1, Double(count)))
    }
    try requireRanges(
      complete, windowNeed: entry.windowNeed,
      leastWindow: entry.windowNeed.periods(periodsPerYear: periodsPerYear))
    return (entry, complete)
  }

  private func requireRanges(
    _ complete: DescriptorParameters, windowNeed: DescriptorCatalog.WindowNeed, leastWindow: Int
  ) throws(DescriptorError) {
    func bad(
      _ parameter: DescriptorCatalog.Parameter, _ found: some CustomStringConvertible, _ expected: String? = nil
    ) -> DescriptorError {
      .outOfRange(
        name: name, parameter: parameter, found: found.description, expected: expected ?? parameter.range)
    }
    if let halfLife = complete.halfLife, !(halfLife > 0) { throw bad(.halfLife, halfLife) }
    if let skip = complete.skip, !(0...DescriptorCatalog.mostPeriods).contains(skip) { throw bad(.skip, skip) }
    if let least = complete.minimumObservations {
      let isShare = least > 0 && least < 1
      let isCount = least >= 1 && least <= Double(DescriptorCatalog.mostPeriods) && least == least.rounded()
      guard isShare || isCount else { throw bad(.minimumObservations, least) }
    }
    switch complete.window {
    case nil: break
    case .unlimited?:
      guard case .any = windowNeed else {
        throw bad(.window, "unlimited", "\(leastWindow) to \(DescriptorCatalog.mostPeriods) periods")
      }
    case .periods(let count)?:
      guard (1...DescriptorCatalog.mostPeriods).contains(count) else { throw bad(.window, count) }
      guard count >= leastWindow else {
        throw bad(.window, count, "\(leastWindow) to \(DescriptorCatalog.mostPeriods) periods")
      }
      if let least = complete.minimumObservations, least > Double(count) {
        throw bad(.minimumObservations, least, "at most the window of \(count)")
      }
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

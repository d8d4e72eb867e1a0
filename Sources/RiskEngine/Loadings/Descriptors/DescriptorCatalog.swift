/// All descriptors by name, with what they are and how they are made.
public enum DescriptorCatalog {
  /// A parameter that a descriptor can take.
  public enum Parameter: String, Hashable, Sendable, CaseIterable {
    /// `half_life`.
    case halfLife = "half_life"
    /// `window`.
    case window
    /// `skip`.
    case skip
    /// `minimum_observations`.
    case minimumObservations = "minimum_observations"
    /// `shrink`.
    case shrink
    /// `field`.
    case field

    /// What values it can have.
    public var range: String {
      switch self {
      case .halfLife: "a number of periods above 0; infinite for equal weights"
      case .window: "1 to \(DescriptorCatalog.mostPeriods) periods, or unlimited"
      case .skip: "0 to \(DescriptorCatalog.mostPeriods) periods"
      case .minimumObservations:
        "a share of the window above 0 and below 1, or a whole number of periods that is at most the window"
      case .shrink: "true or false"
      case .field: "the name of a field"
      }
    }
  }

  /// The shortest window that a descriptor can work with.
  enum WindowNeed: Sendable {
    /// One period; also all there are.
    case any
    /// One period.
    case period
    /// A month.
    case month
    /// A year.
    case year

    /// Its length, for so many periods a year.
    func periods(periodsPerYear: Int) -> Int {
      switch self {
      case .any, .period: 1
      case .month: max(1, periodsPerYear / 12)
      case .year: periodsPerYear
      }
    }
  }

  /// One descriptor.
  public struct Entry: Sendable {
    /// The name in the configuration.
    public var name: String
    /// What it is, in a few words.
    public var formula: String
    /// Where it comes from.
    public var source: String
    /// The defaults of its parameters, for daily data; those that are `nil` it does not take.
    public var defaults: DescriptorParameters
    /// The shortest window that it can work with.
    let windowNeed: WindowNeed
    /// Makes it from complete parameters, for so many periods a year.
    let make: @Sendable (_ parameters: DescriptorParameters, _ periodsPerYear: Int) -> any RunnableDescriptor

    /// The parameters that it takes.
    public var parameters: [Parameter] {
      Parameter.allCases.filter { parameter in
        switch parameter {
        case .halfLife: defaults.halfLife != nil
        case .window: defaults.window != nil
        case .skip: defaults.skip != nil
        case .minimumObservations: defaults.minimumObservations != nil
        case .shrink: defaults.shrinks != nil
        case .field: name == "column"
        }
      }
    }

    /// The fields of numbers that it needs, beside returns; `column` needs its own.
    public var fields: [FieldName] { name == "column" ? [] : make(defaults, 252).fields }

    /// The further fields of numbers that it uses where the market has them.
    public var optionalFields: [FieldName] { name == "column" ? [] : make(defaults, 252).optionalFields }

    /// The defaults of its parameters for data with so many periods a year: numbers of periods are scaled from 252.
    public func defaults(periodsPerYear: Int) -> DescriptorParameters {
      defaults.converted(periodsPerYear: periodsPerYear)
    }
  }

  /// The longest window and skip.
  static let mostPeriods = 100_000

  /// The entry of a name, or `nil`.
  public static func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

  /// All of them, in the order of their documentation.
  public static let entries: [Entry] = returns + trading + ratios + accounts

  static func entry(
    _ name: String, _ formula: String, _ source: String = "standard definition",
    _ defaults: DescriptorParameters = DescriptorParameters(), needs windowNeed: WindowNeed = .any,
    _ make: @escaping @Sendable (DescriptorParameters, Int) -> any RunnableDescriptor
  ) -> Entry {
    Entry(
      name: name, formula: formula, source: source, defaults: defaults, windowNeed: windowNeed, make: make)
  }
}

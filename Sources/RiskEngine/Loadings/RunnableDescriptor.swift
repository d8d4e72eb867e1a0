/// What the engine runs: what a descriptor asks for, and what goes through the days of all assets for it.
protocol RunnableDescriptor: Sendable {
  /// The fields of numbers that are needed.
  var fields: [FieldName] { get }
  /// Further fields, which follow those.
  var optionalFields: [FieldName] { get }
  /// Whether it looks at the returns of industries.
  var usesIndustryReturns: Bool { get }
  /// What the descriptor needs and is not available.
  func missing(from available: Set<FieldName>) -> [FieldName]
  /// Makes what runs it.
  func makeRunner() -> any SeriesRunner
}

extension RunnableDescriptor where Self: Descriptor {
  /// None of the engine's own that goes asset by asset does.
  var usesIndustryReturns: Bool { false }

  func makeRunner() -> any SeriesRunner { ChunkedSeriesRunner(AssetSeriesWork(descriptor: self)) }
}

/// A descriptor of somebody's own, as the engine runs it.
struct OwnDescriptor<Base: Descriptor>: RunnableDescriptor {
  private let base: Base

  /// Takes it.
  init(_ base: Base) { self.base = base }

  var fields: [FieldName] { base.fields }
  var optionalFields: [FieldName] { base.optionalFields }
  /// It may: nothing tells.
  var usesIndustryReturns: Bool { true }
  func missing(from available: Set<FieldName>) -> [FieldName] { base.missing(from: available) }
  func makeRunner() -> any SeriesRunner { ChunkedSeriesRunner(AssetSeriesWork(descriptor: base)) }
}

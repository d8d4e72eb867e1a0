/// A raw characteristic of one asset, from what was known of it day by day.
///
/// The engine calls `value(_:_:)` once for each trading day from an asset's first on, also on days without a row,
/// and runs assets in parallel. A descriptor is added by conforming to this protocol.
public protocol Descriptor: Sendable {
  /// What is remembered of one asset between days.
  associatedtype State: SavedState

  /// The fields of numbers that are needed; where the market lacks one the descriptor is skipped and reported.
  var fields: [FieldName] { get }

  /// Further fields, which follow in `AssetDay`'s values; where the market lacks one its values are NaN.
  var optionalFields: [FieldName] { get }

  /// What the descriptor needs and some fields do not have; where there is anything it is skipped and reported.
  ///
  /// - Parameter available: the market's fields of numbers, `issuerCap` where it has caps, and `industry` where
  ///   industry returns are computed.
  func missing(from available: Set<FieldName>) -> [FieldName]

  /// What is remembered of an asset before its first day.
  func initialState() -> State

  /// Takes in a day and gives the descriptor's value as known at its close, or NaN where it is missing.
  ///
  /// - Parameters:
  ///   - state: what is remembered of the asset.
  ///   - day: what was known of it at the close.
  func value(_ state: inout State, _ day: AssetDay) -> Double
}

extension Descriptor {
  /// None.
  public var optionalFields: [FieldName] { [] }

  /// Those of `fields` that are not available.
  public func missing(from available: Set<FieldName>) -> [FieldName] { fields.filter { !available.contains($0) } }
}

/// Nothing is remembered.
public struct NoState: SavedState {
  /// Makes it.
  public init() {}
  /// Writes nothing.
  public func save(to writer: inout StateWriter) {}
  /// Reads nothing.
  public init(from reader: inout StateReader) throws(StateError) {}
}

/// One asset on one trading day, as a descriptor sees it.
public struct AssetDay: Sendable {
  /// Whether the asset has a row that day; where not, everything of its own is NaN.
  public var isPresent: Bool
  /// The simple total return, as a fraction, or NaN.
  public var totalReturn: Double
  /// The risk-free simple return over the same period.
  public var riskFreeReturn: Double
  /// The simple excess return of the market: of the estimation universe, weighted by the caps at the close before.
  public var marketReturn: Double
  /// The simple excess return of the asset's industry, weighted likewise, or NaN.
  public var industryReturn: Double
  /// Whether the return that the day before brought proved wrong, so that it is dropped from histories.
  public var isPreviousReturnRevoked: Bool
  /// The values of the descriptor's fields, in the order in which it names them; NaN is missing.
  public var values: FieldValues

  /// Makes a day.
  public init(
    isPresent: Bool = true, totalReturn: Double = .nan, riskFreeReturn: Double = 0, marketReturn: Double = .nan,
    industryReturn: Double = .nan, isPreviousReturnRevoked: Bool = false, values: FieldValues = FieldValues()
  ) {
    self.isPresent = isPresent
    self.totalReturn = totalReturn
    self.riskFreeReturn = riskFreeReturn
    self.marketReturn = marketReturn
    self.industryReturn = industryReturn
    self.isPreviousReturnRevoked = isPreviousReturnRevoked
    self.values = values
  }

  /// The simple excess return, as a fraction, or NaN.
  @inlinable public var excessReturn: Double { totalReturn - riskFreeReturn }

  /// The value of the descriptor's field of a position.
  @inlinable
  public subscript(field: Int) -> Double { values[field] }
}

/// The values of up to eight fields, kept in place.
public struct FieldValues: Sendable {
  /// The most fields that a descriptor can ask for.
  public static let capacity = 8

  @usableFromInline var values = SIMD8<Double>(repeating: .nan)

  /// No values: all NaN.
  public init() {}

  /// Some values, the rest NaN.
  ///
  /// - Precondition: there are at most `capacity`.
  public init(_ values: [Double]) {
    precondition(values.count <= Self.capacity, "\(values.count) fields for a descriptor; at most \(Self.capacity)")
    for (index, value) in values.enumerated() { self.values[index] = value }
  }

  /// The value of a position.
  @inlinable
  public subscript(index: Int) -> Double {
    get { values[index] }
    set { values[index] = newValue }
  }
}

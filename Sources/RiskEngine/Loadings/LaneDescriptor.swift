/// A raw characteristic of assets that is computed of eight of them at a time, lane by lane.
///
/// An engine's own: what a lane gives depends on that lane alone, so that which assets stand side by side does not
/// matter.
protocol LaneDescriptor: RunnableDescriptor {
  /// What is remembered of eight assets between days.
  associatedtype State: LaneState

  /// What is remembered of eight assets before their first day.
  func initialState() -> State

  /// Takes in a day and gives the values as known at its close; what it gives of an asset without a row is not used.
  func values(_ state: inout State, _ day: LaneDay) -> Lanes
}

extension LaneDescriptor {
  /// It does not.
  var usesIndustryReturns: Bool { false }

  /// None.
  var optionalFields: [FieldName] { [] }

  /// Those of `fields` that are not available.
  func missing(from available: Set<FieldName>) -> [FieldName] { fields.filter { !available.contains($0) } }

  func makeRunner() -> any SeriesRunner { ChunkedSeriesRunner(LaneSeriesWork(descriptor: self)) }
}

/// What is remembered of eight assets.
protocol LaneState: Sendable {
  /// What is saved of one of them.
  associatedtype Single: SavedState

  /// What is saved of the asset of a lane.
  subscript(lane: Int) -> Single { get set }

  /// Begins the histories of some lanes anew.
  mutating func begin(_ mask: LaneMask)

  /// Lets go of what some lanes hold, which is not asked for until they begin anew.
  mutating func forget(_ mask: LaneMask)
}

/// Eight assets on one trading day, as a descriptor sees them.
struct LaneDay {
  /// Which of them have a row; of the others everything of their own is NaN.
  var isPresent: LaneMask
  /// The simple total returns, as fractions, or NaN.
  var totalReturn: Lanes
  /// The risk-free simple return over the same period.
  var riskFreeReturn: Double
  /// The simple excess return of the market.
  var marketReturn: Double
  /// The simple excess returns of the assets' industries, or NaN.
  var industryReturn: Lanes
  /// Whose return of the day before proved wrong, and whether there are any.
  var isPreviousReturnRevoked: LaneMask
  var hasRevocations: Bool
  /// The values of the descriptor's fields, in the order in which it names them; NaN is missing.
  var fields: FieldLanes

  /// The simple excess returns, as fractions, or NaN.
  @inline(__always)
  var excessReturn: Lanes { totalReturn - riskFreeReturn }

  /// `ln(1 + R) − ln(1 + R_f)`, or NaN.
  @inline(__always)
  var logExcessReturn: Lanes {
    let log = PortableMath.log(1 + totalReturn)
    let excess = log - (riskFreeReturn == 0 ? 0 : PortableMath.log(1 + riskFreeReturn))
    return excess.keeping(where: totalReturn .> -1)
  }
}

/// The values of up to four fields of eight assets.
struct FieldLanes {
  /// The most fields that a descriptor of lanes can ask for.
  static let capacity = 4

  private var first = Lanes(repeating: .nan)
  private var second = Lanes(repeating: .nan)
  private var third = Lanes(repeating: .nan)
  private var fourth = Lanes(repeating: .nan)

  /// No values: all NaN.
  init() {}

  /// The values of a position.
  subscript(index: Int) -> Lanes {
    @inline(__always)
    get {
      switch index {
      case 0: first
      case 1: second
      case 2: third
      default: fourth
      }
    }
    @inline(__always)
    set {
      switch index {
      case 0: first = newValue
      case 1: second = newValue
      case 2: third = newValue
      default: fourth = newValue
      }
    }
  }
}

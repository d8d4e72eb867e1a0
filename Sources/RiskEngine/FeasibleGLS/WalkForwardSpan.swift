internal import LinAlg

/// One span of a walk forward whose other spans are walked elsewhere at the same time.
///
/// Each span walks period by period from the variances that its start is thought to have, and then tells where it ended
/// and how its end moves with its start: `v_end = λᵏ v_start + …` for an asset with `k` observations in the span, where
/// the rest depends on the start through the weights alone. `WalkForwardSweep` joins the spans.
public struct WalkForwardSpan: Sendable {
  /// Where a span ended.
  public struct End: Hashable, Sendable {
    /// The variances after its last period.
    public var state: IdioVarianceState
    /// `∂v_end / ∂v_start` of each asset's code with the weights held: `λᵏ`, and 0 where the variance was set anew.
    public var slopes: [Double]

    /// Makes an end.
    public init(state: IdioVarianceState, slopes: [Double]) {
      self.state = state
      self.slopes = slopes
    }
  }

  /// The regressions; their own weights are not used.
  public let regression: CrossSectionalRegression
  /// The numbers of the walk.
  public let settings: WalkForwardSettings
  /// Where the span ended.
  public private(set) var end: End
  private let step: WalkForwardStep

  /// Begins a span.
  ///
  /// - Throws: `FeasibleSettingsError` for a number outside its range, and for a robust loss.
  public init(
    regression: CrossSectionalRegression, settings: WalkForwardSettings = WalkForwardSettings(),
    state: IdioVarianceState
  ) throws(FeasibleSettingsError) {
    var prepared = try settings.prepared(regression)
    prepared.computesVarianceInflation = false
    self.regression = prepared
    self.settings = settings
    end = End(state: state, slopes: state.variances.map { $0.isNaN ? 0 : 1 })
    step = WalkForwardStep(settings: settings)
  }

  /// Takes the next periods, one after the other.
  ///
  /// The state afterwards is that of `WalkForwardEstimation`, bit for bit.
  ///
  /// - Parameters:
  ///   - block: cross-sections, in date order, after those taken before.
  ///   - schema: the panel's columns.
  ///   - labels: the label table of each group.
  /// - Complexity: O(n K²) a period.
  public mutating func append(_ block: [CrossSection], schema: PanelSchema, labels: [IdentifierTable]) {
    BLASThreads.count = 1
    var solver = PeriodSolver(regression: regression, schema: schema, labelRanks: labels.map { $0.ranks() })
    var statistics = OrderStatistics()
    for crossSection in block {
      let rows = step.variances(end.state, crossSection, statistics: &statistics)
      let isAnew = crossSection.assets.map { step.setsAnew(end.state, asset: Int($0)) }
      let regressed = step.regress(crossSection, rows, correlations: [], solver: &solver)
      step.update(&end.state, crossSection, rows, regressed)
      guard let idio = regressed.idio else { continue }
      end.slopes += Array(repeating: 0, count: max(0, end.state.variances.count - end.slopes.count))
      for (row, asset) in crossSection.assets.enumerated() where !idio.squares[row].isNaN {
        if isAnew[row] {
          end.slopes[Int(asset)] = 0
        } else if idio.divisors[row] > 0 {
          end.slopes[Int(asset)] *= step.decay
        }
      }
    }
  }
}

/// What today's loadings of a portfolio would have earned from the factor returns of a past window.
public struct HistoricalReplay: Hashable, Sendable {
  /// The factor returns of one past period.
  public struct Record: Hashable, Sendable {
    /// The end of the period.
    public var date: CalendarDate
    /// `f`, in the order of the model's factors, per period; `nan` where a factor had no return.
    public var factorReturns: [Double]

    /// Makes a record.
    public init(date: CalendarDate, factorReturns: [Double]) {
      self.date = date
      self.factorReturns = factorReturns
    }
  }

  /// One replayed period.
  public struct Period: Hashable, Sendable {
    /// The end of the period.
    public var date: CalendarDate
    /// `Σ b_k f_k` over the factors that had a return.
    public var factorReturn: Double
    /// The positions of factors that the portfolio loads on and that had no return: their part is not known.
    public var missingFactors: [Int]
  }

  /// What of the portfolio the model covers.
  public var coverage: PortfolioCoverage
  /// `b`: the portfolio's loadings on the model's factors.
  public var loadings: [Double]
  /// The periods, in the order given.
  public var periods: [Period]
  /// For each factor what it earned over all periods, `b_k Σ f_k`.
  public var contributions: [Double]

  /// The sum of the factor returns of all periods: for a portfolio brought back to its weights each period.
  public var sum: Double { periods.reduce(0) { $0 + $1.factorReturn } }
  /// `Π (1 + Σ b_k f_k) − 1`.
  public var compounded: Double { periods.reduce(1) { $0 * (1 + $1.factorReturn) } - 1 }
  /// The number of periods in which the part of some factor is not known.
  public var incompleteCount: Int { periods.count { !$0.missingFactors.isEmpty } }

  /// Replays a window.
  ///
  /// - Parameters:
  ///   - holdings: the portfolio.
  ///   - model: gives the loadings.
  ///   - history: the window.
  /// - Complexity: O(n (K + G) + T m) for T periods.
  public init(_ holdings: Holdings, model: RiskModel, history: [Record]) {
    coverage = model.coverage(of: holdings)
    let loadings = Hedge.State(holdings, model: model).loadings
    self.loadings = loadings
    var contributions = [Double](repeating: 0, count: loadings.count)
    periods = history.map { record in
      precondition(
        record.factorReturns.count == loadings.count,
        "\(record.factorReturns.count) returns of \(loadings.count) factors")
      var period = Period(date: record.date, factorReturn: 0, missingFactors: [])
      for (factor, value) in record.factorReturns.enumerated() where loadings[factor] != 0 {
        guard value.isFinite else {
          period.missingFactors.append(factor)
          continue
        }
        period.factorReturn += loadings[factor] * value
        contributions[factor] += loadings[factor] * value
      }
      return period
    }
    self.contributions = contributions
  }
}

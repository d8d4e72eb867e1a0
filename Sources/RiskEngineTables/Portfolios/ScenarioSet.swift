internal import RiskEngine

/// Scenarios brought to the model of one date.
struct ScenarioSet {
  private enum Prepared {
    case shocks(Scenario)
    case replay([HistoricalReplay.Record])
    case stress(RiskModel)
  }

  private let model: RiskModel
  private let annualization: Double
  private let prepared: [(request: ScenarioRequest, state: Prepared)]

  /// Brings scenarios to a model.
  ///
  /// - Parameters:
  ///   - file: where they are from, for errors.
  ///   - groups: the names of the model's groups.
  ///   - history: the factor returns of the model; read where a scenario replays them.
  /// - Throws: `PortfolioFileError`.
  init(
    _ requests: [ScenarioRequest], file: String, model: RiskModel, groups: [String], periodsPerYear: Int,
    history: FactorReturnHistory?
  ) throws(PortfolioFileError) {
    self.model = model
    annualization = (Double(periodsPerYear) / model.horizon).squareRoot()
    var prepared: [(request: ScenarioRequest, state: Prepared)] = []
    for request in requests {
      do {
        switch request.move {
        case .shocks(let shocks):
          var places: [FactorShock] = []
          for shock in shocks {
            let factor = try Self.place(of: shock.factor, model: model, file: file)
            if shock.isTotal, factor == 0 && model.layout.hasMarket || factor >= model.layout.styleOffset {
              throw PortfolioFileError.unknownName(
                path: file, what: "the label", found: shock.factor, nearest: nil,
                expected: "a label of \(groups.joined(separator: " or ")) for a total return")
            }
            places.append(
              shock.isTotal
                ? .labelTotal(factor, by: shock.value, of: model) : .factor(factor, by: shock.value, of: model))
          }
          prepared.append((request, .shocks(try Scenario(model, shocks: places))))
        case .replay(let first, let last):
          let window = history?.within(from: first, through: last)
          guard let window, !window.dates.isEmpty else {
            throw PortfolioFileError.unknownName(
              path: file, what: "the window", found: "\(first) to \(last)", nearest: nil,
              expected: "dates with factor returns")
          }
          let series = model.factorNames.map { window[$0, .factorReturn] }
          prepared.append(
            (
              request,
              .replay(
                window.dates.indices.map { period in
                  HistoricalReplay.Record(
                    date: window.dates[period],
                    factorReturns: series.map { period < $0.count ? $0[period] : .nan })
                })
            ))
        case .stress(let factors, let idio, let strength, let block):
          var stressed = try model.withVolatilities(ofFactorsTimes: factors, ofIdioTimes: idio)
          if strength != 0 {
            stressed = try stressed.stressed(
              by: CorrelationStress(
                block: try Self.block(block, model: model, groups: groups, file: file), strength: strength))
          }
          prepared.append((request, .stress(stressed)))
        }
      } catch let error as PortfolioError {
        throw .portfolio(path: file, name: request.name, error: error)
      } catch let error as PortfolioFileError {
        throw error
      } catch { preconditionFailure("\(error)") }
    }
    self.prepared = prepared
  }

  private static func place(
    of name: String, model: RiskModel, file: String
  ) throws(PortfolioFileError) -> Int {
    guard let place = model.factorNames.firstIndex(of: name) else {
      throw .unknownName(
        path: file, what: "factor", found: name, nearest: NearestName.find(name, among: model.factorNames),
        expected: "a factor with a forecast at \(model.date)")
    }
    return place
  }

  private static func block(
    _ block: ScenarioRequest.CorrelatedBlock, model: RiskModel, groups: [String], file: String
  ) throws(PortfolioFileError) -> CorrelationStress.Block {
    switch block {
    case .labels(let group):
      let name = group ?? groups.first ?? ""
      guard let place = groups.firstIndex(of: name) else {
        throw .unknownName(
          path: file, what: "group", found: name, nearest: NearestName.find(name, among: groups),
          expected: groups.isEmpty ? "a model with groups" : "one of \(groups.joined(separator: ", "))")
      }
      return .labelTotals(group: place)
    case .factors(let factors):
      var signed: [CorrelationStress.SignedFactor] = []
      for entry in factors {
        signed.append(.init(factor: try place(of: entry.factor, model: model, file: file), sign: entry.sign))
      }
      return .factors(signed)
    }
  }

  /// What the scenarios do to a portfolio.
  func reports(on holdings: Holdings, active: Holdings?) -> [ScenarioReport] {
    prepared.map { request, state in
      var report = ScenarioReport(request: request)
      switch state {
      case .shocks(let scenario):
        let impact = scenario.impact(on: holdings)
        report.return = impact.expectedReturn
        report.volatility = annualization * impact.residualVolatility
        report.tailProbability = scenario.tailProbability
        report.contributions = impact.contributions.indices.map {
          .init(
            factor: $0, factorReturn: scenario.expectedFactorReturns[$0], contribution: impact.contributions[$0])
        }
        if let active {
          let impact = scenario.impact(on: active)
          report.activeReturn = impact.expectedReturn
          report.trackingError = annualization * impact.residualVolatility
        }
      case .replay(let records):
        let replay = HistoricalReplay(holdings, model: model, history: records)
        report.return = replay.compounded
        report.periodCount = replay.periods.count
        report.incompleteCount = replay.incompleteCount
        report.contributions = replay.contributions.indices.map { factor in
          .init(
            factor: factor,
            factorReturn: records.reduce(0) {
              $1.factorReturns[factor].isFinite ? $0 + $1.factorReturns[factor] : $0
            }, contribution: replay.contributions[factor])
        }
        if let active {
          // The difference of both compounded, not the compounded difference.
          let benchmark = holdings.active(against: active)
          report.activeReturn =
            replay.compounded - HistoricalReplay(benchmark, model: model, history: records).compounded
        }
      case .stress(let stressed):
        report.volatility = annualization * Hedge.State(holdings, model: stressed).volatility
        if let active { report.trackingError = annualization * Hedge.State(active, model: stressed).volatility }
      }
      return report
    }
  }
}

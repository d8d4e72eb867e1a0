import LinAlg
import RiskEngine
import TestSupport
import Testing

/// Standardized idio returns whose correlations are known, period after period.
struct CorrelatedHistory {
  /// The return of each asset code in each period; NaN where it is missing.
  var returns: [[Double]]
  /// The live assets, in the order of their places.
  var live: [Int32]
  /// The issuer of each asset code.
  var issuers: [Int32]

  /// The number of periods.
  var periodCount: Int { returns.count }

  /// Independent normal returns, but for pairs of assets with a correlation; some missing at random.
  ///
  /// Numbers are such as single precision holds, so that the engine and a second implementation see the same.
  static func normal(
    assets: Int, periods: Int, pairs: [(Int, Int, Double)] = [], missing: Double = 0, seed: UInt64
  ) -> CorrelatedHistory {
    var random = TestRandom(seed: seed)
    var returns = [[Double]]()
    for _ in 0..<periods {
      var row = (0..<assets).map { _ in random.normal() }
      for (first, second, correlation) in pairs {
        row[second] = correlation * row[first] + (1 - correlation * correlation).squareRoot() * row[second]
      }
      returns.append(row.map { random.uniform() < missing ? .nan : Double(Float($0)) })
    }
    return CorrelatedHistory(
      returns: returns, live: (0..<Int32(assets)).map { $0 }, issuers: Array(repeating: -1, count: assets))
  }

  /// The returns of one asset.
  func series(_ code: Int) -> [Double] { returns.map { code < $0.count ? $0[code] : .nan } }

  /// Settings with an estimate at the close of the last period.
  func settings(_ form: IdioCorrelationSettings.Form, window: Int? = nil) -> IdioCorrelationSettings {
    var settings = IdioCorrelationSettings()
    settings.form = form
    settings.window = window ?? max(2, periodCount)
    settings.halfLife = Double(settings.window) / 2
    settings.minimumObservations = max(2, settings.window / 4)
    settings.interval = max(1, periodCount - 1)
    return settings
  }

  /// Takes in every period.
  func run(_ settings: IdioCorrelationSettings, workers: Int = 1) throws -> IdioCorrelations {
    var correlations = try IdioCorrelations(settings)
    for row in returns { correlations.advance(row, live: live, issuers: issuers, workers: workers) }
    return correlations
  }

  /// The estimate at the close of the last period.
  func estimate(_ settings: IdioCorrelationSettings, workers: Int = 1) throws -> IdioCorrelationEstimate {
    let estimate = try #require(try run(settings, workers: workers).latest)
    #expect(estimate.period == periodCount - 1)
    return estimate
  }
}

extension IdioCorrelationEstimate {
  /// The correlations of some assets, written out.
  func dense(_ assets: [Int32]) -> [[Double]] {
    var places = [Int32: Int]()
    for (place, code) in assets.enumerated() { places[code] = place }
    var matrix = assets.indices.map { i in assets.indices.map { i == $0 ? 1.0 : 0 } }
    for component in components {
      for (i, first) in component.assets.enumerated() {
        for (j, second) in component.assets.enumerated() {
          if let row = places[first], let column = places[second] { matrix[row][column] = component.correlation[i, j] }
        }
      }
    }
    return matrix
  }
}

/// The bytes of a state.
func savedBytes(_ state: some SavedState) -> [UInt8] {
  var writer = StateWriter()
  state.save(to: &writer)
  return writer.bytes
}

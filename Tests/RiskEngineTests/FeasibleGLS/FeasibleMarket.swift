import RiskEngine
import TestSupport

/// A small market of one group of labels and styles whose idio variances are known: Gaussian returns, loadings that
/// change from date to date, holes where asked for.
struct FeasibleMarket: Sendable {
  var assetCount = 60
  var periodCount = 80
  var industryCount = 4
  var styleCount = 2
  /// The share of returns that are missing.
  var missingShare = 0.0
  /// The share of rows outside the universe.
  var outsideShare = 0.0
  /// The share of rows that are left out.
  var absentShare = 0.0
  /// The number of the period from which on idio deviations are doubled.
  var doublingPeriod = Int.max
  var seed: UInt64 = 1

  /// Whether an asset has a row in a period, in place of chance; `nil` leaves it to chance.
  var isPresent: (@Sendable (_ asset: Int, _ period: Int) -> Bool)?

  static func normal(_ random: inout TestRandom) -> Double {
    StandardNormal.quantile(max(random.uniform(), 0x1p-60))
  }

  /// The idio variance of the asset with a number.
  func variance(_ asset: Int) -> Double {
    // Deviations from 1% to 3%, in an order that has nothing to do with caps.
    let deviation = 0.01 + 0.02 * Double(asset * 7 % assetCount) / Double(assetCount)
    return deviation * deviation
  }

  func table() -> PanelTable {
    var random = TestRandom(seed: seed)
    var table = PanelTable(
      schema: PanelSchema(
        groups: ["industry"], styles: (0..<styleCount).map { "style\($0)" }, hasCaps: true, hasUniverse: true))
    for period in 0..<periodCount {
      let factors = (0..<1 + industryCount + styleCount).map { _ in 0.01 * Self.normal(&random) }
      for asset in 0..<assetCount {
        let industry = asset % industryCount
        var row = PanelTable.Row(
          date: RandomPanel.date(period), asset: RandomPanel.asset(asset), return: factors[0] + factors[1 + industry],
          cap: 1e6 * (1 + Double(asset * 13 % assetCount)), labels: ["i\(industry)"])
        for style in 0..<styleCount {
          row.styles.append(Self.normal(&random))
          row.return += factors[1 + industryCount + style] * row.styles[style]
        }
        let scale = period >= doublingPeriod ? 2.0 : 1.0
        row.return += scale * variance(asset).squareRoot() * Self.normal(&random)
        if random.uniform() < missingShare { row.return = .nan }
        if random.uniform() < outsideShare { row.inUniverse = false }
        let isAbsent = random.uniform() < absentShare
        if isPresent.map({ $0(asset, period) }) ?? !isAbsent { table.rows.append(row) }
      }
    }
    return table
  }

  /// The panel, with loadings that go with the returns of their own rows.
  func panel() throws -> Panel { try table().panel(lag: 0) }

  /// The true variance of each code of a panel's assets.
  func variances(of panel: Panel) -> [Double] {
    let byName = Dictionary(uniqueKeysWithValues: (0..<assetCount).map { (RandomPanel.asset($0), variance($0)) })
    return panel.assets.texts.map { byName[$0] ?? .nan }
  }

  /// One with all kinds of holes.
  static let withHoles = FeasibleMarket(
    assetCount: 50, periodCount: 70, missingShare: 0.03, outsideShare: 0.1, absentShare: 0.03, seed: 5)
}

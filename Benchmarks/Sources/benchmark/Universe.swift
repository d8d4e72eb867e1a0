import RiskEngine

/// A synthetic universe of a size that people have.
struct Universe {
  /// Its name.
  let name: String
  /// Assets alive at a date.
  let assetCount: Int
  /// Dates.
  let periodCount: Int
  /// Labels of the one group.
  let industryCount: Int
  /// Styles.
  let styleCount: Int
  /// How loadings are kept.
  let precision: LoadingColumns.Precision

  /// A sector of a market over two years.
  static let small = Universe(
    name: "S", assetCount: 500, periodCount: 504, industryCount: 20, styleCount: 8, precision: .float64)
  /// A large country over ten years.
  static let medium = Universe(
    name: "M", assetCount: 3000, periodCount: 2520, industryCount: 60, styleCount: 12, precision: .float64)
  /// The world over twenty years.
  static let large = Universe(
    name: "L", assetCount: 10_000, periodCount: 5040, industryCount: 150, styleCount: 20, precision: .float32)

  /// Market, labels and styles.
  var factorCount: Int { 1 + industryCount + styleCount }

  /// Makes the panel in memory, joined at lag 1.
  ///
  /// - Parameter periodCount: the dates to make, if not all.
  func panel(periodCount: Int? = nil, workers: Int) throws -> Panel {
    var configuration = SyntheticConfiguration(mode: .gaussStatic)
    configuration.assetCount = assetCount
    configuration.periodCount = periodCount ?? self.periodCount
    configuration.industryCount = industryCount
    configuration.styleCount = styleCount
    var market = try SyntheticMarket(configuration, workers: workers)
    var assembler = PanelAssembler(schema: market.schema, lag: 1, precision: precision)
    var sections = [CrossSection]()
    while let block = market.nextBlock() {
      for period in block.periods {
        let rows = block.rows(of: period)
        if let section = try assembler.append(rows, assets: market.assets, labels: market.labels) {
          sections.append(section)
        }
      }
    }
    return Panel(
      schema: market.schema, lag: 1, assets: market.assets, labels: market.labels, crossSections: sections)
  }
}

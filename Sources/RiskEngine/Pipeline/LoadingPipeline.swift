/// From vendors' rows to style loadings: ingestion, universe, descriptors and cross-sections, block after block.
///
/// What is remembered is that of the stages; blocks of any length give the same bits.
public struct LoadingPipeline: Sendable {
  /// One date of a block.
  public struct Day: Sendable {
    /// What ingestion made of it.
    public var ingested: IngestedDay
    /// The universe, where it is a trading day.
    public var universe: UniverseDay?
    /// The market's excess return, where it is one.
    public var marketReturn = Double.nan
    /// The loadings, where it is one; rows are those of `ingested.market`.
    public var loadings: LoadingCrossSection?
  }

  /// The checks and what becomes of rows.
  public private(set) var ingestion: Ingestion
  /// Who is in the universe.
  public private(set) var universe: UniverseSelection
  /// The descriptors.
  public private(set) var descriptors: DescriptorEngine
  /// The styles.
  public let assembler: LoadingAssembler
  /// The styles' names, in the order of their columns.
  public let styles: [String]
  /// The fields of labels that are factors.
  public let groups: [FieldName]
  /// The styles that were asked for and have no descriptor that the data allow.
  public let skippedStyles: [String]
  /// For each group of the settings its field of labels; a group that the data lack has no labels, and keeps its place.
  private let groupColumns: [Int?]
  private let capColumn: Int?

  /// Prepares the stages.
  ///
  /// - Parameters:
  ///   - ingestion: set up with the groups of `settings`.
  ///   - rules: of the universe.
  ///   - settings: how loadings are made.
  ///   - periodsPerYear: 252, 52 or 12.
  /// - Throws: `UniverseRulesError`, `DescriptorError`, `LoadingRecipeError`.
  public init(
    ingestion: Ingestion, rules: UniverseRules, settings: LoadingSettings, periodsPerYear: Int = 252
  ) throws {
    self.ingestion = ingestion
    let schema = ingestion.schema
    universe = try UniverseSelection(rules: rules, schema: schema)
    let (requests, recipes) = StyleDefinition.resolve(settings.styles)
    let engine = try DescriptorEngine(
      requests: requests, schema: schema, industry: settings.groups.first, periodsPerYear: periodsPerYear)
    let missing = Set(engine.skipped.map(\.index))
    // A style without any of its descriptors is left out, and so is what is made of it.
    var recipe = settings.recipe
    var kept: [StyleRecipe] = []
    var skipped: [String] = []
    for style in recipes {
      var isPossible: Bool
      switch style.content {
      case .descriptors(let parts): isPossible = parts.contains { !missing.contains($0.descriptor) }
      case .power(let other, _): isPossible = kept.contains { $0.name == other }
      }
      var style = style
      if let orthogonalization = style.orthogonalization {
        let others = orthogonalization.styles.filter { name in kept.contains { $0.name == name } }
        style.orthogonalization =
          others.isEmpty ? nil : Orthogonalization(to: others, weights: orthogonalization.weights)
        if others.count < orthogonalization.styles.count, case .power = style.content { isPossible = false }
      }
      if isPossible { kept.append(style) } else { skipped.append(style.name) }
    }
    recipe.styles = kept
    descriptors = engine
    assembler = try LoadingAssembler(recipe, descriptorCount: requests.count, groupCount: settings.groups.count)
    styles = kept.map(\.name)
    skippedStyles = skipped
    groups = settings.groups.filter { schema.label($0) != nil }
    groupColumns = settings.groups.map { schema.label($0) }
    capColumn = schema.number(.marketCap)
  }

  /// Takes in some dates, ascending and later than any before.
  ///
  /// - Parameters:
  ///   - dates: each with the slices of its sources.
  ///   - identifiers: the texts behind the codes.
  ///   - workers: the number of workers; the results do not depend on it.
  public mutating func advance(
    _ dates: [(date: CalendarDate, slices: [SourceSlice])], identifiers: inout MarketIdentifiers, workers: Int
  ) -> [Day] {
    var days = dates.map { Day(ingested: ingestion.advance($0.date, $0.slices, &identifiers)) }
    let trading = days.indices.filter { days[$0].ingested.market != nil }
    for index in trading {
      guard let market = days[index].ingested.market else { continue }
      days[index].universe = universe.advance(market, identifiers: identifiers)
    }
    let markets = trading.compactMap { days[$0].ingested.market }
    let members = trading.compactMap { days[$0].universe?.inEstimation }
    let described = descriptors.advance(
      markets, inEstimation: members, assetCount: identifiers.assets.count, workers: workers)
    let assembler = assembler
    let (groupColumns, capColumn) = (groupColumns, capColumn)
    let loadings = concurrentMap(
      count: markets.count, workers: workers, workspace: { LoadingAssembler.Scratch() }
    ) { index, scratch in
      let market = markets[index]
      return assembler.assemble(
        descriptors: described[index].values,
        caps: capColumn.map { market.numbers[$0] } ?? Array(repeating: 1, count: market.count),
        inEstimation: members[index],
        groups: groupColumns.map { $0.map { market.labels[$0] } ?? Array(repeating: -1, count: market.count) },
        scratch: &scratch)
    }
    for (place, index) in trading.enumerated() {
      days[index].loadings = loadings[place]
      days[index].marketReturn = described[place].marketReturn
    }
    return days
  }

  // MARK: Saved state

  /// Writes what the stages remember.
  public func save(to writer: inout StateWriter) {
    ingestion.save(to: &writer)
    universe.memory.save(to: &writer)
    descriptors.save(to: &writer)
  }

  /// Takes up what `save(to:)` of a pipeline that was set up the same way wrote.
  ///
  /// - Throws: `StateError`, or `UniverseRulesError` where the rules cannot go on from the state.
  public mutating func restore(from reader: inout StateReader, identifiers: MarketIdentifiers) throws {
    try ingestion.restore(from: &reader, identifiers: identifiers)
    let memory = try UniverseMemory(from: &reader)
    universe = try UniverseSelection(rules: universe.rules, schema: universe.schema, resuming: memory)
    try descriptors.restore(from: &reader)
  }
}

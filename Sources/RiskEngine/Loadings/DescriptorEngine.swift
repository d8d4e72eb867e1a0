/// The descriptors of a market, day after day: the fold over blocks of days.
///
/// A block's days go through one descriptor after the other, asset after asset, so that an asset's window stays in a
/// cache while its days go by, and assets run in parallel. The same bits come out for any number of workers and any
/// cutting into blocks.
public struct DescriptorEngine: Sendable {
  /// A request that the market's fields do not allow.
  public struct Skipped: Hashable, Sendable {
    /// The place among the requests.
    public var index: Int
    /// The descriptor.
    public var name: String
    /// The fields that the market lacks.
    public var missing: [FieldName]
  }

  /// What was asked for.
  public let requests: [DescriptorRequest]
  /// What cannot be computed; its columns are NaN throughout.
  public let skipped: [Skipped]

  /// What each column is, with all parameters: what saved state has to be of.
  private let signatures: [String]
  private let schema: MarketSchema
  private let industry: Int?
  /// Whether a descriptor looks at the returns of industries.
  private let usesIndustryReturns: Bool
  private let cap: Int?
  private let issuer: Int?
  /// The fields that some descriptor asks for.
  private let fields: [FieldName]
  private var runners: [(any SeriesRunner)?]
  /// For each runner the places of its fields.
  private let places: [[Int]]
  /// By asset code: the cap, whether a member, and the industry of the row at the date before; 0 where there is none.
  private var lastCaps: [Double] = []
  private var lastMembers: [Bool] = []
  private var lastIndustries: [Int32] = []

  /// Prepares to compute descriptors.
  ///
  /// - Parameters:
  ///   - requests: in the order of the columns that come out.
  ///   - schema: the market's fields.
  ///   - industry: the field of labels that industry returns are of.
  ///   - periodsPerYear: 252, 52 or 12.
  /// - Throws: `DescriptorError`.
  public init(
    requests: [DescriptorRequest], schema: MarketSchema, industry: FieldName? = nil, periodsPerYear: Int = 252
  ) throws(DescriptorError) {
    var descriptors: [any RunnableDescriptor] = []
    var signatures: [String] = []
    for request in requests {
      let (entry, parameters) = try request.resolved(periodsPerYear: periodsPerYear)
      descriptors.append(entry.make(parameters, periodsPerYear))
      signatures.append("\(request.name) {\(parameters)} of \(periodsPerYear) periods a year")
    }
    self.init(
      requests: requests, descriptors: descriptors, signatures: signatures, schema: schema, industry: industry)
  }

  /// Prepares to compute descriptors of one's own.
  ///
  /// - Parameters:
  ///   - requests: the names of the descriptors, for reports, and parameters that tell them apart.
  ///   - descriptors: one for each request.
  ///   - schema: the fields of the days.
  ///   - industry: the field of labels whose returns some descriptors look at; `nil` where there is none.
  public init(
    requests: [DescriptorRequest], descriptors: [any Descriptor], schema: MarketSchema, industry: FieldName? = nil
  ) {
    precondition(requests.count == descriptors.count, "\(requests.count) names for \(descriptors.count) descriptors")
    self.init(
      requests: requests, descriptors: descriptors.map { Self.runnable($0) },
      signatures: requests.map { "\($0.name) {\($0.parameters)}" }, schema: schema, industry: industry)
  }

  private init(
    requests: [DescriptorRequest], descriptors: [any RunnableDescriptor], signatures: [String], schema: MarketSchema,
    industry: FieldName?
  ) {
    self.requests = requests
    self.signatures = signatures
    self.schema = schema
    self.industry = industry.flatMap { schema.label($0) }
    cap = schema.number(.marketCap)
    issuer = schema.label(.issuer)
    let industryColumn = self.industry
    let available = Set(
      schema.numbers + (cap == nil ? [] : [.issuerCap]) + (industryColumn == nil ? [] : [.industry]))
    var skipped: [Skipped] = []
    var fields: [FieldName] = []
    var runners: [(any SeriesRunner)?] = []
    var places: [[Int]] = []
    for (index, descriptor) in descriptors.enumerated() {
      precondition(
        descriptor.fields.count + descriptor.optionalFields.count <= FieldValues.capacity,
        "descriptor '\(requests[index].name)' asks for more than \(FieldValues.capacity) fields")
      let missing = descriptor.missing(from: available)
      guard missing.isEmpty else {
        skipped.append(Skipped(index: index, name: requests[index].name, missing: missing))
        runners.append(nil)
        places.append([])
        continue
      }
      places.append(
        (descriptor.fields + descriptor.optionalFields).map { field in
          guard available.contains(field) else { return -1 }
          if let place = fields.firstIndex(of: field) { return place }
          fields.append(field)
          return fields.count - 1
        })
      runners.append(descriptor.makeRunner())
    }
    usesIndustryReturns = zip(descriptors, runners).contains { $1 != nil && $0.usesIndustryReturns }
    self.skipped = skipped
    self.fields = fields
    self.runners = runners
    self.places = places
  }

  private static func runnable(_ descriptor: some Descriptor) -> any RunnableDescriptor { OwnDescriptor(descriptor) }

  /// Takes in a block of days.
  ///
  /// - Parameters:
  ///   - days: later than any before, ascending.
  ///   - inEstimation: for each day and row, whether the asset is in the estimation universe at the close.
  ///   - assetCount: the number of assets that have codes.
  ///   - workers: the number of workers; the same bits for any.
  /// - Complexity: O(assets × days × windows).
  public mutating func advance(
    _ days: [MarketDay], inEstimation: [[Bool]], assetCount: Int, workers: Int = 1
  ) -> [DescriptorDay] {
    precondition(days.count == inEstimation.count, "\(inEstimation.count) universes for \(days.count) days")
    reserve(assetCount)
    var block = SeriesBlock(
      days: days, rows: [], marketReturns: [], industryReturns: [], columns: [], assetCount: assetCount)
    var counts: [Int] = []
    for (day, members) in zip(days, inEstimation) {
      let market = marketReturn(day)
      block.marketReturns.append(market.value)
      counts.append(market.count)
      block.industryReturns.append(industryReturns(day))
      block.rows.append(AssetRows(day.assets, count: block.chunkCount * SeriesBlock.assetsPerChunk))
      block.columns.append(
        fields.map { $0 == .issuerCap ? issuerCaps(day) : day.numbers[schema.number($0) ?? 0] })
      remember(day, members)
    }
    let columns = run(block, workers: workers)
    return days.indices.map {
      DescriptorDay(
        date: days[$0].date, values: columns[$0], marketReturn: block.marketReturns[$0], marketCount: counts[$0])
    }
  }

  /// For each day the columns of all descriptors.
  private mutating func run(_ block: SeriesBlock, workers: Int) -> [[[Double]]] {
    let chunkCount = block.chunkCount
    var chunks: [(runner: Int, chunks: [any SeriesChunk])] = []
    for index in runners.indices {
      if let taken = runners[index]?.takeChunks(chunkCount) { chunks.append((index, taken)) }
    }
    let (running, places, fieldCount, stride) = (chunks, places, fields.count, block.entryCount)
    // Chunk by chunk the values of one descriptor after the other.
    let results = concurrentMap(
      count: chunkCount, workers: workers, workspace: { ChunkSeries(block, fieldCount: fieldCount) }
    ) { chunk, series in
      series.gather(block, chunk: chunk)
      var values = [Lanes](repeating: Lanes(repeating: .nan), count: running.count * stride)
      for (place, (runner, chunks)) in running.enumerated() {
        chunks[chunk].run(series, block, places: places[runner], into: &values, at: place * stride)
      }
      return values
    }
    for (runner, taken) in chunks { runners[runner]?.putBack(taken) }
    let placeOfRunner = runners.indices.map { runner in running.firstIndex { $0.runner == runner } }
    return concurrentMap(count: block.dayCount, workers: workers) { day in
      placeOfRunner.map { place in
        var column = [Double](repeating: .nan, count: block.days[day].count)
        if let place { Self.scatter(results, of: place * stride, block, day: day, to: &column) }
        return column
      }
    }
  }

  /// Puts the values of one descriptor on one day into the rows of their assets.
  private static func scatter(
    _ results: [[Lanes]], of start: Int, _ block: SeriesBlock, day: Int, to column: inout [Double]
  ) {
    let rows = block.rows[day]
    var target = column.mutableSpan
    let entry = start + day * SeriesBlock.groupsPerChunk
    for (chunk, values) in results.enumerated() {
      for group in 0..<SeriesBlock.groupsPerChunk {
        rows.scatter(values[entry + group], of: chunk * SeriesBlock.groupsPerChunk + group, to: &target)
      }
    }
  }

  private mutating func reserve(_ count: Int) {
    guard lastCaps.count < count else { return }
    let missing = count - lastCaps.count
    lastCaps += Array(repeating: 0, count: missing)
    lastMembers += Array(repeating: false, count: missing)
    lastIndustries += Array(repeating: -1, count: missing)
  }

  /// The cap-weighted excess return of the estimation universe as of the date before; of equal weights where the market
  /// has no caps.
  private func marketReturn(_ day: MarketDay) -> (value: Double, count: Int) {
    let (members, caps, assets, returns) = (lastMembers.span, lastCaps.span, day.assets.span, day.totalReturns.span)
    var weight = 0.0
    var sum = 0.0
    var count = 0
    for row in assets.indices {
      let asset = Int(assets[row])
      guard members[asset], abs(returns[row]) < .infinity else { continue }
      weight += caps[asset]
      sum += caps[asset] * returns[row]
      count += 1
    }
    return (weight > 0 ? sum / weight - day.riskFreeReturn : .nan, count)
  }

  /// For each row the cap-weighted excess return of its industry as of the date before.
  private func industryReturns(_ day: MarketDay) -> [Double] {
    guard let industry, usesIndustryReturns else { return [] }
    let labels = day.labels[industry]
    let labelCount = Int((lastIndustries.max() ?? -1) + 1)
    var weights = [Double](repeating: 0, count: labelCount)
    var sums = [Double](repeating: 0, count: labelCount)
    for (row, asset) in day.assets.enumerated() {
      let label = lastIndustries[Int(asset)]
      guard label >= 0, lastMembers[Int(asset)], day.totalReturns[row].isFinite else { continue }
      weights[Int(label)] += lastCaps[Int(asset)]
      sums[Int(label)] += lastCaps[Int(asset)] * day.totalReturns[row]
    }
    return labels.map { label in
      guard label >= 0, Int(label) < labelCount, weights[Int(label)] > 0 else { return .nan }
      return sums[Int(label)] / weights[Int(label)] - day.riskFreeReturn
    }
  }

  /// The caps of all share lines of each row's issuer.
  private func issuerCaps(_ day: MarketDay) -> [Double] {
    guard let cap else { return Array(repeating: .nan, count: day.count) }
    let caps = day.numbers[cap]
    guard let issuer else { return caps }
    var totals: [Int32: Double] = [:]
    for (row, label) in day.labels[issuer].enumerated() where label >= 0 && caps[row].isFinite {
      totals[label, default: 0] += caps[row]
    }
    return caps.indices.map { row in
      let label = day.labels[issuer][row]
      return label >= 0 && caps[row].isFinite ? totals[label] ?? caps[row] : caps[row]
    }
  }

  private mutating func remember(_ day: MarketDay, _ isMember: [Bool]) {
    lastMembers = Array(repeating: false, count: lastMembers.count)
    let caps = cap.map { day.numbers[$0] } ?? Array(repeating: 1, count: day.count)
    let industries = industry.map { day.labels[$0] } ?? Array(repeating: -1, count: day.count)
    Self.remember(day.assets, caps, isMember, industries, &lastCaps, &lastMembers, &lastIndustries)
  }

  private static func remember(
    _ assets: [Int32], _ caps: [Double], _ isMember: [Bool], _ industries: [Int32], _ lastCaps: inout [Double],
    _ lastMembers: inout [Bool], _ lastIndustries: inout [Int32]
  ) {
    var lastCaps = lastCaps.mutableSpan
    var lastMembers = lastMembers.mutableSpan
    var lastIndustries = lastIndustries.mutableSpan
    for row in assets.indices {
      let (asset, value) = (Int(assets[row]), caps[row])
      lastCaps[asset] = value > 0 ? value : 0
      lastMembers[asset] = isMember[row] && value > 0
      lastIndustries[asset] = industries[row]
    }
  }

  // MARK: Saved state

  /// Writes what is remembered between days.
  public func save(to writer: inout StateWriter) {
    writer.write(signatures)
    writer.write(runners.map { $0 != nil })
    writer.write(lastCaps)
    writer.write(lastMembers)
    writer.write(lastIndustries)
    for runner in runners { runner?.save(to: &writer) }
  }

  /// Takes up what `save(to:)` of an engine of the same requests and fields wrote.
  ///
  /// - Throws: `StateError`; the engine is then as it was.
  public mutating func restore(from reader: inout StateReader) throws(StateError) {
    var restored = self
    guard try reader.readStrings() == signatures else {
      throw .mismatch(offset: 0, expected: "the state of descriptors \(signatures.joined(separator: "; "))")
    }
    guard try reader.readBools() == runners.map({ $0 != nil }) else {
      throw .mismatch(offset: 0, expected: "the state of descriptors of a market with the same fields")
    }
    restored.lastCaps = try reader.readDoubles()
    restored.lastMembers = try reader.readBools()
    restored.lastIndustries = try reader.readInt32s()
    let count = restored.lastCaps.count
    guard restored.lastMembers.count == count, restored.lastIndustries.count == count else {
      throw .mismatch(offset: 0, expected: "a cap, a membership and an industry for each asset")
    }
    for index in runners.indices { try restored.runners[index]?.restore(from: &reader) }
    self = restored
  }
}

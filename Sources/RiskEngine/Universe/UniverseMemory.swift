/// What is remembered of a market from date to date, to decide on membership: nothing of assets that are gone.
///
/// Assets are known by their codes, so a memory belongs to the table of identifiers that it was made with.
public struct UniverseMemory: Sendable {
  /// What is remembered of one asset, beside its windows.
  struct Asset: Sendable {
    /// The asset's code.
    var code: Int32
    /// The number of the date of its first row.
    var firstDay: Int
    /// The number of the date of its latest row.
    var lastDay: Int
    /// Whether it is a member.
    var isMember = false
    /// The dates in a row, up to the latest, on which it satisfied what would change that.
    var streak = 0
    /// The known returns in its window.
    var observedCount = 0
  }

  /// The days of a window.
  let windowDays: Int
  /// Whether traded values are remembered.
  let hasVolumes: Bool
  /// The dates taken in.
  var dayCount = 0
  /// The last date taken in.
  var lastDate: CalendarDate?
  /// The assets, in no particular order.
  var assets: [Asset] = []
  /// For each asset the traded value of each day of its window; the day of number `d` has the place `d % windowDays`.
  var volumes: DollarVolumeWindows
  /// For each asset whether the return of each day of its window is known.
  var observed: [Bool] = []
  /// For each asset's code its place in `assets`; never iterated.
  private var slots: [Int32: Int] = [:]

  /// Remembers nothing.
  init(windowDays: Int, hasVolumes: Bool) {
    self.windowDays = windowDays
    self.hasVolumes = hasVolumes
    volumes = DollarVolumeWindows(days: hasVolumes ? windowDays : 0)
  }

  /// The number of assets remembered.
  public var assetCount: Int { assets.count }

  /// The place of an asset, or `nil` where it is not remembered.
  func slot(of code: Int32) -> Int? { slots[code] }

  /// Remembers an asset from a day on.
  ///
  /// - Returns: its place.
  mutating func add(_ code: Int32, day: Int) -> Int {
    let slot = assets.count
    assets.append(Asset(code: code, firstDay: day, lastDay: day))
    observed.append(contentsOf: repeatElement(false, count: windowDays))
    volumes.append()
    slots[code] = slot
    return slot
  }

  /// Begins an asset's history anew.
  mutating func restart(_ slot: Int, day: Int) {
    assets[slot] = Asset(code: assets[slot].code, firstDay: day, lastDay: day)
    for place in slot * windowDays..<(slot + 1) * windowDays { observed[place] = false }
    volumes.clear(slot)
  }

  /// Takes in that an asset had no row between its latest one and a day.
  mutating func skip(_ slot: Int, to day: Int) {
    for missed in max(assets[slot].lastDay + 1, day - windowDays + 1)..<day {
      setObserved(slot, day: missed, false)
      if hasVolumes { volumes[slot, missed % windowDays] = .nan }
    }
    assets[slot].lastDay = day
  }

  /// Takes in whether an asset's return of a day is known.
  mutating func setObserved(_ slot: Int, day: Int, _ isKnown: Bool) {
    let place = slot * windowDays + day % windowDays
    assets[slot].observedCount += (isKnown ? 1 : 0) - (observed[place] ? 1 : 0)
    observed[place] = isKnown
  }

  /// Forgets an asset; the last one takes its place.
  mutating func remove(_ slot: Int) {
    let last = assets.count - 1
    slots[assets[slot].code] = nil
    if slot < last {
      assets[slot] = assets[last]
      for place in 0..<windowDays { observed[slot * windowDays + place] = observed[last * windowDays + place] }
      volumes.move(last, to: slot)
      slots[assets[slot].code] = slot
    }
    assets.removeLast()
    observed.removeLast(windowDays)
    volumes.removeLast()
  }
}

extension UniverseMemory: SavedState {
  private static let version = 1

  /// Writes the state, assets in the order of their codes.
  public func save(to writer: inout StateWriter) {
    writer.write(Self.version)
    writer.write(windowDays)
    writer.write(hasVolumes)
    writer.write(dayCount)
    writer.write(lastDate != nil)
    writer.write(Int(lastDate?.daysSinceEpoch ?? 0))
    let order = assets.indices.sorted { assets[$0].code < assets[$1].code }
    writer.write(order.count)
    for slot in order {
      let asset = assets[slot]
      writer.write(Int(asset.code))
      writer.write(asset.firstDay)
      writer.write(asset.lastDay)
      writer.write(asset.isMember)
      writer.write(asset.streak)
      for place in 0..<windowDays { writer.write(observed[slot * windowDays + place]) }
      if hasVolumes { for place in 0..<windowDays { writer.write(volumes[slot, place]) } }
    }
  }

  /// Reads what `save(to:)` wrote.
  public init(from reader: inout StateReader) throws(StateError) {
    try reader.require(Self.version, "universe version")
    let windowDays = try reader.readInt(in: 1..<757, "a window of 1 to 756 days")
    self.init(windowDays: windowDays, hasVolumes: try reader.readBool())
    dayCount = try reader.readInt(in: 0..<Int(Int32.max), "a count of dates")
    let hasDate = try reader.readBool()
    let date = try reader.readInt(in: Int(Int32.min)..<Int(Int32.max) + 1, "a date")
    if hasDate { lastDate = CalendarDate(daysSinceEpoch: Int32(date)) }
    for _ in 0..<(try reader.readInt(in: 0..<Int(Int32.max), "a count of assets")) {
      let next = Int(assets.last?.code ?? -1) + 1
      let code = Int32(try reader.readInt(in: next..<Int(Int32.max) + 1, "codes that ascend"))
      let first = try reader.readInt(in: 0..<dayCount, "a date that was taken in")
      let slot = add(code, day: first)
      assets[slot].lastDay = try reader.readInt(in: first..<dayCount, "a date that was taken in")
      assets[slot].isMember = try reader.readBool()
      assets[slot].streak = try reader.readInt(in: 0..<dayCount + 1, "a number of dates taken in")
      for place in 0..<windowDays { setObserved(slot, day: place, try reader.readBool()) }
      if hasVolumes { for place in 0..<windowDays { volumes[slot, place] = try reader.readDouble() } }
    }
  }
}

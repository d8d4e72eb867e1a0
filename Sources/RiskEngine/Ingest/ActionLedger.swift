/// What corporate actions made of one old share since its last close.
struct ActionEffect: Hashable, Sendable {
  /// The shares that it became.
  var units = 1.0
  /// The cash that it paid, in the price currency.
  var cash = 0.0

  /// Takes in an action, whose cash is paid on a share as it was just before.
  mutating func apply(ratio: Double, cash: Double) {
    self.cash += units * cash
    units *= ratio
  }
}

/// Corporate actions that wait for the first close on or after their ex-date.
struct ActionLedger: SavedState {
  private var effects: [Int32: ActionEffect] = [:]
  private var delistings: [Int32: Double] = [:]

  /// Makes a ledger without actions.
  init() {}

  /// Takes in a split, a dividend or both.
  mutating func add(asset: Int32, ratio: Double, cash: Double) {
    effects[asset, default: ActionEffect()].apply(ratio: ratio, cash: cash)
  }

  /// Takes in a delisting with its return, as a fraction; NaN where it is not known.
  mutating func addDelisting(asset: Int32, return: Double) { delistings[asset] = `return` }

  /// Whether a delisting of an asset waits.
  func hasDelisting(_ asset: Int32) -> Bool { !delistings.isEmpty && delistings[asset] != nil }

  /// Whether nothing waits.
  var isEmpty: Bool { effects.isEmpty }

  /// What waits for an asset.
  subscript(asset: Int32) -> ActionEffect? { effects[asset] }

  /// Takes what waits for an asset: its next close came.
  mutating func clear(_ asset: Int32) { effects[asset] = nil }

  /// Takes the return of an asset's delisting.
  mutating func takeDelisting(_ asset: Int32) -> Double? { delistings.removeValue(forKey: asset) }

  func save(to writer: inout StateWriter) {
    let effects = effects.sorted { $0.key < $1.key }
    writer.write(effects.map(\.key))
    writer.write(effects.map(\.value.units))
    writer.write(effects.map(\.value.cash))
    let delistings = delistings.sorted { $0.key < $1.key }
    writer.write(delistings.map(\.key))
    writer.write(delistings.map(\.value))
  }

  init(from reader: inout StateReader) throws(StateError) {
    let assets = try reader.readInt32s()
    let units = try reader.readDoubles()
    let cash = try reader.readDoubles()
    let delisted = try reader.readInt32s()
    let returns = try reader.readDoubles()
    guard units.count == assets.count, cash.count == assets.count, returns.count == delisted.count else {
      throw .mismatch(offset: 0, expected: "as many values as assets")
    }
    for (index, asset) in assets.enumerated() { effects[asset] = ActionEffect(units: units[index], cash: cash[index]) }
    for (asset, value) in zip(delisted, returns) { delistings[asset] = value }
  }
}

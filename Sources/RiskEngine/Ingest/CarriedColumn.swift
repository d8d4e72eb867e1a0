/// The latest value of one field of each asset, with the trading day of it.
struct CarriedColumn<Value: Sendable>: Sendable {
  private(set) var values: [Value] = []
  private(set) var days: [Int32] = []
  private let missing: Value

  /// Makes a column without values.
  init(missing: Value) { self.missing = missing }

  /// Makes room for assets.
  mutating func reserve(_ count: Int) {
    guard values.count < count else { return }
    values += Array(repeating: missing, count: count - values.count)
    days += Array(repeating: -1, count: count - days.count)
  }

  /// Takes in a value.
  @inline(__always)
  mutating func set(_ asset: Int32, _ value: Value, day: Int32) {
    values[Int(asset)] = value
    days[Int(asset)] = day
  }

  /// Forgets an asset.
  mutating func forget(_ asset: Int32) {
    values[Int(asset)] = missing
    days[Int(asset)] = -1
  }

  /// The value of an asset where it is no older than some days.
  @inline(__always)
  func value(_ asset: Int32, at day: Int32, within limit: Int32) -> Value? {
    let known = days[Int(asset)]
    return known >= 0 && day &- known <= limit ? values[Int(asset)] : nil
  }
}

extension CarriedColumn where Value == Double {
  /// Takes in a day's values, those that are not missing, and puts earlier ones in the place of those that are.
  ///
  /// - Parameters:
  ///   - assets: whose values they are.
  ///   - limit: for how many days a value is used on, or `nil` for none.
  /// - Returns: how many were used on.
  mutating func carry(_ column: inout [Double], of assets: [Int32], day: Int32, within limit: Int32?) -> Int {
    precondition(column.count == assets.count, "\(column.count) values of \(assets.count) assets")
    return Self.carry(&column, &values, &days, assets, day: day, within: limit)
  }

  private static func carry(
    _ column: inout [Double], _ values: inout [Double], _ days: inout [Int32], _ assets: [Int32], day: Int32,
    within limit: Int32?
  ) -> Int {
    var latest = values.mutableSpan
    var known = days.mutableSpan
    var current = column.mutableSpan
    var carried = 0
    for row in assets.indices {
      let asset = Int(assets[row])
      let value = current[row]
      if value.isFinite {
        latest[asset] = value
        known[asset] = day
      } else if let limit, known[asset] >= 0, day &- known[asset] <= limit {
        current[row] = latest[asset]
        carried += 1
      }
    }
    return carried
  }
}

extension CarriedColumn: SavedState where Value: CarriedValue {
  func save(to writer: inout StateWriter) {
    Value.save(values, to: &writer)
    writer.write(days)
  }

  init(from reader: inout StateReader) throws(StateError) {
    missing = Value.missing
    values = try Value.read(from: &reader)
    days = try reader.readInt32s()
    guard values.count == days.count else { throw .mismatch(offset: 0, expected: "a day for each value") }
  }
}

/// A value that can be carried forward and saved.
protocol CarriedValue: Sendable {
  /// What stands for none.
  static var missing: Self { get }
  /// Writes values.
  static func save(_ values: [Self], to writer: inout StateWriter)
  /// Reads values.
  static func read(from reader: inout StateReader) throws(StateError) -> [Self]
}

extension Double: CarriedValue {
  static var missing: Double { .nan }
  static func save(_ values: [Double], to writer: inout StateWriter) { writer.write(values) }
  static func read(from reader: inout StateReader) throws(StateError) -> [Double] { try reader.readDoubles() }
}

extension Int32: CarriedValue {
  static var missing: Int32 { -1 }
  static func save(_ values: [Int32], to writer: inout StateWriter) { writer.write(values) }
  static func read(from reader: inout StateReader) throws(StateError) -> [Int32] { try reader.readInt32s() }
}

/// Something whose state can be written down and taken up again, bit for bit.
public protocol SavedState: Sendable {
  /// Writes the state.
  func save(to writer: inout StateWriter)
  /// Reads what `save(to:)` wrote.
  ///
  /// - Throws: `StateError` where the bytes are not such a state.
  init(from reader: inout StateReader) throws(StateError)
}

/// What is wrong with saved state.
public enum StateError: Error, Hashable, Sendable {
  /// The bytes end too early.
  case truncated(offset: Int)
  /// Something else was expected there.
  case mismatch(offset: Int, expected: String)
}

extension StateError: CustomStringConvertible {
  /// What was found and what was expected, with its place.
  public var description: String {
    switch self {
    case .truncated(let offset): "the saved state ends at byte \(offset); expected more"
    case .mismatch(let offset, let expected):
      "the saved state has something else at byte \(offset); expected \(expected)"
    }
  }
}

/// Bytes of saved state, little-endian.
public struct StateWriter: Sendable {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// Makes a writer that has written nothing.
  public init() {}

  /// Writes a whole number.
  public mutating func write(_ value: Int) { append(UInt64(bitPattern: Int64(value))) }

  /// Writes a number, with the bits of a NaN too.
  public mutating func write(_ value: Double) { append(value.bitPattern) }

  /// Writes a truth value.
  public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

  /// Writes a text.
  public mutating func write(_ value: String) {
    write(value.utf8.count)
    bytes.append(contentsOf: value.utf8)
  }

  /// Writes numbers and their count.
  public mutating func write(_ values: [Double]) {
    write(values.count)
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: 8 * values.count))
    var target = bytes.mutableSpan
    for (index, value) in values.enumerated() {
      let bits = value.bitPattern
      let place = start + 8 * index
      for byte in 0..<8 { target[place + byte] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)) }
    }
  }

  /// Writes numbers of single precision and their count, two in eight bytes.
  public mutating func write(_ values: [Float]) {
    write(values.count)
    bytes.reserveCapacity(bytes.count + 4 * values.count + 4)
    for index in stride(from: 0, to: values.count, by: 2) {
      let second = index + 1 < values.count ? values[index + 1].bitPattern : 0
      append(UInt64(values[index].bitPattern) | UInt64(second) << 32)
    }
  }

  /// Writes bits, 64 in a word, and the count of the words.
  public mutating func write(_ words: [UInt64]) {
    write(words.count)
    bytes.reserveCapacity(bytes.count + 8 * words.count)
    for word in words { append(word) }
  }

  /// Writes whole numbers and their count.
  public mutating func write(_ values: [Int32]) {
    write(values.count)
    for value in values { append(UInt64(bitPattern: Int64(value))) }
  }

  /// Writes truth values and their count.
  public mutating func write(_ values: [Bool]) {
    write(values.count)
    for value in values { write(value) }
  }

  /// Writes texts and their count.
  public mutating func write(_ values: [String]) {
    write(values.count)
    for value in values { write(value) }
  }

  /// Writes states and their count.
  public mutating func write(_ values: [some SavedState]) {
    write(values.count)
    for value in values { value.save(to: &self) }
  }

  private mutating func append(_ value: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
  }
}

/// Reads what a `StateWriter` wrote.
public struct StateReader: Sendable {
  private let bytes: [UInt8]
  private var offset = 0

  /// Reads from the first byte on.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// That something else was expected of what was read last.
  public func mismatch(_ expected: String) -> StateError { .mismatch(offset: offset, expected: expected) }

  /// The bytes that were not read yet.
  public var rest: [UInt8] { Array(bytes[offset...]) }

  /// Whether everything was read.
  public var isAtEnd: Bool { offset == bytes.count }

  /// Reads a whole number.
  public mutating func readInt() throws(StateError) -> Int { Int(Int64(bitPattern: try next())) }

  /// Reads a number.
  public mutating func readDouble() throws(StateError) -> Double { Double(bitPattern: try next()) }

  /// Reads a truth value.
  public mutating func readBool() throws(StateError) -> Bool {
    guard offset < bytes.count else { throw .truncated(offset: offset) }
    guard bytes[offset] <= 1 else { throw .mismatch(offset: offset, expected: "0 or 1") }
    defer { offset += 1 }
    return bytes[offset] == 1
  }

  /// Reads a text.
  public mutating func readString() throws(StateError) -> String {
    let count = try readCount(ofSize: 1)
    defer { offset += count }
    guard let text = String(validating: bytes[offset..<offset + count], as: UTF8.self) else {
      throw .mismatch(offset: offset, expected: "UTF-8")
    }
    return text
  }

  /// Reads numbers.
  public mutating func readDoubles() throws(StateError) -> [Double] {
    let count = try readCount(ofSize: 8)
    var values = [Double](repeating: 0, count: count)
    Self.decode(bytes.span.extracting(offset..<offset + 8 * count), into: &values)
    offset += 8 * count
    return values
  }

  /// Reads numbers of single precision.
  public mutating func readFloats() throws(StateError) -> [Float] {
    let count = try readCount(ofSize: 4)
    var values = [Float]()
    values.reserveCapacity(count)
    for index in stride(from: 0, to: count, by: 2) {
      let pair = try next()
      values.append(Float(bitPattern: UInt32(truncatingIfNeeded: pair)))
      if index + 1 < count { values.append(Float(bitPattern: UInt32(truncatingIfNeeded: pair >> 32))) }
    }
    return values
  }

  /// Reads bits, 64 in a word.
  public mutating func readWords() throws(StateError) -> [UInt64] {
    let count = try readCount(ofSize: 8)
    var words = [UInt64]()
    words.reserveCapacity(count)
    for _ in 0..<count { words.append(try next()) }
    return words
  }

  /// Reads whole numbers of 32 bits.
  public mutating func readInt32s() throws(StateError) -> [Int32] {
    let count = try readCount(ofSize: 8)
    var values = [Int32]()
    values.reserveCapacity(count)
    for _ in 0..<count {
      guard let value = Int32(exactly: try readInt()) else { throw .mismatch(offset: offset, expected: "32 bits") }
      values.append(value)
    }
    return values
  }

  /// Reads truth values.
  public mutating func readBools() throws(StateError) -> [Bool] {
    let count = try readCount(ofSize: 1)
    var values = [Bool]()
    for _ in 0..<count { values.append(try readBool()) }
    return values
  }

  /// Reads texts.
  public mutating func readStrings() throws(StateError) -> [String] {
    let count = try readCount(ofSize: 8)
    var values = [String]()
    for _ in 0..<count { values.append(try readString()) }
    return values
  }

  /// Reads states.
  public mutating func readStates<State: SavedState>(_ type: State.Type = State.self) throws(StateError) -> [State] {
    let count = try readCount(ofSize: 0)
    var values = [State]()
    for _ in 0..<count { values.append(try State(from: &self)) }
    return values
  }

  /// Reads a whole number that has to lie in a range.
  public mutating func readInt(in range: Range<Int>, _ what: String) throws(StateError) -> Int {
    let start = offset
    let value = try readInt()
    guard range.contains(value) else { throw .mismatch(offset: start, expected: what) }
    return value
  }

  /// Reads a whole number that has to be a given one, such as a version or a window.
  public mutating func require(_ value: Int, _ what: String) throws(StateError) {
    let start = offset
    guard try readInt() == value else { throw .mismatch(offset: start, expected: "\(what) \(value)") }
  }

  private static func decode(_ source: Span<UInt8>, into values: inout [Double]) {
    var target = values.mutableSpan
    for index in target.indices {
      var bits: UInt64 = 0
      for byte in 0..<8 { bits |= UInt64(source[8 * index + byte]) << UInt64(8 * byte) }
      target[index] = Double(bitPattern: bits)
    }
  }

  private mutating func readCount(ofSize size: Int) throws(StateError) -> Int {
    let start = offset
    let count = try readInt()
    guard count >= 0 else { throw .mismatch(offset: start, expected: "a count") }
    guard size == 0 || count <= (bytes.count - offset) / size else { throw .truncated(offset: bytes.count) }
    return count
  }

  private mutating func next() throws(StateError) -> UInt64 {
    guard offset + 8 <= bytes.count else { throw .truncated(offset: bytes.count) }
    var value: UInt64 = 0
    for byte in 0..<8 { value |= UInt64(bytes[offset + byte]) << UInt64(8 * byte) }
    offset += 8
    return value
  }
}

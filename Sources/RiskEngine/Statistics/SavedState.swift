internal import LinAlg

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
  ///
  /// - Parameter capacity: the bytes that are about to be written, as far as anybody knows.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

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
  public mutating func write(_ values: [Double]) { write(values.span) }

  /// Writes numbers and their count.
  public mutating func write(_ values: Span<Double>) {
    write(values.count)
    NumberBytes.append(values, to: &bytes)
  }

  /// Writes numbers and their count; each four count as four.
  public mutating func write(_ values: [SIMD4<Double>]) {
    write(4 * values.count)
    NumberBytes.append(values.span, to: &bytes)
  }

  /// Writes numbers of single precision and their count, two in eight bytes.
  public mutating func write(_ values: [Float]) {
    write(values.count)
    NumberBytes.append(values.span, to: &bytes)
    if values.count % 2 == 1 { bytes.append(contentsOf: repeatElement(0, count: 4)) }
  }

  /// Writes bits, 64 in a word, and the count of the words.
  public mutating func write(_ words: [UInt64]) {
    write(words.count)
    NumberBytes.append(words.span, to: &bytes)
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

  private mutating func append(_ value: UInt64) { NumberBytes.append(value, to: &bytes) }
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
    var target = values.mutableSpan
    NumberBytes.read(bytes.span.extracting(offset..<offset + 8 * count), into: &target)
    offset += 8 * count
    return values
  }

  /// Reads as many numbers as are asked for into the places from one on.
  ///
  /// - Throws: `mismatch` where another number of them was written.
  mutating func readDoubles(
    into numbers: inout [Double], at start: Int, count: Int, _ what: String
  ) throws(StateError) {
    guard try readCount(ofSize: 8) == count else { throw mismatch(what) }
    var target = numbers.mutableSpan
    NumberBytes.read(bytes.span.extracting(offset..<offset + 8 * count), into: &target, at: start)
    offset += 8 * count
  }

  /// Reads numbers of single precision.
  public mutating func readFloats() throws(StateError) -> [Float] {
    let count = try readCount(ofSize: 4)
    let padded = count + count % 2
    guard 4 * padded <= bytes.count - offset else { throw .truncated(offset: bytes.count) }
    let values = NumberBytes.floats(bytes.span.extracting(offset..<offset + 4 * count))
    offset += 4 * padded
    return values
  }

  /// Reads bits, 64 in a word.
  public mutating func readWords() throws(StateError) -> [UInt64] {
    let count = try readCount(ofSize: 8)
    let words = NumberBytes.words(bytes.span.extracting(offset..<offset + 8 * count))
    offset += 8 * count
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

  private mutating func readCount(ofSize size: Int) throws(StateError) -> Int {
    let start = offset
    let count = try readInt()
    guard count >= 0 else { throw .mismatch(offset: start, expected: "a count") }
    guard size == 0 || count <= (bytes.count - offset) / size else { throw .truncated(offset: bytes.count) }
    return count
  }

  private mutating func next() throws(StateError) -> UInt64 {
    guard offset + 8 <= bytes.count else { throw .truncated(offset: bytes.count) }
    defer { offset += 8 }
    let word = bytes.span.extracting(offset..<offset + 8)
    var value: UInt64 = 0
    for byte in 0..<8 { value |= UInt64(word[byte]) << UInt64(8 * byte) }
    return value
  }
}

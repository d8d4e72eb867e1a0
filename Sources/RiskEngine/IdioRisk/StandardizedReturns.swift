/// The standardized idio returns of one period, in single precision: those observed, by asset code.
///
/// A bit for each code and four bytes for each observed asset, so that assets long gone cost next to nothing.
struct StandardizedReturns: SavedState {
  /// Bit `code % 64` of word `code / 64` tells whether the asset is observed.
  private let presence: [UInt64]
  /// The values of the observed assets, by ascending code.
  private let values: [Float]

  /// Keeps the finite ones of the returns, given by asset code.
  init(_ returns: Span<Double>) {
    var presence = [UInt64](repeating: 0, count: (returns.count + 63) / 64)
    var values = [Float]()
    values.reserveCapacity(returns.count)
    for code in returns.indices {
      let value = Float(returns[code])
      guard value.isFinite else { continue }
      presence[code / 64] |= 1 << UInt64(code % 64)
      values.append(value)
    }
    self.presence = presence
    self.values = values
  }

  /// Calls `body` with the code and the value of each observed asset, by ascending code.
  @inline(__always)
  func forEach(_ body: (_ code: Int, _ value: Float) -> Void) {
    var next = 0
    for index in presence.indices {
      var word = presence[index]
      while word != 0 {
        body(index * 64 + word.trailingZeroBitCount, values[next])
        word &= word - 1
        next += 1
      }
    }
  }

  func save(to writer: inout StateWriter) {
    writer.write(presence)
    writer.write(values)
  }

  init(from reader: inout StateReader) throws(StateError) {
    presence = try reader.readWords()
    values = try reader.readFloats()
    let count = presence.reduce(0) { $0 + $1.nonzeroBitCount }
    guard values.count == count, values.allSatisfy(\.isFinite) else {
      throw reader.mismatch("\(count) finite returns")
    }
  }
}

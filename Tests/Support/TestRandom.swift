/// Seeded draws for tests, the same on every platform.
public struct TestRandom: RandomNumberGenerator, Sendable {
  private var bits: SplitMix64

  /// Starts a sequence.
  public init(seed: UInt64) { bits = SplitMix64(seed: seed) }

  /// The next 64 bits.
  public mutating func next() -> UInt64 { bits.next() }

  /// A number in 0..<1, a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0..<limit.
  public mutating func integer(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// A number with mean 0, variance 1 and bounded tails: the sum of twelve uniform ones, less 6.
  public mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }
}

/// The SplitMix64 generator: one 64-bit state, one 64-bit number a step.
///
/// For seeds and hashes, where a good mixing of a counter is all that is needed; everything that must be
/// reachable in any order comes from `Philox4x32`.
///
/// Source: G. L. Steele, D. Lea and C. H. Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014.
public struct SplitMix64: Hashable, Sendable, RandomNumberGenerator {
  /// The state, to which each step adds the odd number nearest 2⁶⁴ divided by the golden ratio.
  public private(set) var state: UInt64

  /// Makes a generator; any seed is a good one.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next 64 bits.
  ///
  /// - Complexity: O(1).
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

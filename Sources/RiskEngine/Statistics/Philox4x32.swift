/// The Philox4x32-10 counter-based generator: 128 random bits for each counter under a key.
///
/// There is no state to carry: any cell of a simulation is computed on its own, in any order, on any
/// worker, to the same bits. It passes the BigCrush battery; it is not for cryptography.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, Parallel Random Numbers: As Easy as
/// 1, 2, 3, SC 2011.
public struct Philox4x32: Hashable, Sendable {
  /// The key: its low and its high 32 bits are the generator's two key words.
  public let key: UInt64

  /// Makes the generator of a key.
  public init(key: UInt64) {
    self.key = key
  }

  /// The four random words that stand at a counter.
  ///
  /// - Complexity: O(1), 20 multiplications.
  public func block(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for _ in 0..<10 {
      let low = c0.multipliedFullWidth(by: 0xD251_1F53)
      let high = c2.multipliedFullWidth(by: 0xCD9E_8D57)
      (c0, c1, c2, c3) = (high.high ^ c1 ^ k0, high.low, low.high ^ c3 ^ k1, low.low)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(c0, c1, c2, c3)
  }
}

/// Four blocks of `Philox4x32` side by side: word `k` of lane `j` is `words.k[j]`, a 32-bit number.
struct PhiloxLanes {
  /// The first word of each of the four blocks, in the low 32 bits; the high ones are zero.
  var word0: SIMD4<UInt64>
  /// The second word of each block.
  var word1: SIMD4<UInt64>
  /// The third word of each block.
  var word2: SIMD4<UInt64>
  /// The fourth word of each block.
  var word3: SIMD4<UInt64>
}

extension Philox4x32 {
  /// The random words at four counters, each the same as `block(at:)` gives.
  ///
  /// Words are kept in 64-bit lanes whose high halves are zero, so that a product is one instruction.
  ///
  /// - Parameter counters: for each of the four counter words its value in each lane, below 2³².
  /// - Complexity: O(1), 20 vector multiplications.
  @inline(__always)
  func blocks(at counters: PhiloxLanes) -> PhiloxLanes {
    let lowHalf = SIMD4<UInt64>(repeating: 0xFFFF_FFFF)
    let multiplier0 = SIMD4<UInt64>(repeating: 0xD251_1F53)
    let multiplier1 = SIMD4<UInt64>(repeating: 0xCD9E_8D57)
    let halfWidth = SIMD4<UInt64>(repeating: 32)
    var (c0, c1, c2, c3) = (counters.word0, counters.word1, counters.word2, counters.word3)
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for _ in 0..<10 {
      let low = (c0 & lowHalf) &* multiplier0
      let high = (c2 & lowHalf) &* multiplier1
      c0 = (high &>> halfWidth) ^ c1 ^ SIMD4(repeating: UInt64(k0))
      c1 = high & lowHalf
      c2 = (low &>> halfWidth) ^ c3 ^ SIMD4(repeating: UInt64(k1))
      c3 = low & lowHalf
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return PhiloxLanes(word0: c0, word1: c1, word2: c2, word3: c3)
  }
}

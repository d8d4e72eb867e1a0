/// Four pairs of normal numbers, one pair from each of four blocks.
struct NormalPairLanes {
  /// The first normal number of each block.
  var first: SIMD4<Double>
  /// The second normal number of each block.
  var second: SIMD4<Double>
}

extension RandomStream {
  /// The two normal numbers of one block for each of four ids, the same as `normal` gives one by one.
  ///
  /// - Complexity: O(1), about 20 ns a number.
  @inline(__always)
  func normalPairs(block: UInt32, ids: SIMD4<UInt32>, date: UInt32) -> NormalPairLanes {
    normalPairs(
      at: PhiloxLanes(
        word0: SIMD4(repeating: UInt64(block)), word1: SIMD4(truncatingIfNeeded: ids),
        word2: SIMD4(repeating: UInt64(date)), word3: SIMD4(repeating: UInt64(stream))))
  }

  /// Fills `values` with the normal numbers of draws 0 to `values.count - 1` of one id at one date.
  ///
  /// - Complexity: O(n), about 20 ns a number.
  public func fillNormals(_ values: inout [Double], id: UInt32, date: UInt32) {
    let count = values.count
    for start in stride(from: 0, to: count, by: 8) {
      let block = UInt64(start >> 1)
      let pairs = normalPairs(
        at: PhiloxLanes(
          word0: SIMD4(block, block + 1, block + 2, block + 3), word1: SIMD4(repeating: UInt64(id)),
          word2: SIMD4(repeating: UInt64(date)), word3: SIMD4(repeating: UInt64(stream))))
      for lane in 0..<min(4, (count - start + 1) >> 1) {
        values[start + 2 * lane] = pairs.first[lane]
        if start + 2 * lane + 1 < count { values[start + 2 * lane + 1] = pairs.second[lane] }
      }
    }
  }

  /// The two normal numbers at each of four counters.
  @inline(__always)
  private func normalPairs(at counters: PhiloxLanes) -> NormalPairLanes {
    let words = generator.blocks(at: counters)
    return NormalPairLanes(
      first: StandardNormal.quantiles(centred: Self.centredUniforms(low: words.word0, high: words.word1)),
      second: StandardNormal.quantiles(centred: Self.centredUniforms(low: words.word2, high: words.word3)))
  }

  /// Uniform numbers less ½, exactly, from the low and high 32 bits of 64.
  ///
  /// The whole numbers go into the significands of 2⁵² and 2⁸⁴, which is what a conversion does that most
  /// processors lack for vectors.
  @inline(__always)
  private static func centredUniforms(low: SIMD4<UInt64>, high: SIMD4<UInt64>) -> SIMD4<Double> {
    let lowHalf = SIMD4<UInt64>(repeating: 0xFFFF_FFFF)
    let eleven = SIMD4<UInt64>(repeating: 11)
    let bottom = (low &>> eleven) | ((high &<< SIMD4(repeating: 21)) & lowHalf) | SIMD4(repeating: 0x1p52.bitPattern)
    let top = (high &>> eleven) | SIMD4(repeating: 0x1p84.bitPattern)
    let whole = (PortableMath.doubles(top) - (0x1p84 + 0x1p53)) + PortableMath.doubles(bottom)
    return (whole + 0.5) * 0x1p-53
  }
}

/// A number of 64 bits for a text: the same on every machine and in every run.
///
/// Addresses random numbers by what they are for, where a code would depend on the order of appearance. FNV-1a over the
/// bytes of the text, then one step of `SplitMix64`, so that texts that differ in one byte have unlike numbers.
enum IdentifierHash {
  /// The number of a text.
  ///
  /// - Complexity: O(bytes).
  static func value(of text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var mixer = SplitMix64(seed: hash)
    return mixer.next()
  }
}

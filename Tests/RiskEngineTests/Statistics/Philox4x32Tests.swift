import RiskEngine
import Testing

/// The generator against the known answers of its authors' library (Random123, `kat_vectors`).
@Suite struct Philox4x32Tests {
  @Test func givesTheKnownAnswers() {
    #expect(
      Philox4x32(key: 0).block(at: SIMD4(repeating: 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox4x32(key: .max).block(at: SIMD4(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    // The digits of π.
    #expect(
      Philox4x32(key: 0x299f_31d0_a409_3822).block(at: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func splitMixGivesTheKnownAnswers() {
    var generator = SplitMix64(seed: 0)
    #expect(generator.next() == 0xe220_a839_7b1d_cdaf)
    #expect(generator.next() == 0x6e78_9e6a_a1b9_65f4)
    #expect(generator.next() == 0x06c4_5d18_8009_454f)
  }
}

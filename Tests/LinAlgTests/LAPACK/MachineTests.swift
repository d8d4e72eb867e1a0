import LinAlg
import Testing

/// What the library says of the machine and of OpenBLAS.
@Suite struct MachineTests {
  @Test func openBLASNamesItself() {
    let info = OpenBLASInfo.current
    #expect(!info.coreName.isEmpty)
    #expect(info.configuration.contains("OpenBLAS"))
    #expect(info.threadCount >= 1)
  }

  /// In a process of its own: the count is a setting of the whole process.
  @Test func threadCountsAreSetAndRestored() async {
    await #expect(processExitsWith: .success) {
      let before = BLASThreads.count
      BLASThreads.count = 1
      let during = BLASThreads.count
      let reported = OpenBLASInfo.current.threadCount
      BLASThreads.count = before
      precondition(during == 1 && reported == 1 && BLASThreads.count == before, "\(during), \(reported), \(before)")
    }
    await #expect(processExitsWith: .failure) {
      BLASThreads.count = 0
    }
  }

  /// The kernels chosen for a processor with AVX2 tell that it has it.
  @Test func vectorBaselineAgreesWithTheChosenKernels() {
    let withVectors = ["Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids", "Excavator"]
    if withVectors.contains(where: { $0.lowercased() == OpenBLASInfo.current.coreName.lowercased() }) {
      #expect(ProcessorFeatures.hasVectorBaseline)
    }
  }
}

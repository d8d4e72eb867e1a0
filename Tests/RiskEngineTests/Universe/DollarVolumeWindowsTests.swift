import TestSupport
import Testing

@testable import RiskEngine

/// Medians of windows against sorting, and comparisons with them against the medians.
@Suite struct DollarVolumeWindowsTests {
  @Test(arguments: [1, 2, 7, 8, 9, 63, 64, 65])
  func comparisonsAreThoseOfTheMedian(days: Int) {
    var random = TestRandom(seed: UInt64(days))
    var windows = DollarVolumeWindows(days: days)
    for slot in 0..<50 {
      windows.append()
      // Few levels make ties, many none; some windows have little known.
      let levels = [2.0, 5, 1e6][slot % 3]
      let missing = [0, 0.3, 0.9][slot / 3 % 3]
      for place in 0..<days {
        windows[slot, place] = random.uniform() < missing ? .nan : (random.uniform() * levels).rounded(.down)
      }
    }
    for slot in 0..<50 {
      let known = (0..<days).map { windows[slot, $0] }.filter { !$0.isNaN }.sorted()
      guard !known.isEmpty else {
        #expect(windows.median(slot).isNaN)
        continue
      }
      let median = Quantile.interpolated(0.5, ofSorted: known)
      #expect(windows.median(slot) == median)
      for threshold in known + [median, median.nextUp, median.nextDown, -1, 1e9] {
        let counts = windows.counts(slot, threshold, median)
        #expect(counts.known == known.count)
        #expect(counts.first == known.filter { $0 >= threshold }.count)
        #expect(counts.second == known.filter { $0 >= median }.count)
        let reaches = windows.medianReaches(slot, threshold, known: counts.known, reached: counts.first)
        #expect(reaches == (median >= threshold))
      }
    }
  }

  @Test func windowsMoveAndClear() {
    var windows = DollarVolumeWindows(days: 9)
    for slot in 0..<3 {
      windows.append()
      for place in 0..<9 { windows[slot, place] = Double(10 * slot + place) }
    }
    windows.move(2, to: 0)
    windows.removeLast()
    #expect((0..<9).map { windows[0, $0] } == (0..<9).map { Double(20 + $0) })
    #expect((0..<9).map { windows[1, $0] } == (0..<9).map { Double(10 + $0) })
    windows.clear(1)
    #expect(windows.counts(1, 0, 0) == (0, 0, 0))
  }
}

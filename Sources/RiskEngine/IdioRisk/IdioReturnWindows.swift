/// The idio returns of the last periods of some assets, kept sorted too, so that quartiles can be read off.
struct IdioReturnWindows: Sendable {
  /// The periods of a window; 0 keeps nothing.
  private let length: Int
  /// Window after window, `u` of period `t` at the place `t mod length`; NaN where it is missing.
  private var rings: [Double]
  /// Window after window, the numbers of the ring that are there, ascending.
  private var sorted: [Double]
  /// How many there are in each window.
  private var counts: [Int]
  /// Whether `sorted` and `counts` are up to date; those of windows that were read are made when they are needed, by
  /// the workers that need them.
  private var isSorted = true

  /// Makes windows in which everything is missing.
  init(length: Int) {
    self.length = length
    rings = Array(repeating: .nan, count: length * IdioHistories.assetCount)
    sorted = Array(repeating: 0, count: length * IdioHistories.assetCount)
    counts = Array(repeating: 0, count: IdioHistories.assetCount)
  }

  /// Takes in a block of dates.
  ///
  /// - Returns: `γ` at each date, day after day, of the assets that the snapshot has; 0 of others.
  mutating func advance(_ block: IdioReturnBlock, chunk: Int, rule: ReliabilityRule) -> [Double] {
    if !isSorted {
      for asset in counts.indices { counts[asset] = Self.sort(rings, asset: asset, length: length, into: &sorted) }
      isSorted = true
    }
    let dayCount = block.days.count
    var coefficients = [Double](repeating: 0, count: dayCount * IdioHistories.assetCount)
    // Asset after asset, and of each day after day.
    var series = [Double](repeating: .nan, count: dayCount * IdioHistories.assetCount)
    var isPresent = [Bool](repeating: false, count: dayCount * IdioHistories.assetCount)
    for (index, day) in block.days.enumerated() {
      Self.gather(day, chunk: chunk, index: index, dayCount: dayCount, into: &series, &isPresent)
    }
    for asset in 0..<IdioHistories.assetCount {
      let own = asset * dayCount..<(asset + 1) * dayCount
      let values = series.span.extracting(own)
      guard counts[asset] > 0 || values.indices.contains(where: { !values[$0].isNaN }) else { continue }
      counts[asset] = Self.slide(
        values, isPresent.span.extracting(own), asset: asset, length: length, firstPeriod: block.firstPeriod,
        count: counts[asset], rule: rule, &rings, &sorted, &coefficients)
    }
    return coefficients
  }

  /// Puts the numbers of one asset's window in order.
  ///
  /// - Returns: how many there are.
  private static func sort(_ rings: [Double], asset: Int, length: Int, into sorted: inout [Double]) -> Int {
    let start = asset * length
    let numbers = rings[start..<start + length].filter { !$0.isNaN }.sorted()
    for (place, value) in numbers.enumerated() { sorted[start + place] = value }
    return numbers.count
  }

  /// Copies what a day has of a chunk's assets to its place in the series.
  private static func gather(
    _ day: IdioReturnBlock.Day, chunk: Int, index: Int, dayCount: Int, into series: inout [Double],
    _ isPresent: inout [Bool]
  ) {
    var series = series.mutableSpan
    var isPresent = isPresent.mutableSpan
    let values = day.values.span
    let present = day.isPresent.span
    for asset in 0..<IdioHistories.assetCount {
      let code = chunk * IdioHistories.assetCount + asset
      series[asset * dayCount + index] = values[code / 4][code % 4]
      isPresent[asset * dayCount + index] = present[code]
    }
  }

  /// Moves the window of one asset through the dates of a block.
  ///
  /// - Returns: how many numbers the window has then.
  private static func slide(
    _ series: Span<Double>, _ isPresent: Span<Bool>, asset: Int, length: Int, firstPeriod: Int, count: Int,
    rule: ReliabilityRule, _ rings: inout [Double], _ sorted: inout [Double], _ coefficients: inout [Double]
  ) -> Int {
    var rings = rings.mutableSpan
    var sorted = sorted.mutableSpan
    var coefficients = coefficients.mutableSpan
    let start = asset * length
    var count = count
    var place = firstPeriod % length
    for day in series.indices {
      let leaving = rings[start + place]
      rings[start + place] = series[day]
      count = replace(leaving, by: series[day], in: &sorted, from: start, count: count)
      if isPresent[day] {
        coefficients[day * IdioHistories.assetCount + asset] =
          rule.coefficient(ofSorted: sorted.span, from: start, count: count)
      }
      place += 1
      if place == length { place = 0 }
    }
    return count
  }

  /// Takes a number out of some that ascend and puts another in; NaN is none.
  ///
  /// - Returns: how many there are then.
  /// - Complexity: O(log n), and O(n) moves.
  @inline(__always)
  private static func replace(
    _ leaving: Double, by entering: Double, in sorted: inout MutableSpan<Double>, from start: Int, count: Int
  ) -> Int {
    let end = start + count
    var place: Int
    switch (leaving.isNaN, entering.isNaN) {
    case (true, true): return count
    case (true, false):
      place = end
      while place > start, sorted[place &- 1] > entering {
        sorted[place] = sorted[place &- 1]
        place &-= 1
      }
      sorted[place] = entering
      return count + 1
    case (false, true):
      place = lowerBound(leaving, in: sorted, from: start, count: count)
      while place &+ 1 < end {
        sorted[place] = sorted[place &+ 1]
        place &+= 1
      }
      return count - 1
    case (false, false):
      place = lowerBound(leaving, in: sorted, from: start, count: count)
      while place &+ 1 < end, sorted[place &+ 1] < entering {
        sorted[place] = sorted[place &+ 1]
        place &+= 1
      }
      while place > start, sorted[place &- 1] > entering {
        sorted[place] = sorted[place &- 1]
        place &-= 1
      }
      sorted[place] = entering
      return count
    }
  }

  /// The place of the first number that is not smaller.
  @inline(__always)
  private static func lowerBound(
    _ value: Double, in sorted: borrowing MutableSpan<Double>, from start: Int, count: Int
  ) -> Int {
    var low = start
    var size = count
    while size > 1 {
      let half = size / 2
      // Written so that it compiles to a move instead of a branch that is guessed wrong every other time.
      low = sorted[low &+ half &- 1] < value ? low &+ half : low
      size &-= half
    }
    return size == 1 && sorted[low] < value ? low + 1 : low
  }
}

extension IdioReturnWindows {
  /// Writes the windows of the assets that have any number.
  func save(to writer: inout StateWriter) {
    for asset in counts.indices {
      let window = rings.span.extracting(asset * length..<(asset + 1) * length)
      let isEmpty = isSorted ? counts[asset] == 0 : window.indices.allSatisfy { window[$0].isNaN }
      writer.write(!isEmpty)
      if !isEmpty { writer.write(window) }
    }
  }

  /// Reads what `save(to:)` of windows of the same length wrote.
  init(from reader: inout StateReader, length: Int) throws(StateError) {
    self.init(length: length)
    isSorted = false
    for asset in counts.indices {
      guard try reader.readBool() else { continue }
      try reader.readDoubles(into: &rings, at: asset * length, count: length, "a window of \(length) periods")
    }
  }
}

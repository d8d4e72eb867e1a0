/// Medians of variances by size: the five groups into which the assets fall by the rank of their caps.
///
/// The group of a cap is told by how many are smaller, so that equal caps fall into one group.
struct SizeMedians {
  static let groupCount = 5

  private let sortedCaps: [Double]
  private var medians: [Double?]
  private let overall: Double?

  /// Makes the medians of some assets.
  ///
  /// - Parameters:
  ///   - variances: one an asset; `nan` takes no part in a median.
  ///   - caps: one an asset, not positive where it is missing; or empty.
  /// - Complexity: O(n log n).
  init(variances: [Double], caps: [Double]) {
    sortedCaps = caps.prefix(variances.count).filter { $0 > 0 }.sorted()
    var groups = [[Double]](repeating: [], count: Self.groupCount)
    var all = [Double]()
    for index in variances.indices where !variances[index].isNaN {
      all.append(variances[index])
      if index < caps.count, let group = Self.group(of: caps[index], among: sortedCaps) {
        groups[group].append(variances[index])
      }
    }
    overall = Self.median(&all)
    medians = []
    for group in groups {
      var group = group
      medians.append(Self.median(&group))
    }
  }

  /// The median of the group that a cap falls into, that of all where the group is empty or there is no cap.
  ///
  /// - Returns: `nil` where no asset has a variance.
  func median(ofCap cap: Double?) -> Double? {
    guard let cap, let group = Self.group(of: cap, among: sortedCaps) else { return overall }
    return medians[group] ?? overall
  }

  private static func group(of cap: Double, among sorted: [Double]) -> Int? {
    guard cap > 0, !sorted.isEmpty else { return nil }
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = low + (high - low) / 2
      if sorted[middle] < cap { low = middle + 1 } else { high = middle }
    }
    return min(groupCount - 1, low * groupCount / sorted.count)
  }

  private static func median(_ values: inout [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    var span = values.mutableSpan
    return Selection.median(&span)
  }
}

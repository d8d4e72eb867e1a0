/// The order of positive numbers from the largest to the smallest, by sorting their bits byte by byte, with buffers that
/// are used again.
///
/// The bits of positive numbers ascend as they do.
struct DescendingOrder: Sendable {
  private struct Entry: Sendable {
    /// The complement of the number's bits, so that the largest comes first.
    var key: UInt64
    var place: Int32
  }

  private var entries: [Entry] = []
  private var sorted: [Entry] = []
  /// The places of the numbers, that of the largest first; of equal ones the earlier comes first.
  private(set) var places: [Int32] = []

  /// Makes empty buffers.
  init() {}

  /// Sorts the places at which a condition holds.
  ///
  /// - Parameter values: positive where it does.
  /// - Complexity: O(n).
  mutating func sort(_ values: [Double], where isIncluded: [Bool]) {
    entries.removeAll(keepingCapacity: true)
    var common = UInt64.max
    var any = UInt64.zero
    for place in values.indices where isIncluded[place] {
      let key = ~values[place].bitPattern
      common &= key
      any |= key
      entries.append(Entry(key: key, place: Int32(place)))
    }
    if sorted.count != entries.count { sorted = entries }
    // Stable, from the last byte to the first, without those that all have in common.
    for byte in 0..<8 where UInt8(truncatingIfNeeded: (common ^ any) >> UInt64(8 * byte)) != 0 {
      Self.distribute(entries, by: byte, to: &sorted)
      swap(&entries, &sorted)
    }
    places.removeAll(keepingCapacity: true)
    for entry in entries { places.append(entry.place) }
  }

  private static func distribute(_ source: [Entry], by byte: Int, to target: inout [Entry]) {
    let source = source.span
    let shift = UInt64(8 * byte)
    var starts = [Int](repeating: 0, count: 257)
    for index in source.indices { starts[Int(source[index].key >> shift & 255) &+ 1] &+= 1 }
    for value in 0..<256 { starts[value + 1] += starts[value] }
    var target = target.mutableSpan
    for index in source.indices {
      let value = Int(source[index].key >> shift & 255)
      target[starts[value]] = source[index]
      starts[value] &+= 1
    }
  }
}

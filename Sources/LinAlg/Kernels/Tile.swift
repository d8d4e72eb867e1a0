/// Scratch of `CenteredGram`, aligned to lines of the cache: an array's first entry is not.
///
/// A class, so that its memory is let go exactly once.
@safe final class Tile {
  /// Scaled and centred rows, four at a time: `rows[(group * columnCount + column) * 4 + lane]`.
  let rows: UnsafeMutablePointer<Double>
  /// Square roots of the weights of the rows of a tile.
  let roots: UnsafeMutablePointer<Double>
  /// Sums over the rows of one segment, four lanes a column.
  let lanes: UnsafeMutablePointer<SIMD4<Double>>
  /// Sums over the rows so far, four lanes each, of the products of columns `(a, b)`, `b ≤ a`.
  let sums: UnsafeMutablePointer<SIMD4<Double>>
  private let sumCount: Int
  private let memory: UnsafeMutableRawPointer
  private static let alignment = 64

  /// Makes scratch for a number of rows, a multiple of eight, and of columns.
  init(rowCount: Int, columnCount: Int) {
    precondition(rowCount > 0 && rowCount % 8 == 0 && columnCount > 0)
    let vector = MemoryLayout<SIMD4<Double>>.stride
    sumCount = columnCount * columnCount
    let rowBytes = rowCount * columnCount * MemoryLayout<Double>.stride
    let rootBytes = rowCount * MemoryLayout<Double>.stride
    let laneBytes = columnCount * vector
    unsafe memory = .allocate(
      byteCount: rowBytes + rootBytes + laneBytes + sumCount * vector, alignment: Self.alignment)
    unsafe rows = memory.bindMemory(to: Double.self, capacity: rowCount * columnCount)
    unsafe roots = (memory + rowBytes).bindMemory(to: Double.self, capacity: rowCount)
    unsafe lanes = (memory + rowBytes + rootBytes).bindMemory(to: SIMD4<Double>.self, capacity: columnCount)
    unsafe sums = (memory + rowBytes + rootBytes + laneBytes).bindMemory(to: SIMD4<Double>.self, capacity: sumCount)
    unsafe rows.initialize(repeating: 0, count: rowCount * columnCount)
    unsafe roots.initialize(repeating: 0, count: rowCount)
    unsafe lanes.initialize(repeating: .zero, count: columnCount)
    unsafe sums.initialize(repeating: .zero, count: sumCount)
  }

  deinit { unsafe memory.deallocate() }

  /// Starts all sums at zero.
  func clearSums() { unsafe sums.update(repeating: .zero, count: sumCount) }
}

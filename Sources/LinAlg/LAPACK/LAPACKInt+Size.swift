internal import CLAPACKE

extension LAPACKInt {
  /// A dimension, leading dimension or scratch size as LAPACK's 32-bit integer.
  ///
  /// - Precondition: `0 <= size <= LAPACKInt.max`.
  init(size: Int, _ name: StaticString) {
    precondition(size >= 0 && size <= Int(LAPACKInt.max), "\(name) is \(size), allowed are 0 to \(LAPACKInt.max)")
    self = LAPACKInt(truncatingIfNeeded: size)
  }

  /// Traps where a matrix has more entries than LAPACK's 32-bit integers can count.
  ///
  /// Reference LAPACK multiplies dimensions in 32 bits when it lays out scratch.
  static func requireCountable(rowCount: Int, columnCount: Int) {
    let (count, overflow) = rowCount.multipliedReportingOverflow(by: columnCount)
    precondition(
      !overflow && count <= Int(LAPACKInt.max),
      "a matrix of \(rowCount) × \(columnCount) has more than \(LAPACKInt.max) entries")
  }
}

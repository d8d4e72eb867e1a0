internal import COpenBLAS

/// The BLAS routines in use, under BLAS's names without the `d` for double.
///
/// Each traps on a wrong shape or on a dimension beyond 32 bits, and makes one call. Matrices are
/// column-major, symmetric and triangular ones are given by their lower triangle. OpenBLAS may split
/// long sums over its threads: for bits that do not depend on the machine's load, set
/// ``BLASThreads/count`` to 1.
package enum BLAS {
  /// Whether a triangular matrix is used as it stands or transposed.
  package enum Transposition: Sendable {
    case none
    case transposed

    var cblas: CBLAS_TRANSPOSE { self == .none ? CblasNoTrans : CblasTrans }
  }

  /// A dimension or leading dimension as OpenBLAS's 32-bit integer.
  static func integer(_ size: Int, _ name: StaticString) -> blasint {
    precondition(size >= 0 && size <= Int(blasint.max), "\(name) is \(size), allowed are 0 to \(blasint.max)")
    return blasint(truncatingIfNeeded: size)
  }
}

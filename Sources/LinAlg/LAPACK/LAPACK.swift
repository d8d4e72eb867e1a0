internal import CLAPACKE

/// The LAPACK routines in use, under LAPACK's names without the `d` for double.
///
/// Each takes column-major storage and shapes, traps on a wrong shape, and makes one call. What comes
/// back as `info` gets a meaning: negative is a fault of ours and traps, positive is what the numbers
/// did and is thrown or returned. Triangles are lower triangles.
enum LAPACK {
  /// The letters by which LAPACK names its choices.
  enum Letter {
    static let lower = CChar(UInt8(ascii: "L"))
    static let upper = CChar(UInt8(ascii: "U"))
    static let left = CChar(UInt8(ascii: "L"))
    static let transposed = CChar(UInt8(ascii: "T"))
    static let notTransposed = CChar(UInt8(ascii: "N"))
    static let nonUnitDiagonal = CChar(UInt8(ascii: "N"))
    static let oneNorm = CChar(UInt8(ascii: "1"))
    static let vectors = CChar(UInt8(ascii: "V"))
    static let noVectors = CChar(UInt8(ascii: "N"))
    static let thin = CChar(UInt8(ascii: "S"))
  }

  /// The routine's `info`, 0 or positive; a negative one is a fault of ours.
  static func checked(_ info: LAPACKInt, _ routine: StaticString) -> Int {
    precondition(info >= 0, "\(routine): illegal argument \(-Int(info))")
    return Int(info)
  }
}

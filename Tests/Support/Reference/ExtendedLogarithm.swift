#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The natural logarithm in extended precision.
public enum ExtendedLogarithm {
  /// `ln x`.
  public static func of(_ x: Extended) -> Extended { log(x) }
}

#if arch(x86_64) && (os(Linux) || os(macOS))
  /// The widest floating-point type there is: 64 bits of significand where the processor has them.
  public typealias Extended = Float80
#else
  /// The widest floating-point type there is.
  public typealias Extended = Double
#endif

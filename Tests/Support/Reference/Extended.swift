#if arch(x86_64) || arch(i386)
  /// The widest floating-point type of the machine, in which second implementations compute.
  public typealias Extended = Float80
#else
  /// The widest floating-point type of the machine, in which second implementations compute.
  ///
  /// Here no wider than the numbers under test, so bounds that a reference must beat have a share for it.
  public typealias Extended = Double
#endif

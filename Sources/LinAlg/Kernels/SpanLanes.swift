extension Span where Element == Double {
  /// Four entries that follow each other.
  ///
  /// - Precondition: there are as many.
  /// - Complexity: O(1), one load.
  @inlinable
  @inline(__always)
  public func four(at start: Int) -> SIMD4<Double> {
    unsafe extracting(start..<start &+ 4).bytes.unsafeLoadUnaligned(as: SIMD4<Double>.self)
  }

  /// Eight entries that follow each other.
  ///
  /// - Precondition: there are as many.
  /// - Complexity: O(1), two loads.
  @inlinable
  @inline(__always)
  public func eight(at start: Int) -> SIMD8<Double> {
    unsafe extracting(start..<start &+ 8).bytes.unsafeLoadUnaligned(as: SIMD8<Double>.self)
  }
}

extension MutableSpan where Element == Double {
  /// Writes four entries that follow each other.
  ///
  /// - Precondition: there are as many.
  /// - Complexity: O(1), one store.
  @inlinable
  @inline(__always)
  public mutating func set(_ values: SIMD4<Double>, at start: Int) {
    precondition(start >= 0 && start &+ 4 <= count)
    unsafe withUnsafeMutableBufferPointer { entries in
      guard let base = entries.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(base + start).storeBytes(of: values, as: SIMD4<Double>.self)
    }
  }

  /// Writes eight entries that follow each other.
  ///
  /// - Precondition: there are as many.
  /// - Complexity: O(1), two stores.
  @inlinable
  @inline(__always)
  public mutating func set(_ values: SIMD8<Double>, at start: Int) {
    precondition(start >= 0 && start &+ 8 <= count)
    unsafe withUnsafeMutableBufferPointer { entries in
      guard let base = entries.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(base + start).storeBytes(of: values, as: SIMD8<Double>.self)
    }
  }
}

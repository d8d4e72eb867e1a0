/// Sums over one or two arrays, four numbers at a time.
///
/// Arrays are read `CenteredGram.padding` entries past the range that is summed.
public enum WeightedSums {
  /// `Σ w_i` for `i` in a range.
  public static func sum(_ w: Span<Double>, in range: Range<Int>) -> Double {
    precondition(range.upperBound + CenteredGram.padding <= w.count, "\(range) of \(w.count) entries")
    return unsafe w.withUnsafeBufferPointer { w in
      unsafe SegmentSums.sum(w.baseAddress.unsafelyUnwrapped + range.lowerBound, count: range.count)
    }
  }

  /// How many of the first `count` entries are positive and finite.
  public static func positiveCount(_ w: Span<Double>, count: Int) -> Int {
    precondition(count >= 0 && count + CenteredGram.padding <= w.count, "\(count) of \(w.count) entries")
    return unsafe w.withUnsafeBufferPointer { w in
      let w = unsafe w.baseAddress.unsafelyUnwrapped
      var lanes = SIMD4<Int64>.zero
      var i = 0
      while i < count {
        var value = unsafe SegmentSums.load(w + i)
        if count &- i < 4 { value = SegmentSums.keepingFirst(count &- i, of: value) }
        let isPositive = (value .> 0) .& (value .<= SIMD4(repeating: .greatestFiniteMagnitude))
        lanes &+= SIMD4<Int64>.zero.replacing(with: 1, where: isPositive)
        i &+= 4
      }
      return Int(lanes.wrappedSum())
    }
  }

  /// `Σ w_i x_i²` for the first `count` entries.
  public static func squares(_ w: Span<Double>, _ x: Span<Double>, count: Int) -> Double {
    precondition(count + CenteredGram.padding <= w.count && count + CenteredGram.padding <= x.count)
    return unsafe w.withUnsafeBufferPointer { w in
      unsafe x.withUnsafeBufferPointer { x in
        let w = unsafe w.baseAddress.unsafelyUnwrapped
        let x = unsafe x.baseAddress.unsafelyUnwrapped
        var first = SIMD4<Double>.zero
        var second = SIMD4<Double>.zero
        var i = 0
        while i < count {
          let value = unsafe SegmentSums.load(x + i)
          var term = unsafe SegmentSums.load(w + i) * value * value
          if count - i < 4 { term = SegmentSums.keepingFirst(count - i, of: term) }
          if i & 4 == 0 { first += term } else { second += term }
          i += 4
        }
        return (first + second).sum()
      }
    }
  }
}

/// Random numbers of one purpose, each addressed by what it is for: which draw, of which asset or factor, at which date.
///
/// The key of `Philox4x32` is the seed; its counter words are the block of draws, the id, the date and the
/// stream. A block of 128 bits holds two draws of 64 bits, so draw `d` stands in half `d mod 2` of block
/// `d / 2`. Streams of one seed never overlap, nor do seeds.
///
/// Integers are exact and uniform and normal numbers carry the same bits on every platform.
public struct RandomStream: Hashable, Sendable {
  /// The generator, keyed with the seed.
  public let generator: Philox4x32
  /// The fourth word of every counter.
  public let stream: UInt32

  /// Makes the stream of a seed that has this number.
  public init(seed: UInt64, stream: UInt32) {
    generator = Philox4x32(key: seed)
    self.stream = stream
  }

  /// The four random words of a block.
  ///
  /// - Complexity: O(1).
  public func words(block: UInt32, id: UInt32, date: UInt32) -> SIMD4<UInt32> {
    generator.block(at: SIMD4(block, id, date, stream))
  }

  /// 64 random bits.
  ///
  /// - Complexity: O(1).
  public func bits(draw: Int, id: UInt32, date: UInt32) -> UInt64 {
    let words = words(block: UInt32(draw >> 1), id: id, date: date)
    return draw & 1 == 0
      ? UInt64(words[0]) | UInt64(words[1]) << 32
      : UInt64(words[2]) | UInt64(words[3]) << 32
  }

  /// A number that is uniform in (0, 1): the odd multiple `(⌊x/2¹¹⌋ + ½) 2⁻⁵³` of 2⁻⁵⁴, rounded to a double.
  ///
  /// The topmost multiple, which would round to 1, is the largest double below 1 instead.
  ///
  /// - Complexity: O(1).
  public func uniform(draw: Int, id: UInt32, date: UInt32) -> Double {
    min(0.5 + centredUniform(draw: draw, id: id, date: date), 1.0.nextDown)
  }

  /// A standard normal number: the quantile of the uniform number of the same address.
  ///
  /// - Complexity: O(1).
  public func normal(draw: Int, id: UInt32, date: UInt32) -> Double {
    StandardNormal.quantiles(centred: SIMD4(repeating: centredUniform(draw: draw, id: id, date: date)))[0]
  }

  /// A number with Student's t distribution of `degreesOfFreedom`, scaled to variance 1.
  ///
  /// `Z₀ √(ν / Σ Z²) √((ν − 2) / ν)` with ν + 1 normal numbers, draws `draw` to `draw + ν`. Its kurtosis is
  /// `3 + 6 / (ν − 4)` for ν above 4.
  ///
  /// - Precondition: `degreesOfFreedom` is at least 3.
  /// - Complexity: O(ν).
  public func studentT(degreesOfFreedom: Int, draw: Int, id: UInt32, date: UInt32) -> Double {
    precondition(degreesOfFreedom >= 3, "variance 1 with \(degreesOfFreedom) degrees of freedom")
    var chiSquare = 0.0
    for index in 1...degreesOfFreedom {
      let z = normal(draw: draw + index, id: id, date: date)
      chiSquare += z * z
    }
    return normal(draw: draw, id: id, date: date) * (Double(degreesOfFreedom - 2) / chiSquare).squareRoot()
  }

  /// The uniform number less ½, exactly: an odd multiple of 2⁻⁵⁴.
  private func centredUniform(draw: Int, id: UInt32, date: UInt32) -> Double {
    let top = Int64(bits(draw: draw, id: id, date: date) >> 11)
    return (Double(top - (1 << 52)) + 0.5) * 0x1p-53
  }
}

/// The least, the middle and the greatest of some runs.
struct Timing: Codable {
  var min: Double
  var median: Double
  var max: Double

  /// Times a body: one run that does not count, then `runs` that do.
  ///
  /// - Parameter body: its result is kept alive, so that nothing of it is left out.
  static func measure<Result>(runs: Int, _ body: () throws -> Result) rethrows -> Timing {
    blackHole(try body())
    var seconds = [Double]()
    for _ in 0..<runs {
      let start = ContinuousClock.now
      let result = try body()
      let elapsed = ContinuousClock.now - start
      blackHole(result)
      seconds.append(elapsed / .seconds(1))
    }
    seconds.sort()
    return Timing(min: seconds[0], median: seconds[seconds.count / 2], max: seconds[seconds.count - 1])
  }
}

/// Uses a value in a way that the compiler cannot see through.
@inline(never)
func blackHole<Value>(_ value: Value) {
  withExtendedLifetime(value) {}
}

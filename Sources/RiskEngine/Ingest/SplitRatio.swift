/// The ratios that share splits usually have: new shares an old one.
enum SplitRatio {
  /// All `a/b` of whole numbers up to 20, and 25, 30, 40, 50 and 100 to one and back, but 1, ascending.
  static let usual: [Double] = {
    var ratios = Set<Double>()
    for a in 1...20 {
      for b in 1...20 where a != b { ratios.insert(Double(a) / Double(b)) }
    }
    for a in [25.0, 30, 40, 50, 100] {
      ratios.insert(a)
      ratios.insert(1 / a)
    }
    return ratios.sorted()
  }()

  private static let logs = usual.map { PortableMath.log($0) }

  /// The usual ratio whose log is nearest to a number, or `nil` where none is within a tolerance.
  static func nearest(logRatio: Double, tolerance: Double) -> Double? {
    var best: (ratio: Double, distance: Double)?
    for (ratio, log) in zip(usual, logs) where abs(log - logRatio) < min(tolerance, best?.distance ?? .infinity) {
      best = (ratio, abs(log - logRatio))
    }
    return best?.ratio
  }
}

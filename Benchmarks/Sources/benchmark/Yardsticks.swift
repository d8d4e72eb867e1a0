import Dispatch
import LinAlg
import RiskEngine

/// What the machine itself can do, measured in the same run.
enum Yardsticks {
  /// The bytes of a panel that a regression has to read: returns, caps, labels and loadings.
  static func bytes(of panel: Panel) -> Int {
    panel.crossSections.reduce(0) { sum, section in
      let loading =
        switch section.loadings {
        case .float64: 8
        case .float32: 4
        }
      return sum + section.rowCount
        * (8 + (section.caps.isEmpty ? 0 : 8) + 4 * section.groups.count + loading * section.styleCount)
    }
  }

  /// Seconds to add up every number of a panel on some threads.
  static func read(_ panel: Panel, threads: Int, runs: Int) -> Timing {
    let sections = panel.crossSections
    return Timing.measure(runs: runs) {
      let totals = PartialSums(count: threads)
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        var total = SIMD8<Double>.zero
        for index in sections.count * thread / threads..<sections.count * (thread + 1) / threads {
          let section = sections[index]
          add(section.returns, to: &total)
          add(section.caps, to: &total)
          for group in section.groups { if case .labels(let labels) = group { add(labels, to: &total) } }
          switch section.loadings {
          case .float64(let values): add(values, to: &total)
          case .float32(let values): add(values, to: &total)
          }
        }
        totals.set(thread, total.sum())
      }
      return totals.sum
    }
  }

  /// Adds numbers up, thirty-two at a time.
  private static func add(_ values: [Double], to total: inout SIMD8<Double>) {
    var sums = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
    unsafe values.withUnsafeBytes { bytes in
      var offset = 0
      while offset + 256 <= bytes.count {
        unsafe sums.0 += bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        unsafe sums.1 += bytes.loadUnaligned(fromByteOffset: offset + 64, as: SIMD8<Double>.self)
        unsafe sums.2 += bytes.loadUnaligned(fromByteOffset: offset + 128, as: SIMD8<Double>.self)
        unsafe sums.3 += bytes.loadUnaligned(fromByteOffset: offset + 192, as: SIMD8<Double>.self)
        offset += 256
      }
    }
    total += (sums.0 + sums.1) + (sums.2 + sums.3)
  }

  /// Adds numbers up, sixteen at a time.
  private static func add(_ values: [Float], to total: inout SIMD8<Double>) {
    var sums = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
    unsafe values.withUnsafeBytes { bytes in
      var offset = 0
      while offset + 128 <= bytes.count {
        unsafe sums.0 += bytes.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
        unsafe sums.1 += bytes.loadUnaligned(fromByteOffset: offset + 32, as: SIMD8<Float>.self)
        unsafe sums.2 += bytes.loadUnaligned(fromByteOffset: offset + 64, as: SIMD8<Float>.self)
        unsafe sums.3 += bytes.loadUnaligned(fromByteOffset: offset + 96, as: SIMD8<Float>.self)
        offset += 128
      }
    }
    total[0] += Double(((sums.0 + sums.1) + (sums.2 + sums.3)).sum())
  }

  /// Adds labels up.
  private static func add(_ values: [Int32], to total: inout SIMD8<Double>) {
    var sum = SIMD16<Int32>.zero
    unsafe values.withUnsafeBytes { bytes in
      var offset = 0
      while offset + 64 <= bytes.count {
        unsafe sum &+= bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<Int32>.self)
        offset += 64
      }
    }
    total[1] += Double(sum.wrappedSum())
  }

  /// Floating-point operations a second of OpenBLAS's product of two square matrices on one thread.
  static func matrixProduct(order: Int = 1000, runs: Int) -> Double {
    BLASThreads.count = 1
    let a = Matrix(rowCount: order, columnCount: order) { Double(($0 * 7 + $1 * 13) % 101) / 101 }
    let timing = Timing.measure(runs: runs) { a.multiplied(by: a) }
    return 2 * Double(order * order * order) / timing.median
  }
}

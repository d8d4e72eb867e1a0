import RiskEngine

/// Iterated and sequential feasible generalized least squares a second time, by plain loops over dense designs: labels
/// of the one group as columns, normal equations by Gaussian elimination, medians by sorting.
struct NaiveFeasible {
  /// What a regression gives, row by row.
  struct Fit {
    /// `nan` where the label has no member.
    var idio: [Double]
    /// `bᵀA⁻¹b`.
    var forms: [Double]
    /// `A⁻¹`.
    var inverse: [[Double]]
    var isRegressed: [Bool]
    var design: [[Double]]
    var factorCount: Int
  }

  static func inverse(_ matrix: [[Double]]) -> [[Double]] {
    let n = matrix.count
    var a = matrix
    var b = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
    for k in 0..<n {
      let pivot = (k..<n).max { abs(a[$0][k]) < abs(a[$1][k]) } ?? k
      a.swapAt(k, pivot)
      b.swapAt(k, pivot)
      let p = a[k][k]
      for j in 0..<n {
        a[k][j] /= p
        b[k][j] /= p
      }
      for i in 0..<n where i != k {
        let f = a[i][k]
        for j in 0..<n {
          a[i][j] -= f * a[k][j]
          b[i][j] -= f * b[k][j]
        }
      }
    }
    return b
  }

  /// Regresses a cross-section of one group with variances for its rows.
  static func regress(_ section: CrossSection, _ variances: [Double]) -> Fit {
    guard case .labels(let labels) = section.groups[0] else { preconditionFailure("one label a row") }
    let regressed = (0..<section.rowCount).map { section.reasons[$0].isEmpty }
    let present = Set((0..<section.rowCount).filter { regressed[$0] }.map { labels[$0] }).sorted()
    let design = (0..<section.rowCount).map { row in
      present.map { $0 == labels[row] ? 1.0 : 0 }
        + (0..<section.styleCount).map { section.loading(row: row, style: $0) }
    }
    let m = present.count + section.styleCount
    var a = (0..<m).map { _ in [Double](repeating: 0, count: m) }
    var c = [Double](repeating: 0, count: m)
    for row in 0..<section.rowCount where regressed[row] {
      for i in 0..<m {
        c[i] += design[row][i] / variances[row] * section.returns[row]
        for j in 0..<m { a[i][j] += design[row][i] / variances[row] * design[row][j] }
      }
    }
    let inverse = inverse(a)
    let f = inverse.map { zip($0, c).reduce(0) { $0 + $1.0 * $1.1 } }
    var fit = Fit(
      idio: [], forms: [], inverse: inverse, isRegressed: regressed, design: design, factorCount: m + 1)
    for row in 0..<section.rowCount {
      let b = design[row]
      let isKnown = present.contains(labels[row])
      fit.idio.append(isKnown ? section.returns[row] - zip(b, f).reduce(0) { $0 + $1.0 * $1.1 } : .nan)
      fit.forms.append(form(b, inverse))
    }
    return fit
  }

  static func form(_ b: [Double], _ matrix: [[Double]]) -> Double {
    var sum = 0.0
    for i in b.indices { for j in b.indices { sum += b[i] * matrix[i][j] * b[j] } }
    return sum
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let n = sorted.count
    return n % 2 == 1 ? sorted[n / 2] : 0.5 * (sorted[n / 2 - 1] + sorted[n / 2])
  }

  static func weightVariances(_ v: [Double], floor: Double, shrinkage: Double) -> [Double] {
    let known = v.filter { !$0.isNaN }
    let least = floor * median(known)
    let mean = known.reduce(0) { $0 + max($1, least) } / Double(known.count)
    return v.map { (1 - shrinkage) * max($0, least) + shrinkage * mean }
  }

  /// The fraction of `v` that an idio return has as variance, 0 where its own fit takes too much of it.
  static func divisor(_ fit: Fit, _ row: Int, used: Double, isNaive: Bool) -> Double {
    let share = fit.forms[row] / used
    if fit.isRegressed[row] { return share > 0.9 ? 0 : isNaive ? 1 : 1 - share }
    return share > 9 ? 0 : isNaive ? 1 : 1 + share
  }

  /// A number of passes from `v = 1`; every asset has to have 20 observations.
  static func iterate(_ panel: Panel, passes: Int, isNaive: Bool, floor: Double, shrinkage: Double) -> [Double] {
    var used = [Double](repeating: 1, count: panel.assets.count)
    var v = used
    for _ in 0..<passes {
      var squares = [Double](repeating: 0, count: used.count)
      var divisors = squares
      for section in panel.crossSections {
        let rows = section.assets.map { used[Int($0)] }
        let fit = regress(section, rows)
        for row in rows.indices where !fit.idio[row].isNaN {
          let d = divisor(fit, row, used: rows[row], isNaive: isNaive)
          guard d > 0 else { continue }
          squares[Int(section.assets[row])] += fit.idio[row] * fit.idio[row]
          divisors[Int(section.assets[row])] += d
        }
      }
      v = zip(squares, divisors).map { $0 / $1 }
      used = weightVariances(v, floor: floor, shrinkage: shrinkage)
    }
    return v
  }

  /// A walk over sections from known variances: after each section the variances of all assets.
  static func walk(
    _ sections: some Sequence<CrossSection>, from start: [Double], decay: Double, longestAbsence: Int
  ) -> [[Double]] {
    var v = start
    var last = start.map { $0.isNaN ? -1 : 0 }
    var path = [[Double]]()
    for (period, section) in sections.enumerated() {
      var rows = section.assets.map { v[Int($0)] }
      for (row, asset) in section.assets.enumerated() {
        // The start counts as period 0, so that the first section is period 1.
        if last[Int(asset)] < 0 || period + 1 - last[Int(asset)] - 1 > longestAbsence { rows[row] = .nan }
      }
      let known = rows
      let caps = section.caps.prefix(section.rowCount)
      func group(_ cap: Double) -> Int { caps.count { $0 < cap } * 5 / caps.count }
      for row in rows.indices where rows[row].isNaN {
        let peers = rows.indices.filter { !known[$0].isNaN && group(caps[$0]) == group(caps[row]) }
        rows[row] = median(peers.isEmpty ? known.filter { !$0.isNaN } : peers.map { known[$0] })
      }
      let used = weightVariances(rows, floor: 0.01, shrinkage: 0.1)
      let fit = regress(section, used)
      for (row, asset) in section.assets.enumerated() where !fit.idio[row].isNaN {
        let d = divisor(fit, row, used: used[row], isNaive: false)
        v[Int(asset)] =
          d > 0 ? decay * rows[row] + (1 - decay) * fit.idio[row] * fit.idio[row] / d : rows[row]
        last[Int(asset)] = period + 1
      }
      path.append(v)
    }
    return path
  }
}

import LinAlg
import RiskEngine
import TestSupport
import Testing

/// A small model with its covariance written out by plain loops from the cross-section's own columns.
struct ModelCase: CustomTestStringConvertible, Sendable {
  let name: String
  var labelCounts: [Int] = [5]
  var fractionalGroups: Set<Int> = []
  var styleCount = 3
  var hasMarket = true
  var assetCount = 40
  var hasBlocks = false
  var seed: UInt64 = 7

  var testDescription: String { name }

  static let all: [ModelCase] = [
    ModelCase(name: "market, one group"),
    ModelCase(name: "linked assets", hasBlocks: true),
    ModelCase(name: "two groups", labelCounts: [3, 6], hasBlocks: true),
    ModelCase(name: "fractions", labelCounts: [4, 5], fractionalGroups: [1], hasBlocks: true),
    ModelCase(name: "no market", labelCounts: [4], hasMarket: false),
    ModelCase(name: "no group", labelCounts: []),
    ModelCase(name: "no style", labelCounts: [6], styleCount: 0),
    ModelCase(name: "one asset", labelCounts: [1], assetCount: 1),
  ]

  /// The panel of the cross-section.
  func panel() throws -> Panel {
    try RandomPanel(
      assetCount: assetCount, dateCount: 1, labelCounts: labelCounts, fractionalGroups: fractionalGroups,
      styleCount: styleCount, seed: seed
    ).table().panel(lag: 0)
  }

  func layout(_ panel: Panel) -> FactorLayout {
    FactorLayout(hasMarket: hasMarket, labels: panel.labels.map { $0.codesSortedByBytes() }, styleCount: styleCount)
  }

  /// A covariance of volatilities near 1 % that is singular: of each group's returns the plain sum is zero.
  func factorCovariance(_ layout: FactorLayout) -> SymmetricMatrix {
    var random = TestRandom(seed: seed &+ 100)
    var root = Matrix(rowCount: layout.count, columnCount: layout.count + 2) { _, _ in 0.004 * random.normal() }
    for group in layout.labels.indices where layout.isConstrained(group) {
      for column in 0..<root.columnCount {
        let positions = layout.positions(ofGroup: group)
        let mean = positions.reduce(0.0) { $0 + root[$1, column] } / Double(positions.count)
        for position in positions { root[position, column] -= mean }
      }
    }
    return SymmetricMatrix(order: layout.count) { row, column in
      (0..<root.columnCount).reduce(0.0) { $0 + root[row, $1] * root[column, $1] }
    }
  }

  func idioCovariance(_ count: Int) -> IdioCovariance {
    var random = TestRandom(seed: seed &+ 200)
    let variances = (0..<count).map { _ in 1e-4 * (1 + 8 * random.uniform()) }
    guard hasBlocks else { return .diagonal(variances) }
    return .blocks(variances: variances, linked: GeneralizedLeastSquaresTests.blocks(variances))
  }

  struct Built {
    let panel: Panel
    let model: RiskModel
    /// `B`, rows × factors.
    let loadings: Matrix
    /// `Ω_r`, n × n.
    let covariance: SymmetricMatrix
    var count: Int { covariance.order }
    /// Numbers for the assets, the same in every run.
    func vector(_ seed: UInt64) -> [Double] {
      var random = TestRandom(seed: seed)
      return (0..<count).map { _ in random.normal() }
    }
  }

  /// The model, and the matrices that it stands for.
  func built() throws -> Built {
    let panel = try panel()
    let section = panel.crossSections[0]
    let layout = layout(panel)
    let factors = factorCovariance(layout)
    let idio = idioCovariance(section.rowCount)
    let model = try RiskModel(
      snapshot: section, layout: layout, factorNames: (0..<layout.count).map { "f\($0)" }, factorCovariance: factors,
      idioCovariance: idio, horizon: 21)
    var loadings = Matrix.zeros(rowCount: section.rowCount, columnCount: layout.count)
    for row in 0..<section.rowCount {
      if hasMarket { loadings[row, 0] = 1 }
      for group in layout.labels.indices {
        for (place, label) in layout.labels[group].enumerated() {
          let factor = layout.offset(ofGroup: group) + place
          switch section.groups[group] {
          case .labels(let labels): if labels[row] == label { loadings[row, factor] = 1 }
          case .memberships(let memberships):
            for entry in Int(memberships.starts[row])..<Int(memberships.starts[row + 1])
            where memberships.labels[entry] == label {
              loadings[row, factor] += memberships.fractions[entry]
            }
          }
        }
      }
      for style in 0..<styleCount {
        loadings[row, layout.styleOffset + style] = section.loading(row: row, style: style)
      }
    }
    var covariance = GeneralizedLeastSquaresTests.dense(
      idio.variances, hasBlocks ? GeneralizedLeastSquaresTests.blocks(Self.alone(idio)) : [])
    for column in 0..<section.rowCount {
      for row in column..<section.rowCount {
        for a in 0..<layout.count {
          for b in 0..<layout.count {
            covariance[row, column] += loadings[row, a] * factors[a, b] * loadings[column, b]
          }
        }
      }
    }
    return Built(panel: panel, model: model, loadings: loadings, covariance: covariance)
  }

  /// The variances that blocks were made from.
  private static func alone(_ idio: IdioCovariance) -> [Double] {
    if case .blocks(let variances, _) = idio { return variances }
    return idio.variances
  }
}

/// `Σ x y` in order.
func innerProduct(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }

/// The largest difference as a share of the largest number.
func largestRelativeDifference(_ x: [Double], _ y: [Double]) -> Double {
  guard x.count == y.count else { return .infinity }
  let scale = max(x.map(abs).max() ?? 0, y.map(abs).max() ?? 0)
  return scale == 0 ? 0 : (zip(x, y).map { abs($0 - $1) }.max() ?? 0) / scale
}

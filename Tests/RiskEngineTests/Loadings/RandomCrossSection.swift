import RiskEngine
import TestSupport

/// A random date: skewed descriptors with outliers and gaps, caps over some decades, labels, rows outside the universe.
struct RandomCrossSection {
  var descriptors: [[Double]]
  var caps: [Double]
  var inEstimation: [Bool]
  var groups: [[Int32]]

  /// The rows that moments are over.
  var members: [Bool] { caps.indices.map { inEstimation[$0] && caps[$0] > 0 && caps[$0].isFinite } }

  init(rows: Int, descriptors count: Int, labels: Int = 8, missing: Double = 0.1, seed: UInt64) {
    var random = TestRandom(seed: seed)
    caps = (0..<rows).map { _ in PortableMath.exp(20 + 1.5 * random.normal()) }
    inEstimation = (0..<rows).map { _ in random.uniform() < 0.8 }
    groups = [(0..<rows).map { _ in Int32(random.integer(below: labels)) }]
    let caps = caps
    // The first is the log of the cap, always there; others have some of it.
    descriptors = (0..<count).map { descriptor in
      let scale = PortableMath.exp(3 * random.normal())
      let offset = 10 * random.normal()
      return (0..<rows).map { row in
        let size = PortableMath.log(caps[row])
        if descriptor == 0 { return size }
        if random.uniform() < missing { return .nan }
        let x = random.normal()
        let tail = random.uniform() < 0.01 ? 1 + 30 * random.uniform() : 1
        return scale * (offset + 0.2 * size + x * tail + 0.1 * x * x)
      }
    }
  }

  /// What a recipe makes of it.
  func assembled(_ recipe: LoadingRecipe) throws -> LoadingCrossSection {
    var scratch = LoadingAssembler.Scratch()
    return try LoadingAssembler(recipe, descriptorCount: descriptors.count, groupCount: groups.count).assemble(
      descriptors: descriptors, caps: caps, inEstimation: inEstimation, groups: groups, scratch: &scratch)
  }

  /// Size, its cube made orthogonal, two composites and one more style.
  static func recipe() -> LoadingRecipe {
    LoadingRecipe(styles: [
      StyleRecipe("size", [.init(descriptor: 0)]),
      StyleRecipe("cube", powerOf: "size", exponent: 3, orthogonalization: Orthogonalization(to: ["size"])),
      StyleRecipe("value", [.init(descriptor: 1, weight: 0.5), .init(descriptor: 2, weight: 0.25)]),
      StyleRecipe(
        "risk",
        [.init(descriptor: 3, weight: 0.75), .init(descriptor: 4, weight: 0.15), .init(descriptor: 5, weight: 0.1)],
        orthogonalization: Orthogonalization(to: ["size", "value"], weights: .cap)),
      StyleRecipe("growth", [.init(descriptor: 6)]),
    ])
  }
}

/// A linear equality that a portfolio of a model's assets is held to: `qᵀx = target`.
public struct LinearConstraint: Hashable, Sendable {
  /// What it is called in errors and results.
  public var name: String
  /// `q`: a number a row of the model.
  public var coefficients: [Double]
  /// The value.
  public var target: Double

  /// Makes a constraint.
  public init(name: String, coefficients: [Double], target: Double) {
    self.name = name
    self.coefficients = coefficients
    self.target = target
  }

  /// `Σ x = target`, fully invested by default.
  public static func netWeight(_ target: Double = 1, of model: RiskModel) -> LinearConstraint {
    LinearConstraint(
      name: "net weight", coefficients: Array(repeating: 1, count: model.assetCount), target: target)
  }

  /// `b_k = target`: the portfolio's loading on a factor, neutral by default.
  ///
  /// - Parameters:
  ///   - factor: the factor's position in the model.
  ///   - target: the loading.
  ///   - model: the model.
  public static func loading(onFactor factor: Int, is target: Double = 0, of model: RiskModel) -> LinearConstraint {
    precondition(model.factorNames.indices.contains(factor), "factor \(factor) of \(model.factorNames.count)")
    var unit = [Double](repeating: 0, count: model.factorNames.count)
    unit[factor] = 1
    return LinearConstraint(
      name: model.factorNames[factor],
      coefficients: model.assetCount == 0 ? [] : model.loadings.product(unit), target: target)
  }
}

/// Weighted least squares of one period's returns on loadings: `f = (BᵀWB)⁻¹ BᵀW r`.
///
/// `B` consists of a market (a column of ones), the labels of categorical groups and styles. Since the
/// labels of a group sum to the market, each group's factor returns are identified by a zero sum weighted
/// by the constraint weights of the assets regressed (Menchero, Orr and Wang, *The Barra US Equity Model
/// (USE4)*, 2011, eq. 3.3; Heston and Rouwenhorst, *Journal of Financial Economics*, 1994). Without a
/// market the first group is free. The choice of the constraint changes no fitted value.
public struct CrossSectionalRegression: Hashable, Sendable {
  /// The regression weights; default `squareRootOfCap`.
  public var weights: WeightScheme
  /// The weights of the zero-sum constraints; `nil`, the default, is caps where the panel has them, else
  /// one for each asset.
  public var constraintWeights: ConstraintWeightScheme?
  /// Whether there is a market factor; default yes.
  public var hasMarket: Bool
  /// The fraction `p` of the assets at either end whose weights are brought back to the quantiles `p` and
  /// `1 − p`; `nil`, the default, leaves weights as they are.
  public var weightClipping: Double?
  /// The loss; default squares.
  public var loss: RobustLoss
  /// The effective number of names below which a label of the first group is pulled to zero; `nil`, the
  /// default, pulls none.
  public var thinGroupMinimum: Double?
  /// The fewest assets with which a period is estimated; `nil`, the default, is factors − constraints + 1.
  public var minimumAssets: Int?
  /// The largest share of the estimation universe, by cap, that may lack a return; a period with more is not
  /// estimated.
  ///
  /// `nil`, the default, allows any.
  public var maximumMissingReturnShare: Double?
  /// Whether to compute variance inflation factors; default yes.
  public var computesVarianceInflation: Bool
  /// Whether to compute the leverage of each asset; default no.
  public var computesLeverage: Bool

  /// Makes a regression.
  ///
  /// - Precondition: `weightClipping` is in 0..<0.5, `thinGroupMinimum` at least 1, `minimumAssets` at least
  ///   1, `maximumMissingReturnShare` in 0...1; a loss's `k` is positive; `thinGroupMinimum` goes with a market and squares.
  public init(
    weights: WeightScheme = .squareRootOfCap, constraintWeights: ConstraintWeightScheme? = nil,
    hasMarket: Bool = true, weightClipping: Double? = nil, loss: RobustLoss = .squares,
    thinGroupMinimum: Double? = nil, minimumAssets: Int? = nil, maximumMissingReturnShare: Double? = nil,
    computesVarianceInflation: Bool = true, computesLeverage: Bool = false
  ) {
    if let weightClipping {
      precondition((0..<0.5).contains(weightClipping), "weights clipped at \(weightClipping)")
    }
    if let thinGroupMinimum {
      precondition(thinGroupMinimum >= 1, "thin groups below \(thinGroupMinimum) names")
      precondition(hasMarket, "thin groups are pulled to the market, which is left out")
      precondition(loss == .squares, "thin groups go with squares, not with a robust loss")
    }
    if let minimumAssets { precondition(minimumAssets >= 1, "at least \(minimumAssets) assets") }
    if let share = maximumMissingReturnShare {
      precondition((0...1).contains(share), "a largest share of missing returns of \(share)")
    }
    switch loss {
    case .squares: break
    case .huber(let k), .bisquare(let k): precondition(k > 0, "a robust loss with k = \(k)")
    }
    self.weights = weights
    self.constraintWeights = constraintWeights
    self.hasMarket = hasMarket
    self.weightClipping = weightClipping
    self.loss = loss
    self.thinGroupMinimum = thinGroupMinimum
    self.minimumAssets = minimumAssets
    self.maximumMissingReturnShare = maximumMissingReturnShare
    self.computesVarianceInflation = computesVarianceInflation
    self.computesLeverage = computesLeverage
  }

  /// The constraint weights that a panel of this schema gets.
  func resolvedConstraintWeights(_ schema: PanelSchema) -> ConstraintWeightScheme {
    constraintWeights ?? (schema.hasCaps ? .cap : .equal)
  }

  /// Whether an asset needs a positive cap to be regressed.
  func usesCaps(_ schema: PanelSchema) -> Bool {
    let constrainedGroups = hasMarket ? schema.groups.count : schema.groups.count - 1
    let constrainsByCap = constrainedGroups > 0 && resolvedConstraintWeights(schema) == .cap
    return weights == .squareRootOfCap || weights == .cap || constrainsByCap
  }
}

/// How much each asset counts in a cross-sectional regression.
///
/// Generalized least squares takes `w ∝ 1 / Var(ε)`; only ratios of weights matter for factor returns.
public enum WeightScheme: String, Hashable, Sendable, CaseIterable {
  /// `w = 1`: ordinary least squares.
  case equal
  /// `w = √cap`: idio variance taken as proportional to `1 / √cap` (Menchero, Orr and Wang, *The Barra
  /// US Equity Model (USE4)*, 2011, section 3.1).
  case squareRootOfCap
  /// `w = cap`.
  case cap
  /// `w` is the panel's weight column.
  case column
  /// `w = 1 / v`, with `v` the panel's weight column read as idio variances.
  case inverseOfVarianceColumn
}

/// What weights the zero-sum constraint of a group's factor returns.
public enum ConstraintWeightScheme: String, Hashable, Sendable, CaseIterable {
  /// The caps of the assets regressed.
  case cap
  /// One for each asset regressed.
  case equal
  /// The panel's constraint-weight column.
  case column
}

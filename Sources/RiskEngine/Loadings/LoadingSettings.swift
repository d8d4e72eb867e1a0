/// How the loadings of a market are made: the styles, and what is done to each cross-section.
public struct LoadingSettings: Hashable, Sendable {
  /// The fields of labels that become factors.
  public var groups: [FieldName] = [.industry]
  /// The styles, in the order of their columns.
  public var styles: [StyleDefinition] = StyleProfile.core.styles
  /// How outliers are brought back.
  public var winsorization = Winsorization.threeGroup(clip: 3, outlier: 10, removes: false)
  /// How columns are centred and scaled.
  public var standardization = Standardization()
  /// Whether ranks replace values.
  public var gaussianizes = false
  /// Whether exact orthogonality is kept.
  public var clipsBeforeOrthogonalization = false
  /// Whether composites of few descriptors are scaled back.
  public var matchesVariance = false
  /// How missing styles are filled, or `nil`.
  public var imputation: LoadingRecipe.Imputation? = LoadingRecipe.Imputation()

  /// The defaults.
  public init() {}

  /// The recipe of a cross-section.
  public var recipe: LoadingRecipe {
    var recipe = LoadingRecipe(styles: StyleDefinition.resolve(styles).recipes)
    recipe.winsorization = winsorization
    recipe.standardization = standardization
    recipe.gaussianizes = gaussianizes
    recipe.clipsBeforeOrthogonalization = clipsBeforeOrthogonalization
    recipe.matchesVariance = matchesVariance
    recipe.imputation = imputation
    return recipe
  }
}

/// How the styles of a cross-section are made of its descriptors.
public struct LoadingRecipe: Hashable, Sendable {
  /// The styles, in the order of their columns; a style may be made of earlier ones.
  public var styles: [StyleRecipe]
  /// How outliers of descriptors, and of powers, are brought back.
  public var winsorization = Winsorization.threeGroup(clip: 3, outlier: 10, removes: false)
  /// How descriptors and styles are centred and scaled.
  public var standardization = Standardization()
  /// Whether normal scores of ranks replace descriptors, in place of winsorization.
  public var gaussianizes = false
  /// Whether a power is winsorized before it is made orthogonal, which keeps it exactly so.
  public var clipsBeforeOrthogonalization = false
  /// Whether composites of fewer descriptors than a style has are scaled back to the variance of a whole one.
  public var matchesVariance = false
  /// How missing styles are filled, or `nil` to leave them missing.
  public var imputation: Imputation? = Imputation()

  /// How missing styles are filled: by a regression on a group and on size, over the estimation universe, weighted by
  /// the root of the cap.
  public struct Imputation: Hashable, Sendable {
    /// The style that stands for size unless one is named.
    public static let usualSize = "size"

    /// The place of the group, or `nil` for none.
    public var group: Int?
    /// The style that stands for size; `nil` is the style `size`, or none where there is no such style.
    ///
    /// It is itself never filled, so that an asset without it is not regressed.
    public var size: String?
    /// The share of imputed styles up to which an asset is regressed.
    public var limit: Double

    /// Sets how.
    public init(group: Int? = 0, size: String? = nil, limit: Double = 1.0 / 3) {
      self.group = group
      self.size = size
      self.limit = limit
    }
  }

  /// Makes a recipe.
  public init(styles: [StyleRecipe]) { self.styles = styles }
}

/// How one style is made.
public struct StyleRecipe: Hashable, Sendable {
  /// The style's name.
  public var name: String
  /// What it is made of.
  public var content: Content
  /// What it is made orthogonal to, or `nil`.
  public var orthogonalization: Orthogonalization?

  /// What a style is made of.
  public enum Content: Hashable, Sendable {
    /// The weighted mean of descriptors.
    case descriptors([Part])
    /// A power of an earlier style, with its sign.
    case power(of: String, exponent: Double)
  }

  /// A descriptor of a style.
  public struct Part: Hashable, Sendable {
    /// The place among the descriptors.
    public var descriptor: Int
    /// The weight, positive.
    public var weight: Double

    /// Names a descriptor.
    public init(descriptor: Int, weight: Double = 1) {
      self.descriptor = descriptor
      self.weight = weight
    }
  }

  /// Makes a style of descriptors.
  public init(_ name: String, _ parts: [Part], orthogonalization: Orthogonalization? = nil) {
    self.name = name
    content = .descriptors(parts)
    self.orthogonalization = orthogonalization
  }

  /// Makes a style of a power of another.
  public init(_ name: String, powerOf style: String, exponent: Double, orthogonalization: Orthogonalization? = nil) {
    self.name = name
    content = .power(of: style, exponent: exponent)
    self.orthogonalization = orthogonalization
  }
}

/// What is wrong with a recipe.
public struct LoadingRecipeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The style, or `nil` for the recipe as a whole.
  public var style: String?
  /// What was found and what was expected.
  public var message: String

  /// What was found and what was expected, with its place.
  public var description: String { style.map { "style '\($0)': \(message)" } ?? message }
}

extension LoadingRecipe {
  /// The place of the style that stands for size in imputation, or `nil`.
  var sizeStyle: Int? {
    guard let imputation else { return nil }
    let name = imputation.size ?? Imputation.usualSize
    return styles.firstIndex { $0.name == name }
  }

  /// The recipe, if nothing is wrong with it.
  ///
  /// - Parameters:
  ///   - descriptorCount: the number of descriptors.
  ///   - groupCount: the number of groups.
  /// - Throws: `LoadingRecipeError`.
  public func validated(descriptorCount: Int, groupCount: Int) throws(LoadingRecipeError) -> LoadingRecipe {
    func fail(_ style: String?, _ message: String) -> LoadingRecipeError {
      LoadingRecipeError(style: style, message: message)
    }
    if styles.isEmpty { throw fail(nil, "there are no styles; expected one at least") }
    if let fault = winsorization.fault { throw fail(nil, "winsorization has \(fault)") }
    if let group = standardization.group, !(0..<groupCount).contains(group) {
      throw fail(nil, "standardization is within group \(group) of \(groupCount)")
    }
    if let imputation {
      guard (0...1).contains(imputation.limit) else {
        throw fail(nil, "the limit of imputed styles is \(imputation.limit); expected 0 to 1")
      }
      if let group = imputation.group, !(0..<max(groupCount, 1)).contains(group) {
        throw fail(nil, "imputation is by group \(group) of \(groupCount)")
      }
      if let size = imputation.size, !styles.contains(where: { $0.name == size }) {
        let nearest = NearestName.find(size, among: styles.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
        throw fail(nil, "imputation is by the size '\(size)', which is no style\(nearest)")
      }
    }
    var earlier: [String] = []
    func require(_ name: String, of style: String, _ use: String) throws(LoadingRecipeError) {
      guard !earlier.contains(name) else { return }
      if name == style { throw fail(style, "\(use) itself") }
      if styles.contains(where: { $0.name == name }) {
        throw fail(style, "\(use) '\(name)', which comes later; expected an earlier style")
      }
      let nearest = NearestName.find(name, among: earlier).map { "; did you mean '\($0)'?" } ?? ""
      throw fail(style, "\(use) '\(name)', which is no style\(nearest)")
    }
    for style in styles {
      if style.name.isEmpty { throw fail(nil, "a style has no name") }
      if earlier.contains(style.name) { throw fail(style.name, "there are two of this name") }
      switch style.content {
      case .descriptors(let parts):
        if parts.isEmpty { throw fail(style.name, "it has no descriptors") }
        for part in parts {
          guard (0..<descriptorCount).contains(part.descriptor) else {
            throw fail(style.name, "it has descriptor \(part.descriptor) of \(descriptorCount)")
          }
          guard part.weight > 0, part.weight.isFinite else {
            throw fail(style.name, "a descriptor's weight is \(part.weight); expected more than 0")
          }
        }
      case .power(let other, let exponent):
        try require(other, of: style.name, "it is a power of")
        guard exponent > 0, exponent.isFinite else {
          throw fail(style.name, "the exponent is \(exponent); expected more than 0")
        }
      }
      if let orthogonalization = style.orthogonalization {
        if orthogonalization.styles.isEmpty { throw fail(style.name, "it is orthogonal to nothing") }
        for other in orthogonalization.styles { try require(other, of: style.name, "it is orthogonal to") }
      }
      earlier.append(style.name)
    }
    return self
  }
}

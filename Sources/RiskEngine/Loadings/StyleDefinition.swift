/// A style as a user writes it: its descriptors with their parameters, or a power of an earlier style.
public struct StyleDefinition: Hashable, Sendable {
  /// A descriptor with its weight.
  public struct Part: Hashable, Sendable {
    /// The descriptor.
    public var request: DescriptorRequest
    /// Its weight, positive.
    public var weight: Double

    /// Names a descriptor.
    public init(_ name: String, weight: Double = 1, _ parameters: DescriptorParameters = DescriptorParameters()) {
      request = DescriptorRequest(name, parameters)
      self.weight = weight
    }
  }

  /// What a style is made of.
  public enum Content: Hashable, Sendable {
    /// Descriptors.
    case descriptors([Part])
    /// A power of an earlier style.
    case power(of: String, exponent: Double)
  }

  /// The style's name.
  public var name: String
  /// What it is made of.
  public var content: Content
  /// What it is made orthogonal to, or `nil`.
  public var orthogonalization: Orthogonalization?

  /// Defines a style.
  public init(_ name: String, _ content: Content, orthogonalization: Orthogonalization? = nil) {
    self.name = name
    self.content = content
    self.orthogonalization = orthogonalization
  }
}

extension StyleDefinition {
  /// The descriptors of some styles, each once, and the styles as recipes of them.
  public static func resolve(_ styles: [StyleDefinition]) -> (requests: [DescriptorRequest], recipes: [StyleRecipe]) {
    var requests: [DescriptorRequest] = []
    let recipes = styles.map { style in
      switch style.content {
      case .power(let other, let exponent):
        return StyleRecipe(
          style.name, powerOf: other, exponent: exponent, orthogonalization: style.orthogonalization)
      case .descriptors(let parts):
        let places = parts.map { part in
          if let place = requests.firstIndex(of: part.request) {
            return StyleRecipe.Part(descriptor: place, weight: part.weight)
          }
          requests.append(part.request)
          return StyleRecipe.Part(descriptor: requests.count - 1, weight: part.weight)
        }
        return StyleRecipe(style.name, places, orthogonalization: style.orthogonalization)
      }
    }
    return (requests, recipes)
  }
}

internal import RiskEngine

/// Reads the section `loadings`.
enum LoadingsReader {
  /// What a section says, for data with so many periods a year; the profile `equity-core` where there is none.
  static func read(_ section: Section?, periodsPerYear: Int) throws(ConfigurationError) -> LoadingSettings {
    var settings = LoadingSettings()
    guard let section else { return settings }
    if let groups = try section.texts("groups") { settings.groups = groups.map { FieldName(rawValue: $0) } }
    settings.styles = try styles(section, periodsPerYear)
    settings.winsorization = try winsorization(try section.section("winsorize"))
    settings.standardization = try standardization(try section.section("standardize"), settings.groups)
    settings.gaussianizes = try section.flag("gaussianize") ?? false
    settings.clipsBeforeOrthogonalization = try section.flag("clip_before_orthogonalization") ?? false
    settings.matchesVariance = try section.flag("variance_match") ?? false
    settings.imputation = try imputation(try section.section("impute"), settings.groups)
    do throws(LoadingRecipeError) {
      let (requests, _) = StyleDefinition.resolve(settings.styles)
      _ = try settings.recipe.validated(descriptorCount: requests.count, groupCount: settings.groups.count)
    } catch {
      throw section.error(error.style == nil ? "styles" : "styles.\(error.style ?? "")", error.message)
    }
    return settings
  }

  private static func styles(_ section: Section, _ periodsPerYear: Int) throws(ConfigurationError) -> [StyleDefinition]
  {
    if let name = try section.text("profile") {
      if section.has("styles") { throw section.error("styles", "is there beside a profile; expected one of them") }
      guard let profile = StyleProfile.named(name) else {
        let names = StyleProfile.all.map(\.name)
        let hint = NearestName.find(name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
        throw section.error("profile", "is '\(name)'\(hint); expected \(names.joined(separator: " or "))")
      }
      return profile.styles
    }
    guard let part = try section.section("styles") else { return StyleProfile.all[0].styles }
    var styles: [StyleDefinition] = []
    for name in part.keys {
      guard let style = try part.section(name) else {
        throw part.error(name, "has nothing below it; expected descriptors or a power")
      }
      styles.append(try self.style(name, style, periodsPerYear))
    }
    if styles.isEmpty { throw section.error("styles", "is empty; expected at least one style") }
    return styles
  }

  private static func style(
    _ name: String, _ section: Section, _ periodsPerYear: Int
  ) throws(ConfigurationError) -> StyleDefinition {
    let content: StyleDefinition.Content
    switch (try section.section("descriptors"), try section.section("power")) {
    case (let descriptors?, nil):
      var parts: [StyleDefinition.Part] = []
      for key in descriptors.keys { parts.append(try self.part(key, descriptors, periodsPerYear)) }
      if parts.isEmpty { throw section.error("descriptors", "is empty; expected at least one descriptor") }
      content = .descriptors(parts)
    case (nil, let power?):
      content = .power(of: try power.requiredText("of"), exponent: try power.number("exponent") ?? 3)
    default: throw section.error("expected either descriptors or a power")
    }
    var orthogonalization: Orthogonalization?
    if let others = try section.texts("orthogonal_to"), !others.isEmpty {
      let weights = try section.choice("orthogonal_weights", Orthogonalization.Weights.self)
      orthogonalization = Orthogonalization(to: others, weights: weights ?? .squareRootOfCap)
    } else if section.has("orthogonal_weights") {
      throw section.error("orthogonal_weights", "goes with orthogonal_to")
    }
    return StyleDefinition(name, content, orthogonalization: orthogonalization)
  }

  /// A descriptor; several of one kind in a style are told apart by what follows a dot: `column.a`, `column.b`.
  private static func part(
    _ key: String, _ section: Section, _ periodsPerYear: Int
  ) throws(ConfigurationError) -> StyleDefinition.Part {
    let name = key.split(separator: ".", maxSplits: 1).first.map(String.init) ?? key
    var parameters = DescriptorParameters()
    var weight = 1.0
    if let part = try section.section(key) {
      weight = try part.number("weight") ?? 1
      parameters.halfLife = try part.number("half_life")
      if let window = try part.count("window") { parameters.window = window.map { .periods($0) } ?? .unlimited }
      parameters.skip = try part.integer("skip")
      parameters.minimumObservations = try part.number("minimum_observations")
      parameters.shrinks = try part.flag("shrink")
      parameters.field = try part.text("field").map { FieldName(rawValue: $0) }
    }
    let request = DescriptorRequest(name, parameters)
    do throws(DescriptorError) { try request.validate(periodsPerYear: periodsPerYear) } catch {
      throw section.error(key, error.description)
    }
    return StyleDefinition.Part(name, weight: weight, parameters)
  }

  private static func winsorization(_ section: Section?) throws(ConfigurationError) -> Winsorization {
    guard let section else { return LoadingSettings().winsorization }
    let method = try section.text("method") ?? "three_group"
    let taken: [String: [String]] = [
      "none": [], "quantile": ["tail"], "three_group": ["clip", "outlier", "remove"], "mad": ["clip"],
      "smooth": ["clip", "limit"],
    ]
    for key in section.keys where key != "method" && !(taken[method] ?? []).contains(key) {
      throw section.error(key, "does not go with method \(method)")
    }
    let clip = try section.number("clip") ?? 3
    let result: Winsorization =
      switch method {
      case "none": .none
      case "quantile": .quantile(tail: try section.number("tail") ?? 0.01)
      case "mad": .medianDeviation(multiple: clip)
      case "smooth": .smooth(clip: clip, limit: try section.number("limit") ?? 3.5)
      default:
        .threeGroup(
          clip: clip, outlier: try section.number("outlier") ?? 10, removes: try section.flag("remove") ?? false)
      }
    return result
  }

  private static func standardization(
    _ section: Section?, _ groups: [FieldName]
  ) throws(ConfigurationError) -> Standardization {
    guard let section else { return Standardization() }
    var standardization = Standardization()
    if let mean = try section.choice("mean", Standardization.Mean.self) { standardization.mean = mean }
    _ = try section.text("scale")
    if let within = try section.text("within"), within != "universe" {
      guard let group = groups.firstIndex(of: FieldName(rawValue: within)) else {
        throw section.error(
          "within", "is '\(within)'; expected universe or one of the groups \(groups.map(\.rawValue))")
      }
      standardization.group = group
    }
    return standardization
  }

  private static func imputation(
    _ section: Section?, _ groups: [FieldName]
  ) throws(ConfigurationError) -> LoadingRecipe.Imputation? {
    var imputation = LoadingRecipe.Imputation(group: groups.isEmpty ? nil : 0)
    guard let section else { return imputation }
    if try section.flag("enabled") == false { return nil }
    if let name = try section.text("group") {
      guard let group = groups.firstIndex(of: FieldName(rawValue: name)) else {
        throw section.error("group", "is '\(name)'; expected one of the groups \(groups.map(\.rawValue))")
      }
      imputation.group = group
    }
    if let size = try section.text("size") { imputation.size = size }
    if let limit = try section.number("limit") { imputation.limit = limit }
    return imputation
  }
}

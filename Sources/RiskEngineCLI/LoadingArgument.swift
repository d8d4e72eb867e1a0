import ArgumentParser

/// A factor with a loading, as `name=value`.
struct LoadingArgument: ExpressibleByArgument {
  let factor: String
  let value: Double

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="), sign > argument.startIndex,
      let value = Double(argument[argument.index(after: sign)...]), value.isFinite
    else { return nil }
    factor = String(argument[..<sign])
    self.value = value
  }
}

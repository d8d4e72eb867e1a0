import ArgumentParser

/// Column names given as one argument, separated by commas.
struct NameList: ExpressibleByArgument {
  /// The names, none empty and none twice.
  let names: [String]

  init(_ names: [String]) { self.names = names }

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if names.contains("") || Set(names).count < names.count { return nil }
  }

  var defaultValueDescription: String { names.joined(separator: ",") }
}

import ArgumentParser

/// Column names given as one argument, separated by commas.
struct NameList: ExpressibleByArgument {
  /// The names as they were given.
  let names: [String]

  init(_ names: [String]) { self.names = names }

  init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }

  var defaultValueDescription: String { names.joined(separator: ",") }
}

import ArgumentParser

/// The robust losses by name.
enum RobustArgument: String, ExpressibleByArgument, CaseIterable {
  case none, huber, bisquare
}

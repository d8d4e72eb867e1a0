import ArgumentParser

/// The assets that may be held, as an argument.
enum AssetsArgument: String, CaseIterable, ExpressibleByArgument {
  case universe
  case covered
}

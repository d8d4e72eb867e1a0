import ArgumentParser

/// An amount of memory as an argument: `64MB`, `1.5GB`, `2GiB`.
struct ByteCountArgument: ExpressibleByArgument, Equatable {
  /// The number of bytes.
  let bytes: Int
  /// The amount as it was given.
  let text: String

  private static let units: [(name: String, bytes: Double)] = [
    ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("kib", 0x1p10), ("mib", 0x1p20), ("gib", 0x1p30),
    ("tib", 0x1p40), ("k", 1e3), ("m", 1e6), ("g", 1e9), ("t", 1e12), ("b", 1),
  ]

  /// Makes an amount of whole megabytes.
  init(megabytes: Int) {
    bytes = megabytes * 1_000_000
    text = "\(megabytes)MB"
  }

  /// Reads a number with a unit behind it; a number alone is refused, since nobody knows what it means.
  init?(argument: String) {
    let lower = argument.lowercased()
    guard let unit = Self.units.first(where: { lower.hasSuffix($0.name) }),
      let number = Double(lower.dropLast(unit.name.count).filter { $0 != " " }), number > 0,
      number * unit.bytes <= 0x1p62
    else { return nil }
    bytes = Int(number * unit.bytes)
    text = argument
  }

  var defaultValueDescription: String { text }
}

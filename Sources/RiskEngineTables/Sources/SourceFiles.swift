internal import Foundation
internal import RiskEngine

/// A file of a source, with the columns that the names of its folders give: `year=2024/`.
struct SourceFile: Hashable {
  /// What a folder is called whose rows have no value in its column.
  static let missingPartition = "__HIVE_DEFAULT_PARTITION__"

  var path: String
  /// For each column that folders give its value; `nil` is missing.
  var partitions: [String: String?]
}

/// The files that a source's paths name.
enum SourceFiles {
  /// The files, each once, ascending by the bytes of their paths.
  ///
  /// - Throws: `SourceError.noFiles`.
  static func find(_ source: SourceDescription) throws(SourceError) -> [SourceFile] {
    var files: [String] = []
    for path in source.paths {
      let whole = absolute(path, source.folder)
      let isFolder = isFolder(whole)
      guard isFolder || path.contains("*") && !FileManager.default.fileExists(atPath: whole) else {
        // A file named outright is there or is an error of its own.
        files.append(whole)
        continue
      }
      let found = (isFolder ? below(whole) : matching(whole)).filter {
        TableFormat.formatAndCompression(ofPath: $0) != nil
      }
      guard !found.isEmpty else { throw .noFiles(source: source.name, path: path, folder: source.folder) }
      files += found
    }
    var met: Set<String> = []
    let once = files.sorted(by: IdentifierTable.precedes).filter {
      met.insert(URL(filePath: $0).resolvingSymlinksInPath().path).inserted
    }
    return once.map { SourceFile(path: $0, partitions: partitions($0, below: source.folder)) }
  }

  private static func absolute(_ path: String, _ folder: String) -> String {
    path.hasPrefix("/") || folder == "." ? path : joined(folder, path)
  }

  private static func joined(_ folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  private static func isFolder(_ path: String) -> Bool {
    let place = URL(filePath: path).resolvingSymlinksInPath()
    return (try? place.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
  }

  /// What is in a folder and not hidden.
  private static func entries(_ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    return names.filter { !$0.hasPrefix(".") && !$0.hasPrefix("_") }
  }

  /// All files below a folder.
  ///
  /// - Parameter above: the folders that it is in, links followed: a link to one of them leads nowhere new.
  private static func below(_ folder: String, above: [String] = []) -> [String] {
    let place = URL(filePath: folder).resolvingSymlinksInPath().path
    guard !above.contains(place) else { return [] }
    return entries(folder).flatMap { entry in
      let path = joined(folder, entry)
      return isFolder(path) ? below(path, above: above + [place]) : [path]
    }
  }

  /// The files that a pattern matches; only folders that can hold some are looked into.
  private static func matching(_ pattern: String) -> [String] {
    let parts = pattern.split(separator: "/").map(String.init)
    return matching(parts[...], in: pattern.hasPrefix("/") ? "/" : "")
  }

  private static func matching(_ parts: ArraySlice<String>, in folder: String) -> [String] {
    guard let part = parts.first else { return [] }
    let rest = parts.dropFirst()
    if part == "**" {
      // Any number of folders, none too; the last part matches the name of a file.
      let patterns = rest.drop { $0 == "**" }
      return below(folder).filter { path in
        let names = path.dropFirst(joined(folder, "").count).split(separator: "/").map(String.init)
        return patterns.isEmpty || matches(names[...], ["**"] + patterns)
      }
    }
    let names = part.contains("*") ? entries(folder).filter { matches($0.utf8, part.utf8) } : [part]
    return names.flatMap { name in
      let path = joined(folder, name)
      if rest.isEmpty { return isFolder(path) || !FileManager.default.fileExists(atPath: path) ? [] : [path] }
      return isFolder(path) ? matching(rest, in: path) : []
    }
  }

  private static func matches(_ names: ArraySlice<String>, _ patterns: [String]) -> Bool {
    guard let pattern = patterns.first else { return names.isEmpty }
    let rest = Array(patterns.dropFirst())
    if pattern == "**" {
      return (names.startIndex...names.endIndex).contains { matches(names[$0...], rest) }
    }
    guard let name = names.first, matches(name.utf8, pattern.utf8) else { return false }
    return matches(names.dropFirst(), rest)
  }

  /// Whether a name is a pattern with some texts in place of `*`.
  ///
  /// - Complexity: O(bytes of the name × bytes of the pattern).
  private static func matches(_ name: some Sequence<UInt8>, _ pattern: some Sequence<UInt8>) -> Bool {
    let (name, pattern) = (Array(name), Array(pattern))
    var (position, place) = (0, 0)
    // Where to go on when what follows the last star does not fit.
    var retry: (position: Int, place: Int)?
    while position < name.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        place += 1
        retry = (position, place)
      } else if place < pattern.count, pattern[place] == name[position] {
        position += 1
        place += 1
      } else if let last = retry {
        retry = (last.position + 1, last.place)
        (position, place) = (last.position + 1, last.place)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// The keys and values in the names of a file's folders.
  private static func partitions(_ path: String, below folder: String) -> [String: String?] {
    var partitions: [String: String?] = [:]
    let inner = path.hasPrefix(joined(folder, "")) ? String(path.dropFirst(joined(folder, "").count)) : path
    for part in inner.split(separator: "/").dropLast() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2 else { continue }
      let value = sides[1].isEmpty || sides[1] == SourceFile.missingPartition ? nil : sides[1]
      partitions.updateValue(value.map { $0.removingPercentEncoding ?? $0 }, forKey: sides[0])
    }
    return partitions
  }
}

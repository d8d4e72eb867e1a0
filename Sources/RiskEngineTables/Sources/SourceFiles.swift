internal import Foundation
internal import RiskEngine

/// A file of a source, with the columns that the names of its folders give: `year=2024/`.
struct SourceFile: Hashable {
  var path: String
  var partitions: [String: String]
}

/// The files that a source's paths name.
enum SourceFiles {
  /// The files, ascending by the bytes of their paths.
  static func find(_ source: SourceDescription) throws(SourceError) -> [SourceFile] {
    var files: [String] = []
    for path in source.paths {
      let found = expand(path, in: source.folder).filter { TableFormat.formatAndCompression(ofPath: $0) != nil }
      let isPlain = !path.contains("*") && !isFolder(absolute(path, source.folder))
      guard !found.isEmpty || isPlain else {
        throw .noFiles(source: source.name, path: path, folder: source.folder)
      }
      // A file named outright is there or is an error of its own.
      files += found.isEmpty ? [absolute(path, source.folder)] : found
    }
    return Set(files).sorted { IdentifierTable.precedes($0, $1) }.map { path in
      SourceFile(path: path, partitions: partitions(path, below: source.folder))
    }
  }

  private static func absolute(_ path: String, _ folder: String) -> String {
    path.hasPrefix("/") || folder == "." ? path : folder + "/" + path
  }

  private static func isFolder(_ path: String) -> Bool {
    let place = URL(filePath: path).resolvingSymlinksInPath()
    return (try? place.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
  }

  /// The files that a path names: itself, all below it where it is a folder, or those that its pattern matches.
  private static func expand(_ path: String, in folder: String) -> [String] {
    let whole = absolute(path, folder)
    guard path.contains("*") else { return isFolder(whole) ? below(whole) : [] }
    let parts = whole.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let fixed = parts.prefix { !$0.contains("*") }
    let root = fixed.isEmpty ? "." : fixed.joined(separator: "/")
    return below(root.isEmpty ? "/" : root).filter { candidate in
      let rest = candidate.dropFirst(fixed.isEmpty ? 0 : root.count + 1).split(separator: "/").map(String.init)
      return matches(rest[...], parts[fixed.count...])
    }
  }

  /// All files below a folder, hidden ones left out.
  private static func below(_ folder: String) -> [String] {
    guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
    var files: [String] = []
    for entry in entries.sorted() where !entry.hasPrefix(".") && !entry.hasPrefix("_") {
      let path = folder == "." ? entry : folder + "/" + entry
      if isFolder(path) { files += below(path) } else { files.append(path) }
    }
    return files
  }

  private static func matches(_ names: ArraySlice<String>, _ patterns: ArraySlice<String>) -> Bool {
    guard let pattern = patterns.first else { return names.isEmpty }
    if pattern == "**" {
      return (names.startIndex...names.endIndex).contains { matches(names[$0...], patterns.dropFirst()) }
    }
    guard let name = names.first, matches(Array(name.utf8)[...], Array(pattern.utf8)[...]) else { return false }
    return matches(names.dropFirst(), patterns.dropFirst())
  }

  private static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == UInt8(ascii: "*") {
      return (name.startIndex...name.endIndex).contains { matches(name[$0...], pattern.dropFirst()) }
    }
    guard let byte = name.first, byte == first else { return false }
    return matches(name.dropFirst(), pattern.dropFirst())
  }

  /// The keys and values in the names of a file's folders.
  private static func partitions(_ path: String, below folder: String) -> [String: String] {
    var partitions: [String: String] = [:]
    let inner = path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
    for part in inner.split(separator: "/").dropLast() {
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      if sides.count == 2 { partitions[sides[0]] = sides[1].removingPercentEncoding ?? sides[1] }
    }
    return partitions
  }
}

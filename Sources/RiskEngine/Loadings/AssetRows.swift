internal import LinAlg

/// Where the rows of assets are on one day, in groups of as many assets as there are lanes.
struct AssetRows: Sendable {
  /// How the rows of a group lie.
  enum Group: Sendable {
    /// No asset has one.
    case none
    /// All assets have one, which follow each other from this one on.
    case contiguous(Int)
    /// Some have one, or they are anywhere.
    case scattered
  }

  /// By asset code: its row, or −1.
  private let rowOfAsset: [Int32]
  /// By asset code over the number of lanes.
  let groups: [Group]

  /// Finds the rows of assets.
  ///
  /// - Parameters:
  ///   - assets: the asset of each row, once.
  ///   - count: the number of asset codes to have room for, whole groups.
  init(_ assets: [Int32], count: Int) {
    var rowOfAsset = [Int32](repeating: -1, count: count)
    Self.place(assets, in: &rowOfAsset)
    let rows = rowOfAsset.span
    groups = (0..<count / Lanes.scalarCount).map { group in
      let rows = rows.extracting(group * Lanes.scalarCount..<(group + 1) * Lanes.scalarCount)
      let first = rows[0]
      var (isContiguous, isEmpty) = (first >= 0, first < 0)
      for lane in 1..<Lanes.scalarCount {
        isContiguous = isContiguous && rows[lane] == first &+ Int32(lane)
        isEmpty = isEmpty && rows[lane] < 0
      }
      return isContiguous ? .contiguous(Int(first)) : isEmpty ? .none : .scattered
    }
    self.rowOfAsset = rowOfAsset
  }

  private static func place(_ assets: [Int32], in rowOfAsset: inout [Int32]) {
    var rows = rowOfAsset.mutableSpan
    let assets = assets.span
    for row in assets.indices { rows[Int(assets[row])] = Int32(row) }
  }

  /// The row of the asset of a group's lane, or −1.
  @inline(__always)
  func row(_ group: Int, _ lane: Int) -> Int { Int(rowOfAsset[group &* Lanes.scalarCount &+ lane]) }

  /// What a column has of the assets of a group; something else of those that have no row.
  @inline(__always)
  func gather(_ column: Span<Double>, of group: Int, otherwise: Double = .nan) -> Lanes {
    switch groups[group] {
    case .none: return Lanes(repeating: otherwise)
    case .contiguous(let first): return column.eight(at: first)
    case .scattered:
      var values = Lanes(repeating: otherwise)
      for lane in 0..<Lanes.scalarCount {
        let row = row(group, lane)
        if row >= 0 { values[lane] = column[row] }
      }
      return values
    }
  }

  /// Which assets of a group have a row.
  @inline(__always)
  func isPresent(_ group: Int) -> LaneMask {
    switch groups[group] {
    case .none: return LaneMask(repeating: false)
    case .contiguous: return LaneMask(repeating: true)
    case .scattered:
      var mask = LaneMask(repeating: false)
      for lane in 0..<Lanes.scalarCount { mask[lane] = row(group, lane) >= 0 }
      return mask
    }
  }

  /// Of which assets of a group a column holds.
  @inline(__always)
  func gather(_ column: [Bool], of group: Int) -> LaneMask {
    var mask = LaneMask(repeating: false)
    for lane in 0..<Lanes.scalarCount {
      let row = row(group, lane)
      if row >= 0, column[row] { mask[lane] = true }
    }
    return mask
  }

  /// Puts what a group has into its rows of a column.
  @inline(__always)
  func scatter(_ values: Lanes, of group: Int, to column: inout MutableSpan<Double>) {
    switch groups[group] {
    case .none: break
    case .contiguous(let first): column.set(values, at: first)
    case .scattered:
      for lane in 0..<Lanes.scalarCount {
        let row = row(group, lane)
        if row >= 0 { column[row] = values[lane] }
      }
    }
  }
}

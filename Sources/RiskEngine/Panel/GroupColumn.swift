/// One categorical group of a cross-section: which labels its rows belong to.
///
/// Never expanded into columns of zeros and ones.
public enum GroupColumn: Hashable, Sendable {
  /// One label a row, as codes of the group's label table.
  case labels([Int32])
  /// Several labels a row with fractions that sum to 1.
  case memberships(Memberships)

  /// The fractional memberships of the rows of a cross-section, row after row.
  public struct Memberships: Hashable, Sendable {
    /// Where each row's entries start, then the number of entries: rows + 1 numbers.
    public var starts: [Int32] = [0]
    /// The label of each entry, a code of the group's label table; ascending by the labels' bytes in a row.
    public var labels: [Int32] = []
    /// The fraction of each entry, positive; a row's fractions sum to 1.
    public var fractions: [Double] = []

    /// Makes memberships of no rows.
    public init() {}

    /// The number of rows.
    public var rowCount: Int { starts.count - 1 }

    /// Adds a row.
    public mutating func append(_ entries: some Sequence<(label: Int32, fraction: Double)>) {
      for entry in entries {
        labels.append(entry.label)
        fractions.append(entry.fraction)
      }
      starts.append(Int32(labels.count))
    }
  }

  /// Calls `body` with each label of a row and the row's fraction in it.
  @inline(__always)
  func forEach(in row: Int, _ body: (_ label: Int32, _ fraction: Double) -> Void) {
    switch self {
    case .labels(let labels): body(labels[row], 1)
    case .memberships(let memberships):
      for entry in Int(memberships.starts[row])..<Int(memberships.starts[row + 1]) {
        body(memberships.labels[entry], memberships.fractions[entry])
      }
    }
  }
}

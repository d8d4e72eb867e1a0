/// Fractional memberships of assets in the labels of one group, constant or known as of dates.
///
/// Where dates are given, a row of the panel takes the latest memberships known at its own date.
public struct MembershipTable: Sendable {
  /// One membership: an asset belongs to a label with a fraction, known from a date on.
  public struct Entry: Hashable, Sendable {
    /// The date at which the membership becomes known; `nil` for always.
    public var date: CalendarDate?
    /// The asset, a code of the panel's asset table.
    public var asset: Int32
    /// The label, a code of the group's label table.
    public var label: Int32
    /// The fraction, positive.
    public var fraction: Double

    /// Makes an entry.
    public init(date: CalendarDate? = nil, asset: Int32, label: Int32, fraction: Double) {
      self.date = date
      self.asset = asset
      self.label = label
      self.fraction = fraction
    }
  }

  /// The entries of one asset from one date on.
  private struct Vintage: Sendable {
    var date: CalendarDate?
    var entries: [(label: Int32, fraction: Double)]
  }

  /// How far a sum of fractions may be from 1: the rounding of fractions given to nine digits.
  private static let sumTolerance = 1e-8

  /// For each asset its vintages, ascending by date.
  private var vintages: [Int32: [Vintage]] = [:]

  /// Groups entries by asset and date, and checks that they are fractions of one.
  ///
  /// - Parameters:
  ///   - entries: in any order.
  ///   - group: the group's name, for messages.
  ///   - assets: the panel's assets, for messages.
  ///   - labels: the group's labels, by whose bytes an asset's entries are ordered.
  /// - Throws: `PanelError.badMembership` where an asset's fractions are not positive or do not sum to 1.
  public init(
    entries: [Entry], group: String, assets: IdentifierTable, labels: IdentifierTable
  ) throws(PanelError) {
    let ranks = labels.ranks()
    let sorted = entries.sorted { left, right in
      if left.asset != right.asset { return left.asset < right.asset }
      if left.date != right.date {
        guard let leftDate = left.date else { return true }
        guard let rightDate = right.date else { return false }
        return leftDate < rightDate
      }
      return ranks[Int(left.label)] < ranks[Int(right.label)]
    }
    var index = 0
    while index < sorted.count {
      let first = sorted[index]
      var vintage = Vintage(date: first.date, entries: [])
      var sum = 0.0
      var isValid = true
      while index < sorted.count, sorted[index].asset == first.asset, sorted[index].date == first.date {
        let entry = sorted[index]
        if !(entry.fraction > 0) || vintage.entries.last?.label == entry.label { isValid = false }
        vintage.entries.append((entry.label, entry.fraction))
        sum += entry.fraction
        index += 1
      }
      guard isValid, abs(sum - 1) <= Self.sumTolerance else {
        throw .badMembership(group: group, date: first.date, asset: assets[first.asset], sum: sum)
      }
      for position in vintage.entries.indices { vintage.entries[position].fraction /= sum }
      vintages[first.asset, default: []].append(vintage)
    }
  }

  /// The memberships of an asset known at a date; empty where there are none.
  func entries(of asset: Int32, at date: CalendarDate) -> [(label: Int32, fraction: Double)] {
    guard let vintages = vintages[asset] else { return [] }
    for vintage in vintages.reversed() {
      guard let known = vintage.date, known > date else { return vintage.entries }
    }
    return []
  }
}

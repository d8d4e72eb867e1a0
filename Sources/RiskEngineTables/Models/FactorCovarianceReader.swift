internal import LinAlg
internal import ModelStore
internal import RiskEngine

/// The factor covariances of a model, date after date.
struct FactorCovarianceReader: Sequence, IteratorProtocol {
  /// The covariance of one date.
  struct Entry {
    var date: CalendarDate
    /// The factors, in the order of the matrix.
    var factors: [String]
    /// Squared fractions over the horizon.
    var covariance: SymmetricMatrix
  }

  private var paths: [String]
  private var reader: TableReader?
  private var names = IdentifierTable()
  private var translations = (IdentifierTranslation(), IdentifierTranslation())
  private var batch: (dates: [CalendarDate], first: [Int32], second: [Int32], values: [Double])?
  private var row = 0
  private let last: CalendarDate?
  private let firstDate: CalendarDate?
  /// What went wrong; the sequence ends then.
  private(set) var failure: TableError?

  /// Reads the dates asked for.
  init(_ model: StoredModel, from first: CalendarDate? = nil, through last: CalendarDate? = nil) throws(StoreError) {
    paths = try model.paths(of: "factor_covariance", from: first, through: last).reversed()
    firstDate = first
    self.last = last
  }

  mutating func next() -> Entry? {
    while let entry = nextEntry() {
      if let firstDate, entry.date < firstDate { continue }
      if let last, entry.date > last { return nil }
      return entry
    }
    return nil
  }

  private mutating func nextEntry() -> Entry? {
    var date: CalendarDate?
    var places: [Int32: Int] = [:]
    var factors: [Int32] = []
    var entries: [(Int32, Int32, Double)] = []
    while let (rowDate, first, second, value) = peek() {
      if let date, rowDate != date { break }
      date = rowDate
      row += 1
      if first == second {
        places[first] = factors.count
        factors.append(first)
      }
      entries.append((first, second, value))
    }
    guard let date else { return nil }
    var covariance = SymmetricMatrix(order: factors.count) { _, _ in 0 }
    for (first, second, value) in entries {
      guard let one = places[first], let other = places[second] else { continue }
      covariance[Swift.max(one, other), Swift.min(one, other)] = value
    }
    return Entry(date: date, factors: factors.map { names[$0] }, covariance: covariance)
  }

  private mutating func peek() -> (CalendarDate, Int32, Int32, Double)? {
    while true {
      if let batch, row < batch.dates.count {
        return (batch.dates[row], batch.first[row], batch.second[row], batch.values[row])
      }
      do throws(TableError) {
        if let next = try reader?.next() {
          batch = (
            next.dates("date"), next.identifiers("factor_1", through: &translations.0, into: &names),
            next.identifiers("factor_2", through: &translations.1, into: &names), next.numbers("covariance")
          )
          row = 0
          continue
        }
        guard let path = paths.popLast() else { return nil }
        translations = (IdentifierTranslation(), IdentifierTranslation())
        reader = try TableReader(
          path: path,
          columns: [
            ColumnRequest("date", .date), ColumnRequest("factor_1", .identifier),
            ColumnRequest("factor_2", .identifier), ColumnRequest("covariance", .number),
          ])
      } catch {
        failure = error
        return nil
      }
    }
  }
}

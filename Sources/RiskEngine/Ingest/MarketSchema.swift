/// The fields that the days of a market have.
public struct MarketSchema: Hashable, Sendable {
  /// The fields of numbers.
  public var numbers: [FieldName]
  /// The fields of labels: texts that name a category.
  public var labels: [FieldName]

  /// Names the fields.
  ///
  /// - Precondition: no name occurs twice.
  public init(numbers: [FieldName], labels: [FieldName] = []) {
    precondition(Set(numbers + labels).count == numbers.count + labels.count, "a field twice")
    self.numbers = numbers
    self.labels = labels
  }

  /// The place of a field of numbers, or `nil`.
  public func number(_ name: FieldName) -> Int? { numbers.firstIndex(of: name) }

  /// The place of a field of labels, or `nil`.
  public func label(_ name: FieldName) -> Int? { labels.firstIndex(of: name) }
}

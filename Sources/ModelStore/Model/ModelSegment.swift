public import RiskEngine

/// A file of a table that was written once: the rows of all dates from its first to its last.
public struct ModelSegment: Hashable, Sendable {
  /// Where it is, below the model's folder.
  public var file: String
  /// The number of its bytes.
  public var byteCount: Int
  /// The number of its rows.
  public var rowCount: Int
  /// The first and the last date that it covers, also where they have no rows; `nil` in a table without dates.
  public var dates: ClosedRange<CalendarDate>?
  /// The SHA-256 of its bytes, as 64 lower-case hexadecimal digits.
  public var sha256: String
}

extension ModelSegment: Codable {
  private enum CodingKeys: String, CodingKey {
    case file, byteCount, rowCount, firstDate, lastDate, sha256
  }

  /// Reads a segment, whose dates are `yyyy-mm-dd`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func date(_ key: CodingKeys) throws -> CalendarDate? {
      guard let text = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
      guard let date = CalendarDate(text: text.utf8) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "'\(text)' is no date; expected yyyy-mm-dd")
      }
      return date
    }
    file = try container.decode(String.self, forKey: .file)
    byteCount = try container.decode(Int.self, forKey: .byteCount)
    rowCount = try container.decode(Int.self, forKey: .rowCount)
    sha256 = try container.decode(String.self, forKey: .sha256)
    switch (try date(.firstDate), try date(.lastDate)) {
    case (nil, nil): dates = nil
    case (let first?, let last?) where first <= last: dates = first...last
    default:
      throw DecodingError.dataCorruptedError(
        forKey: .lastDate, in: container, debugDescription: "expected two dates in order, or none")
    }
  }

  /// Writes the segment.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(byteCount, forKey: .byteCount)
    try container.encode(rowCount, forKey: .rowCount)
    try container.encodeIfPresent(dates?.lowerBound.description, forKey: .firstDate)
    try container.encodeIfPresent(dates?.upperBound.description, forKey: .lastDate)
    try container.encode(sha256, forKey: .sha256)
  }
}

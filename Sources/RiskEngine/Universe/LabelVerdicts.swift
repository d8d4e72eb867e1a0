/// What the labels of a field say about membership, each looked up once.
struct LabelVerdicts: Sendable {
  /// The labels that say yes and those that say no.
  private enum Meaning: Sendable {
    /// The labels of a table say yes, all others no.
    case oneOf(IdentifierTable)
    /// Labels are words for yes and no; others say nothing.
    case words
  }

  private let field: FieldName
  private let place: Int
  private let meaning: Meaning
  private var verdicts: [Bool?] = []

  /// The verdict that a label is one of a list.
  init(field: FieldName, place: Int, oneOf labels: [String]) {
    self.field = field
    self.place = place
    meaning = .oneOf(IdentifierTable(texts: labels))
  }

  /// The verdict of words such as `true` and `no`.
  init(wordsOf field: FieldName, place: Int) {
    self.field = field
    self.place = place
    meaning = .words
  }

  /// Looks up the labels that the field's table has gained.
  mutating func update(_ identifiers: MarketIdentifiers) {
    guard let table = identifiers.labels[field] else { return }
    while verdicts.count < table.count { verdicts.append(verdict(of: table[Int32(verdicts.count)])) }
  }

  /// What a row's label says; `nil` where it is missing or says nothing.
  func verdict(_ day: MarketDay, _ row: Int) -> Bool? {
    let code = day.labels[place][row]
    return code < 0 ? nil : verdicts[Int(code)]
  }

  private func verdict(of text: String) -> Bool? {
    switch meaning {
    case .oneOf(let labels): labels.existingCode(of: text) != nil
    case .words:
      switch text.lowercased() {
      case "true", "t", "yes", "y", "1": true
      case "false", "f", "no", "n", "0": false
      default: nil
      }
    }
  }
}

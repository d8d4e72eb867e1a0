extension Ingestion {
  /// The label of each asset in each field of labels: by majority, else by priority, else as before.
  mutating func takeLabels(
    _ work: inout DayWork, _ identifiers: inout MarketIdentifiers, _ log: inout FindingLog
  ) {
    work.labels = []
    for field in schema.labels.indices {
      let name = schema.labels[field]
      let isGroup = groups.contains(name)
      let unclassified = isGroup ? identifiers.code(of: Self.unclassified, in: name) : -1
      let invalid = invalidCodes(name, identifiers)
      var labels = [Int32](repeating: -1, count: work.assets.count)
      // The usual case is one source, without spells.
      let single = plan.labels[field].count == 1 && invalid.isEmpty ? plan.labels[field].first : nil
      let told = single.flatMap { $0.isDaily ? work.labelColumn($0.source, $0.column) : nil }
      for (index, asset) in work.assets.enumerated() {
        var label = told?[index] ?? vote(field, index, asset, work, invalid, identifiers, &log)
        if label >= 0 {
          carriedLabels[field].set(asset, label, day: day)
        } else if let earlier = carriedLabels[field].value(asset, at: day, within: .max) {
          label = earlier
          // What was reported once is counted from then on.
          log.count(isGroup && earlier == unclassified ? .classification : .carriedForward, .info, source: nil)
        } else if isGroup {
          label = unclassified
          carriedLabels[field].set(asset, label, day: day)
          log.add(
            Finding(
              .classification, settings.severity(.classification, .warn), date: work.date, asset: asset, field: name,
              action: .replaced, note: "no valid label, now or before: \(Self.unclassified)"))
        }
        labels[index] = label
      }
      work.labels.append(labels)
    }
  }

  /// The codes of labels that are not among the valid ones.
  private func invalidCodes(_ name: FieldName, _ identifiers: MarketIdentifiers) -> Set<Int32> {
    guard let valid = validLabels[name], let table = identifiers.labels[name] else { return [] }
    var invalid: Set<Int32> = []
    for (code, text) in table.texts.enumerated() where !valid.contains(text) && text != Self.unclassified {
      invalid.insert(Int32(code))
    }
    return invalid
  }

  /// The label that most sources have, of several such the one of the best priority.
  private func vote(
    _ field: Int, _ index: Int, _ asset: Int32, _ work: DayWork, _ invalid: Set<Int32>,
    _ identifiers: MarketIdentifiers, _ log: inout FindingLog
  ) -> Int32 {
    let name = schema.labels[field]
    let providers = plan.labels[field]
    var first: Int32 = -1
    var votes: [(label: Int32, count: Int)] = []
    func cast(_ label: Int32, _ source: Int) {
      guard label >= 0 else { return }
      guard !invalid.contains(label) else {
        log.add(
          Finding(
            .classification, settings.severity(.classification, .warn), source: Int32(source),
            date: work.date, asset: asset, field: name, action: .dropped,
            note: "unknown label '\(identifiers.text(of: label, in: name) ?? "")'"))
        return
      }
      if first < 0 { first = label }
      if let place = votes.firstIndex(where: { $0.label == label }) {
        votes[place].count += 1
      } else {
        votes.append((label, 1))
      }
    }
    for provider in providers {
      guard !provider.isDaily else {
        let row = work.rows[provider.source][index]
        if row >= 0 { cast(work.slices[provider.source].rows.labels[provider.column][Int(row)], provider.source) }
        continue
      }
      let codes = spells[provider.source].codes(scheme: field, asset: asset, at: work.date)
      if codes.count > 1 {
        let texts = codes.compactMap { identifiers.text(of: $0, in: name) }.sorted(by: IdentifierTable.precedes)
        log.add(
          Finding(
            .classification, settings.severity(.classification, .warn), source: Int32(provider.source),
            date: work.date, asset: asset, field: name, action: .dropped,
            note: "several labels are valid on one date: '\(texts.joined(separator: "', '"))'"))
      } else if let code = codes.first {
        cast(code, provider.source)
      }
    }
    guard votes.count > 1 else { return first }
    let most = votes.map(\.count).max() ?? 0
    let winners = votes.filter { $0.count == most }
    // A label that breaks with the asset's own past is likelier to be wrong than one that does not.
    let earlier = carriedLabels[field].value(asset, at: day, within: .max)
    let winner = winners.first { $0.label == earlier } ?? winners[0]
    let isResolved = winners.count == 1
    log.add(
      Finding(
        .vendorsDisagree, settings.severity(.vendorsDisagree, isResolved ? .info : .warn), date: work.date,
        asset: asset, field: name, action: .replaced,
        note: (isResolved
          ? "" : "unresolved: \(winner.label == earlier ? "the label before" : "the priority") decides; ")
          + votes.map { "'\(identifiers.text(of: $0.label, in: name) ?? "")' of \($0.count)" }.joined(separator: ", ")
      ))
    return winner.label
  }
}

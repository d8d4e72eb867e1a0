/// The moments of a column within each label of a group; those of the whole universe where a label has too few members
/// or they do not vary, and for rows without a label.
struct GroupMoments {
  private var moments: [ColumnMoments]
  private let whole: ColumnMoments

  /// Estimates the moments.
  ///
  /// - Parameter labels: one a row, of all rows.
  /// - Complexity: O(values + labels).
  init(_ sample: EstimationSample, labels: [Int32], usesCaps: Bool, whole: ColumnMoments) {
    self.whole = whole
    let labelCount = Int((labels.max() ?? -1) + 1)
    // The values of a label side by side, in the order of rows.
    var starts = [Int](repeating: 0, count: labelCount + 1)
    for place in 0..<sample.count {
      let label = labels[Int(sample.rows[place])]
      if label >= 0 { starts[Int(label) + 1] += 1 }
    }
    for label in 0..<labelCount { starts[label + 1] += starts[label] }
    var values = [Double](repeating: 0, count: starts[labelCount])
    var caps = values
    var next = starts
    for place in 0..<sample.count {
      let label = labels[Int(sample.rows[place])]
      guard label >= 0 else { continue }
      values[next[Int(label)]] = sample.values[place]
      caps[next[Int(label)]] = sample.caps[place]
      next[Int(label)] += 1
    }
    moments = []
    moments.reserveCapacity(labelCount)
    for label in 0..<labelCount {
      let range = starts[label]..<starts[label + 1]
      let caps = caps.span.extracting(range)
      let own = ColumnMoments.estimate(
        values.span.extracting(range), caps: caps, totalCap: SampleSums.sum(caps), usesCaps: usesCaps)
      moments.append((try? own.get()) ?? whole)
    }
  }

  /// The moments for a label, or for none.
  subscript(_ label: Int32) -> ColumnMoments { label >= 0 ? moments[Int(label)] : whole }
}

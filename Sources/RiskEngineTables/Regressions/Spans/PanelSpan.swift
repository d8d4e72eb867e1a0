internal import RiskEngine

/// What the rows of a span of dates have to know of the panel that they are cut from.
public struct PanelSpan: Sendable {
  /// The labels of each group over the whole panel, so that every span has the same factors.
  public var labels: [[String]]
  /// The idio variances that weigh the span, where idio returns do.
  public var idioVariances: IdioVarianceTable?
  /// Whether these are the weights of every period of the span, or those that a walk through it starts from.
  public var isInSample: Bool

  /// Makes a span.
  public init(labels: [[String]], idioVariances: IdioVarianceTable? = nil, isInSample: Bool = false) {
    self.labels = labels
    self.idioVariances = idioVariances
    self.isInSample = isInSample
  }

  /// The labels as tables.
  var labelTables: [IdentifierTable] {
    // An empty text is a missing label.
    labels.map { IdentifierTable(texts: $0.filter { !$0.isEmpty }) }
  }
}

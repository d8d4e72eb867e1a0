/// A part of a report.
struct ReportSection {
  /// What stands in a part.
  enum Block {
    /// A chart.
    case chart(Chart)
    /// A table.
    case table(DataTable)
    /// A paragraph.
    case paragraph(String)
    /// A list.
    case list([String])
    /// Text to be folded out, as it is.
    case folded(title: String, text: String)
  }

  /// What links lead to.
  var id: String
  /// The heading.
  var title: String
  /// A word for it, in links.
  var word: String
  /// What stands in it.
  var blocks: [Block]

  /// The charts.
  var charts: [Chart] { blocks.compactMap { if case .chart(let chart) = $0 { chart } else { nil } } }
}

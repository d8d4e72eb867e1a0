/// A table of a report, which can be sorted by any of its columns.
struct DataTable {
  /// A column.
  struct Column {
    /// Its heading.
    var title: String
    /// Whether its cells are numbers.
    var isNumeric = true
    /// Whether its cells are texts that may be long, so that they are broken into lines.
    var isLong = false
    /// What it is, for those who ask.
    var explanation = ""

    /// How its cells are set.
    var kind: String { isNumeric ? "number" : isLong ? "long" : "text" }
  }

  /// A cell.
  struct Cell {
    /// What is shown.
    var text: String
    /// What it is sorted by; `nil` for its text.
    var value: Double?
    /// How it is marked: `good` or `bad`; empty for neither.
    var mark = ""

    /// A text.
    static func text(_ text: String, mark: String = "") -> Cell { Cell(text: text, value: nil, mark: mark) }
    /// A fraction in percent.
    static func percent(_ value: Double, _ digits: Int = 2) -> Cell {
      Cell(text: Shown.percent(value, digits), value: value)
    }
    /// A number.
    static func number(_ value: Double, _ digits: Int = 2) -> Cell {
      Cell(text: Shown.number(value, digits), value: value)
    }
    /// A whole number.
    static func count(_ value: Int) -> Cell { Cell(text: Shown.count(value), value: Double(value)) }
  }

  /// What the table is: units, dates, and the table of the model it comes from.
  var caption: String
  /// The columns.
  var columns: [Column]
  /// The rows.
  var rows: [[Cell]]

  /// The table as HTML.
  var page: PageText {
    let head = columns.map { column -> PageText in
      let tip: PageText = column.explanation.isEmpty ? "" : " title=\"\(column.explanation)\""
      return "<th scope=\"col\" class=\"\(column.kind)\"\(tip)><button type=\"button\">\(column.title)</button></th>"
    }
    let body = rows.map { row -> PageText in
      let cells = zip(row, columns).enumerated().map { place, pair -> PageText in
        let (cell, column) = pair
        var attributes: PageText =
          " class=\"\(column.kind)\(cell.mark.isEmpty ? "" : " " + cell.mark)\""
        if let value = cell.value, value.isFinite { attributes = "\(attributes) data-value=\"\(String(value))\"" }
        // The first cell names its row.
        return place == 0
          ? "<th scope=\"row\"\(attributes)>\(cell.text)</th>" : "<td\(attributes)>\(cell.text)</td>"
      }
      return "<tr>\(PageText(cells))</tr>\n"
    }
    return """
      <div class="table" tabindex="0"><table class="sortable"><thead><tr>\(PageText(head))</tr></thead><tbody>
      \(PageText(body))</tbody></table></div><p class="caption">\(caption)</p>

      """
  }
}

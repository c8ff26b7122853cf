/// Columns of text, as wide as they need to be and two spaces apart.
struct TextTable {
  struct Column {
    let title: String
    var isRight = false
  }

  struct Cell {
    let text: String
    let paint: Style.Paint?

    /// - Parameter text: as it came, escaped here.
    init(_ text: String, _ paint: Style.Paint? = nil) {
      self.text = Escaping.terminal(text)
      self.paint = paint
    }
  }

  let columns: [Column]
  private var rows: [[Cell]] = []

  init(_ columns: [Column]) {
    self.columns = columns
  }

  /// One cell per column.
  mutating func add(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "one cell per column")
    rows.append(cells)
  }

  /// A line across all columns.
  mutating func addLine(_ text: String) {
    rows.append([Cell(text, .dim)])
  }

  /// The lines without blanks at their ends; a header comes first.
  func lines(_ style: Style) -> [String] {
    let full = rows.filter { $0.count == columns.count }
    let widths = columns.indices.map { index in
      max(columns[index].title.count, full.map { $0[index].text.count }.max() ?? 0)
    }
    let header = columns.map { Cell($0.title, .bold) }
    return ([header] + rows).map { row in
      row.count == columns.count ? line(row, widths, style) : style.paint(row[0].text, row[0].paint)
    }
  }

  private func line(_ row: [Cell], _ widths: [Int], _ style: Style) -> String {
    let last = row.lastIndex { !$0.text.isEmpty } ?? 0
    var line = ""
    for index in 0...last {
      let cell = row[index]
      let gap = String(repeating: " ", count: max(0, widths[index] - cell.text.count))
      let text = style.paint(cell.text, cell.paint)
      if index > 0 { line += "  " }
      line += columns[index].isRight ? gap + text : index == last ? text : text + gap
    }
    return line
  }
}

/// The text, escaped and broken at blanks into lines of at most `width` characters; a longer word
/// has a line to itself.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in Escaping.terminal(text).split(separator: " ") {
    if line.isEmpty {
      line = String(word)
    } else if line.count + 1 + word.count <= width {
      line += " " + word
    } else {
      lines.append(line)
      line = String(word)
    }
  }
  return lines + [line]
}

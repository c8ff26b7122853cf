import Diagnosis
import Reporting

/// Draws what has been counted so far on standard error while a run is under way, ten times a
/// second, and takes the drawing away at the end.
struct LiveProgress {
  let terminal: Terminal
  let control: RunControl

  /// Draws until the task is cancelled.
  func draw() async {
    var lines = 0
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(100))
      guard !Task.isCancelled, let progress = await control.progress() else { continue }
      let text = Self.text(progress, style: terminal.errorStyle)
      terminal.error(Self.erase(lines) + text)
      lines = text.count { $0 == "\n" }
    }
    terminal.error(Self.erase(lines))
  }

  /// Moves up over the lines drawn before and clears from there (ECMA-48 CUU, ED).
  private static func erase(_ lines: Int) -> String {
    lines == 0 ? "" : "\u{1b}[\(lines)A\u{1b}[J"
  }

  static func text(_ progress: Progress, style: Style) -> String {
    let phase = progress.isWarmingUp ? "warming up" : "measuring"
    let lost = progress.lost > 0 ? ", \(progress.lost) lost" : ""
    var text = "\(phase): \(progress.answered) answered\(lost)\n"
    let most = max(1, progress.rows.map(\.answered).max() ?? 1)
    for row in progress.rows.prefix(20) {
      let filled = row.answered * 30 / most
      let bar = String(repeating: style.unicode ? "█" : "#", count: filled)
      let name = String(Escaping.terminal(row.pod).prefix(max(10, style.width - 45)))
      text += "  \(bar)\(String(repeating: " ", count: 30 - filled)) \(row.answered) \(name)\n"
    }
    if progress.rows.count > 20 { text += "  … \(progress.rows.count - 20) more\n" }
    return text
  }
}

/// A horizontal bar of text.
enum Bar {
  /// - Parameters:
  ///   - fraction: 0 to 1, of `width`.
  ///   - width: columns of a full bar.
  /// Anything above zero shows at least the thinnest mark, and zero shows none.
  static func text(_ fraction: Double, width: Int, style: Style) -> String {
    guard fraction > 0 else { return "" }
    guard style.unicode else {
      let columns = (fraction * Double(width)).rounded()
      return String(repeating: "#", count: min(width, max(1, Int(columns))))
    }
    let eighths = min(width * 8, max(1, Int((fraction * Double(width) * 8).rounded())))
    let rest = eighths % 8 == 0 ? "" : String(parts[eighths % 8 - 1])
    return String(repeating: "█", count: eighths / 8) + rest
  }

  /// Unicode block elements U+258F to U+2589: one to seven eighths.
  private static let parts: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}

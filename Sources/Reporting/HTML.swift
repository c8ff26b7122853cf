enum HTML {
  /// Text for the content of an element or for an attribute in quotation marks. What is hostile to a
  /// terminal is made visible as well, for it also hides or reorders text in a browser.
  static func escaped(_ text: String) -> String {
    var result = ""
    // Scalar by scalar: with a combining mark behind it, a quotation mark is another Character.
    for scalar in Escaping.terminal(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The same for text of several lines.
  static func escaped(lines text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
      .joined(separator: "\n")
  }
}

extension HTMLPage {
  static let style = """
    :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --bar: #2f6fb3; --mark: #c2410c; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #15181c; --bar: #6aa9e9; --mark: #fb923c; } }
    body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 0 auto; padding: 1rem; }
    h1 { font-size: 1.3rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin-bottom: 0; }
    section { break-inside: avoid; margin-bottom: 2rem; }
    h2 span { font-size: .8rem; padding: .1rem .5rem; border: 1px solid; border-radius: 1rem; }
    .balanced { color: #15803d; } .pinned, .partial, .skewed { color: #b91c1c; }
    @media (prefers-color-scheme: dark) { .balanced { color: #4ade80; } .pinned, .partial, .skewed { color: #f87171; } }
    table { width: 100%; border-collapse: collapse; }
    th { text-align: left; font-weight: normal; white-space: nowrap; max-width: 14rem; overflow: hidden; text-overflow: ellipsis; padding-right: .5rem; }
    .bar { width: 100%; } svg { width: 100%; height: 1rem; display: block; }
    rect { fill: var(--bar); } line { stroke: var(--mark); stroke-width: 2; vector-effect: non-scaling-stroke; }
    .number { text-align: right; white-space: nowrap; padding-left: .5rem; font-variant-numeric: tabular-nums; }
    .small { font-size: .85rem; }
    """
}

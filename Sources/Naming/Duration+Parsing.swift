extension Duration {
  /// Reads durations as ghz and kubectl take them: numbers with the units h, m, s, ms, us, ns in a
  /// row, such as `90s`, `1m30s` or `250ms`. Nil for anything else, and from 10⁹ s on.
  package init?(parsing text: String) {
    var rest = text[...]
    var total = Duration.zero
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let value = Double(number), let seconds = Self.secondsByUnit[String(unit)],
        value * seconds < 1e9
      else { return nil }
      total += .nanoseconds(Int64((value * seconds * 1e9).rounded()))
    }
    guard !text.isEmpty, total < .seconds(1_000_000_000) else { return nil }
    self = total
  }

  private static let secondsByUnit = [
    "h": 3600, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
  ]
}

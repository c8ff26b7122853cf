/// The pods as a table for spreadsheets (RFC 4180): a header, then a line per pod.
struct CSVTable {
  private let report: Report

  init(_ report: Report) {
    self.report = report
  }

  var text: String {
    let header = [
      "pod", "address", "identity", "rpcs", "share", "lost", "connections", "warmup", "p50_ms",
      "p90_ms", "p99_ms", "max_ms",
    ]
    let rows = report.pods.map { pod in
      [
        pod.pod ?? "", pod.address ?? "", pod.identity, "\(pod.rpcs)", "\(pod.share)",
        "\(pod.lost)", "\(pod.connections)", "\(pod.warmup)", Self.text(pod.latency?.p50),
        Self.text(pod.latency?.p90), Self.text(pod.latency?.p99), Self.text(pod.latency?.max),
      ]
    }
    return ([header] + rows).map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// In quotation marks where it has to be. Text that a spreadsheet would run as a formula (OWASP,
  /// "CSV Injection") gets an apostrophe in front.
  private static func field(_ text: String) -> String {
    var text = Escaping.terminal(text)
    let formulas: Set<Unicode.Scalar> = ["=", "+", "-", "@"]
    if let first = text.unicodeScalars.first, formulas.contains(first), Double(text) == nil {
      text = "'" + text
    }
    guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

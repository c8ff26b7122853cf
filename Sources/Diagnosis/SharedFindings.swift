internal import Distribution
internal import Reporting

/// What is found in the same way of lbcheck's own client and of another that is watched.
extension Report.Finding {
  static func pickFirst(evidence: String) -> Report.Finding {
    Report.Finding(
      code: "LBC0102", level: .warning,
      message: "pick_first keeps one connection, and HTTP/2 puts every RPC on it",
      evidence: evidence,
      hint: "use round_robin: service config {\"loadBalancingConfig\":[{\"round_robin\":{}}]}")
  }

  /// - Parameters:
  ///   - code: of the first one, by its name (RFC 9113 §7).
  ///   - debug: its debug data.
  static func goAways(message: String, code: String, debug: String) -> Report.Finding {
    Report.Finding(
      code: "LBC0111", level: .info, message: message,
      evidence: code + (debug.isEmpty ? "" : ", debug data \"\(debug)\""),
      hint: "a server does so on shutdown and on MaxConnectionAge; a client then looks up the name "
        + "again")
  }

  /// - Parameter words: what became of those that were lost, after their number among all.
  static func lost(_ total: PodTally, _ words: String) -> Report.Finding? {
    guard total.lost > 0 else { return nil }
    return Report.Finding(
      code: "LBC0112", level: .warning, message: "\(total.lost) of \(total.sent) \(words)",
      evidence: total.byLossCause.map { "\($0.name): \($0.count)" }.joined(separator: ", "),
      hint: "the connections below show which ended and why (-o wide)")
  }
}

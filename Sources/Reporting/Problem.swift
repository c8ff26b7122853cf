/// Why lbcheck could not do what it was asked to: where it stopped, and the next thing to try.
package struct Problem: Error, Codable, Hashable, Sendable {
  /// The step that failed.
  package enum Phase: String, Codable, CaseIterable, Sendable {
    case usage
    case target
    case resolve
    case connect
    case tls
    case rpc
    case kubernetes
  }

  /// `lbcheck.error/v1`.
  package var schema = "lbcheck.error/v1"
  package var phase: Phase
  /// What was tried, without a full stop: `to resolve mygrpc.default`.
  package var tried: String
  /// On what it was tried: a server, an address, a file.
  package var on: String?
  /// What came back: the peer's or the system's own words.
  package var cameBack: String
  /// The next thing to try, an imperative sentence.
  package var next: String?

  package init(
    phase: Phase, tried: String, on: String? = nil, cameBack: String, next: String? = nil
  ) {
    self.phase = phase
    self.tried = tried
    self.on = on
    self.cameBack = cameBack
    self.next = next
  }

  enum CodingKeys: String, CodingKey {
    case schema, phase, tried, on
    case cameBack = "came_back"
    case next
  }
}

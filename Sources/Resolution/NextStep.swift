internal import Naming

extension DNSOutcome {
  /// What a client makes of a lookup for addresses that ended so.
  package enum Meaning: Hashable, Sendable {
    case addresses
    /// A list of zero addresses, which replaces the old one.
    case emptyList
    /// An error: the old list stays.
    case failure
  }

  /// The server, or the way to it, may be better soon: Go calls these temporary or timeouts.
  var mayPass: Bool {
    switch self {
    case .serverFailure, .timeout, .connectionRefused, .unreachable, .malformed, .cancelled: true
    case .answered, .noData, .nameError, .refused, .other, .invalidName: false
    }
  }

  package func meaning(to rules: ReResolutionRules) -> Meaning {
    if self == .answered { return .addresses }
    return mayPass || !rules.takesNoAddressesAsSuccess ? .failure : .emptyList
  }

  /// What a gRPC client would do next: one sentence for people.
  package func nextStep(of rules: ReResolutionRules) -> String {
    let again =
      "looks again after \(rules.firstBackoff.inSeconds), then at growing intervals "
      + "up to \(rules.maximumBackoff.inSeconds)"
    switch meaning(to: rules) {
    case .addresses:
      return "\(rules.client) connects and ignores the TTL: it looks again only when a connection "
        + "fails or is lost, at most every \(rules.floor.inSeconds)"
    case .emptyList:
      return "\(rules.client) takes this as success with zero addresses: its connections are "
        + "closed, RPCs fail with UNAVAILABLE (round_robin: \"no children to pick from\", "
        + "pick_first: \"produced zero addresses\"), and it \(again)"
    case .failure:
      return "\(rules.client) keeps the addresses it has; without any, RPCs fail with "
        + "UNAVAILABLE. It \(again)"
    }
  }
}

/// When a gRPC client looks a name up again. No client polls, and none heeds the TTL: they look
/// again when a connection is lost or fails, and after a failed lookup. `ClientProfile` (Balancing) is
/// the same for connections.
package struct ReResolutionRules: Hashable, Sendable {
  /// The client's name, for people.
  package var client: String

  /// No two lookups closer than this.
  package var floor: Duration

  /// Whether the floor counts from the start of the previous successful lookup or from its end.
  package var floorCountsFromStart: Bool

  /// Whether a request inside the floor is run when it ends, or forgotten.
  package var keepsRequestsInsideFloor: Bool

  /// Whether one more request is kept that comes during a lookup, or while an earlier one waits for the
  /// floor to end; it asks for yet another lookup then.
  package var buffersRequests: Bool

  /// NXDOMAIN, an empty answer and REFUSED: a list of zero addresses, or an error that leaves the
  /// old list in place.
  package var takesNoAddressesAsSuccess: Bool

  /// Whether all addresses of a name are one endpoint, so that round_robin has one of them in use; or
  /// each is one.
  package var joinsAddresses = false

  /// Whether each lookup also asks for TXT `_grpc_config.HOST`.
  package var asksForServiceConfig: Bool

  /// The wait after the first failed lookup, or one without addresses; each further one is longer
  /// by the factor, up to the cap, then jittered.
  package var firstBackoff: Duration
  package var backoffFactor = 1.6
  package var maximumBackoff: Duration = .seconds(120)
  /// 0.2 is ±20 %, after the cap.
  package var backoffJitter = 0.2

  package static let go = ReResolutionRules(
    client: "grpc-go", floor: .seconds(30), floorCountsFromStart: false,
    keepsRequestsInsideFloor: true, buffersRequests: true, takesNoAddressesAsSuccess: true,
    asksForServiceConfig: true, firstBackoff: .milliseconds(1600))

  package static let core = ReResolutionRules(
    client: "C-core", floor: .seconds(30), floorCountsFromStart: true,
    keepsRequestsInsideFloor: true, buffersRequests: false, takesNoAddressesAsSuccess: false,
    asksForServiceConfig: false, firstBackoff: .seconds(1))

  package static let java = ReResolutionRules(
    client: "grpc-java", floor: .seconds(30), floorCountsFromStart: false,
    keepsRequestsInsideFloor: false, buffersRequests: false, takesNoAddressesAsSuccess: false,
    asksForServiceConfig: false, firstBackoff: .seconds(1))

  /// grpc-swift-nio-transport 2.9: no floor, and one endpoint of all addresses (`NameResolver+DNS`).
  package static let swift = ReResolutionRules(
    client: "grpc-swift", floor: .zero, floorCountsFromStart: false,
    keepsRequestsInsideFloor: true, buffersRequests: true, takesNoAddressesAsSuccess: false,
    joinsAddresses: true,
    asksForServiceConfig: false, firstBackoff: .seconds(1))

  /// The same client on another time scale: every duration times the factor.
  package func scaled(by factor: Double) -> ReResolutionRules {
    var rules = self
    rules.floor = floor * factor
    rules.firstBackoff = firstBackoff * factor
    rules.maximumBackoff = maximumBackoff * factor
    return rules
  }

  /// The wait after so many failures in a row (1 for the first).
  /// - Parameter jitter: from -1 to 1, drawn by the caller.
  package func backoff(afterFailures count: Int, jitter: Double) -> Duration {
    var wait = firstBackoff
    for _ in 1..<max(1, count) where wait < maximumBackoff { wait = wait * backoffFactor }
    return min(wait, maximumBackoff) * (1 + backoffJitter * jitter)
  }
}

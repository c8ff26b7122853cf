package import Balancing
internal import HTTP2
package import Naming

/// What makes one gRPC channel: how it balances, whom it calls, and over what security.
package struct ChannelOptions: Sendable {
  package var policy: Policy
  package var profile: ClientProfile
  /// Nil for none, as by default in gRPC.
  package var keepalive: KeepaliveSettings?
  /// Nil for cleartext HTTP/2 with prior knowledge.
  let security: ClientSecurity?
  /// What a service config says of the RPCs. Their timeout is the request's own.
  package var method = ServiceConfig.MethodConfig()
  package var throttling: ServiceConfig.RetryThrottling?
  /// Built once and shared by all channels that are made from these options.
  let request: RequestTemplate
  let rpc: RPCRequest
  let authority: String
  var scheme: String { security == nil ? "http" : "https" }
  /// Where not empty, every new connection goes to one of these, drawn evenly, whatever address was
  /// asked for: what kube-proxy does with connections to a virtual IP.
  package var virtualBackends: [TransportAddress]
  /// For every random choice of the channel: picker order, back-off jitter, virtual backends.
  package var seed: UInt64

  /// - Parameter authority: `:authority` of every RPC (gRPC naming: the target's endpoint text unless
  ///   overridden).
  package init(
    policy: Policy,
    profile: ClientProfile,
    keepalive: KeepaliveSettings? = nil,
    authority: String,
    security: ClientSecurity? = nil,
    request: RPCRequest,
    virtualBackends: [TransportAddress] = [],
    seed: UInt64
  ) {
    self.policy = policy
    self.profile = profile
    self.keepalive = keepalive
    self.security = security
    rpc = request
    self.authority = authority
    self.request = request.template(
      authority: authority, scheme: security == nil ? "http" : "https")
    self.virtualBackends = virtualBackends
    self.seed = seed
  }

  /// The request as its retries repeat it: first the one after one earlier attempt.
  func repeats() -> [RequestTemplate] {
    (1..<max(1, method.retry?.maxAttempts ?? 1)).map {
      var request = rpc
      request.metadata.append((name: "grpc-previous-rpc-attempts", value: "\($0)"))
      return request.template(authority: authority, scheme: scheme)
    }
  }
}

package import NIOCore
private import NIOPosix
private import NIOSSL
package import Naming

/// A Kubernetes API server for the lab, as far as a gRPC client, lbcheck and `kubectl get` need
/// one: Services, EndpointSlices, Endpoints and Pods over HTTPS with bearer tokens; lists with
/// pages, watches, discovery and access reviews. Not every object in it needs to be of the lab: any
/// other can be put in.
///
/// Two identities have tokens: an administrator who may do everything, and the service account
/// `lbcheck` in `default`, which may do what it is granted.
package final class KubernetesAPI: Sendable {
  package static let host = IPAddress.v4(0x7F00_0001)
  /// The user name of the restricted identity.
  package static let restrictedUser = AccessControl.restricted

  package let port: UInt16
  /// The certificate of the authority that signed the server's: what a client must trust.
  package let authority: String
  private let sliceSize: Int
  private let loop: any EventLoop
  private let core: NIOLoopBound<APICore>

  /// Starts to listen on a port that the system chooses, unless one is given. Throws `IOError` when
  /// it cannot be bound.
  /// - Parameter certificates: the server's; nil makes one for 127.0.0.1 and the usual names.
  package static func start(
    _ options: KubernetesOptions = KubernetesOptions(), port: UInt16 = 0,
    certificates: LabCertificates? = nil,
    on loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()
  ) async throws -> KubernetesAPI {
    let certificates =
      try certificates
      ?? LabCertificates(
        names: ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"],
        addresses: [host])
    let tls = try ServerTLS(certificates: certificates, requireClientCertificate: false).http1
    var state = APIState(
      store: ObjectStore(historyLimit: options.historyLimit, seed: options.seed),
      access: AccessControl(administratorToken: Self.token(), restrictedToken: Self.token()))
    state.access.grants[restrictedUser] = options.grants
    state.watchExpiry = options.watchExpiry
    let (initial, interval) = (state, TimeAmount(options.bookmarkInterval))
    let socket = try SocketAddress(ip: host, port: port)
    return try await loop.flatSubmit {
      let core = APICore(state: initial, tls: tls, bookmarkInterval: interval, loop: loop)
      let bound = NIOLoopBound(core, eventLoop: loop)
      return core.listen(on: socket).map { port in
        KubernetesAPI(
          port: port, authority: certificates.authority, sliceSize: options.sliceSize, loop: loop,
          core: bound)
      }
    }.get()
  }

  private init(
    port: UInt16, authority: String, sliceSize: Int, loop: any EventLoop,
    core: NIOLoopBound<APICore>
  ) {
    self.port = port
    self.authority = authority
    self.sliceSize = sliceSize
    self.loop = loop
    self.core = core
  }

  package var url: String { "https://\(Self.host):\(port)" }

  private static func token() -> String {
    "lab-" + (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
  }

  // MARK: - Objects

  /// Creates or replaces the Service. Returns the version of the store then, as all changes do.
  @discardableResult
  package func apply(_ service: KubernetesService) async throws -> Int {
    try await change { $0.apply(ObjectDraft(service, selector: ["app": service.name])) }
  }

  /// Creates or replaces the slice, as one of the Service; nil leaves it without a Service's label.
  @discardableResult
  package func apply(
    _ slice: EndpointSlice, of service: String?, in namespace: String = "default"
  ) async throws -> Int {
    try await change { state in
      state.apply(ObjectDraft(slice, of: service, in: namespace, uids: state.uids(in: namespace)))
    }
  }

  /// Creates or replaces the Endpoints.
  @discardableResult
  package func apply(
    _ endpoints: LegacyEndpoints, in namespace: String = "default"
  ) async throws -> Int {
    try await change { state in
      state.apply(ObjectDraft(endpoints, in: namespace, uids: state.uids(in: namespace)))
    }
  }

  /// Nothing happens where there is no such object.
  @discardableResult
  package func delete(
    _ kind: KubernetesKind, _ name: String, in namespace: String = "default"
  ) async throws -> Int {
    try await change { $0.store.delete(kind, ObjectKey(namespace: namespace, name: name)) }
  }

  /// In force before anything that a client sends after this call.
  func publish(_ lab: LabSnapshot) {
    let (core, size) = (core, sliceSize)
    loop.execute {
      core.value.change { $0.store.publish(lab, sliceSize: size, at: APICore.now) }
    }
  }

  // MARK: - Access

  /// Replaces what a user may do. (The administrator may always do everything.)
  package func setGrants(
    _ grants: [Grant], of user: String = KubernetesAPI.restrictedUser
  ) async throws {
    try await change { $0.access.grants[user] = grants }
  }

  package func token(_ identity: LabIdentity) async throws -> String {
    try await withCore { $0.token(identity) }
  }

  /// Both identities get new tokens, and the old ones are nobody's. Open watches go on.
  package func rotateTokens() async throws {
    let (administrator, restricted) = (Self.token(), Self.token())
    try await change {
      $0.access.administratorToken = administrator
      $0.access.restrictedToken = restricted
    }
  }

  // MARK: - Faults

  /// The next `count` requests meet the fault, `Int.max` for all from now on; 0 ends it.
  package func answerNext(_ count: Int, with fault: APIFault) async throws {
    try await withCore { $0.faults.plan(fault, count: count) }
  }

  /// Whether every byte is sent by itself.
  package func setSplitsWrites(_ splits: Bool) async throws {
    try await withCore { $0.faults.splitsWrites = splits }
  }

  /// Ends the connections of all open watches: now, or each after so many bytes of its next event.
  package func cutWatches(afterBytesOfNextEvent bytes: Int? = nil) async throws {
    try await withCore { $0.cutWatches(after: bytes) }
  }

  /// Whatever version a client knows is too old from now on, for watches and for pages.
  package func expireHistory() async throws {
    try await change { $0.store.forgetHistory() }
  }

  package func setWatchExpiry(_ expiry: WatchExpiry) async throws {
    try await change { $0.watchExpiry = expiry }
  }

  /// A bookmark now, to every watch that allows them.
  package func sendBookmarks() async throws {
    try await withCore { $0.sendBookmarks() }
  }

  /// The server goes away: all connections end and new ones are refused. Its objects stay.
  package func stopListening() async throws {
    let core = core
    try await loop.flatSubmit { core.value.stopListening() }.get()
  }

  /// After `stopListening`: on the same port. Throws `IOError` when somebody else has taken it.
  package func listenAgain() async throws {
    let core = core
    let socket = try SocketAddress(ip: Self.host, port: port)
    _ = try await loop.flatSubmit { core.value.listen(on: socket) }.get()
  }

  // MARK: - What happened

  /// Everything that was asked, in order; the first 10,000.
  package func requests() async throws -> [APIRequestRecord] {
    try await withCore { $0.requests }
  }

  /// How many watches are open now.
  package func openWatches() async throws -> Int {
    try await withCore { $0.openWatches }
  }

  @discardableResult
  private func change(_ body: @escaping @Sendable (inout APIState) -> Void) async throws -> Int {
    try await withCore { $0.change(body) }
  }

  private func withCore<Value: Sendable>(
    _ body: @escaping @Sendable (APICore) -> Value
  ) async throws -> Value {
    let core = core
    return try await loop.submit { body(core.value) }.get()
  }
}

extension APIState {
  fileprivate mutating func apply(_ draft: ObjectDraft) { store.apply(draft, at: APICore.now) }

  /// As they are now.
  fileprivate func uids(in namespace: String) -> PodUIDs {
    let store = store
    return { store[.pods, ObjectKey(namespace: namespace, name: $0)]?.uid }
  }
}

extension APICore {
  fileprivate func token(_ identity: LabIdentity) -> String {
    switch identity {
    case .administrator: state.access.administratorToken
    case .restricted: state.access.restrictedToken
    }
  }
}

private import FoundationEssentials
private import Synchronization

/// The identity to ask with now: reads token files again, asks plugins once and again when what they
/// gave has expired.
final class IdentityStore: Sendable {
  private typealias Asking = Task<Result<ExecCredential, KubernetesError>, Never>

  private struct State {
    /// What the plugin gave last.
    var given: ExecCredential?
    /// It runs: whoever needs an identity meanwhile waits for the same.
    var asking: Asking?
  }

  private let credentials: Credentials
  private let source: String
  private let pluginTimeout: Duration
  private let state = Mutex(State())

  init(_ access: ClusterAccess, pluginTimeout: Duration) {
    credentials = access.credentials
    source = access.source
    self.pluginTimeout = pluginTimeout
  }

  func current() async throws(KubernetesError) -> Identity {
    var identity = Identity(certificate: credentials.certificate, key: credentials.key)
    switch credentials.method {
    case .none: break
    case .token(let token): identity.authorization = try Identity.bearer(token, from: source)
    case .tokenFile(let file):
      identity.authorization = try Identity.bearer(try file.read(), from: file.path)
    case .basic(let user, let password):
      let pair = encodedBase64(Array("\(user):\(password.revealed)".utf8))
      identity.authorization = Secret("Basic \(pair)")
    case .plugin(let plugin):
      let given = try await ask(plugin).identity
      identity.authorization = given.authorization
      identity.certificate = given.certificate ?? identity.certificate
      identity.key = given.key ?? identity.key
    }
    return identity
  }

  /// The server did not accept an identity: is there another?
  func renewed(after old: Identity) async throws(KubernetesError) -> Identity? {
    if case .plugin = credentials.method {
      // Others may have asked again meanwhile.
      let now = try await current()
      if now != old { return now }
      state.withLock { $0.given = nil }
    }
    let new = try await current()
    return new == old ? nil : new
  }

  /// Kills a plugin that runs.
  func shutDown() { state.withLock { $0.asking?.cancel() } }

  private func ask(_ plugin: ExecPlugin) async throws(KubernetesError) -> ExecCredential {
    let timeout = pluginTimeout
    let (given, asking) = state.withLock { state -> (ExecCredential?, Asking?) in
      if let given = state.given, !given.isExpired(at: Date()) { return (given, nil) }
      state.given = nil
      if state.asking == nil {
        state.asking = Asking {
          do throws(KubernetesError) {
            return .success(try await plugin.run(timeout: timeout))
          } catch {
            return .failure(error)
          }
        }
      }
      return (nil, state.asking)
    }
    if let given { return given }
    guard let asking else { throw plugin.failure("cancelled") }
    let result = await asking.value
    state.withLock { state in
      guard state.asking == asking else { return }
      state.asking = nil
      state.given = try? result.get()
    }
    return try result.get()
  }
}

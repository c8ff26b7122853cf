internal import NIOCore

/// The timers that end one HTTP/2 connection of a pod: its age, its idleness, and the grace after
/// the first GOAWAY (gRFC A9). Lives on the pod's event loop and is used from nowhere else.
final class ConnectionLifetime {
  enum Event {
    /// GOAWAY with this debug data is due.
    case drain(debug: String)
    /// The grace is over.
    case close
  }

  private let behaviour: PodBehaviour
  private let loop: any EventLoop
  private let act: (Event) -> Void
  private var age: Scheduled<Void>?
  private var idle: Scheduled<Void>?
  private var grace: Scheduled<Void>?
  /// Nil while there are requests.
  private var idleSince: NIODeadline?

  /// - Parameters:
  ///   - behaviour: of the pod when it accepted the connection.
  ///   - jitter: the factor of this connection on its maximum age, 0.9 to 1.1.
  init(
    _ behaviour: PodBehaviour, jitter: Double, on loop: any EventLoop,
    act: @escaping (Event) -> Void
  ) {
    self.behaviour = behaviour
    self.loop = loop
    self.act = act
    idleSince = .now()
    if let limit = behaviour.maxConnectionAge {
      age = after(TimeAmount(limit * jitter)) { $0.act(.drain(debug: "max_age")) }
    }
    if let limit = behaviour.maxConnectionIdle { watchIdleness(in: TimeAmount(limit)) }
  }

  func requestsBegan() { idleSince = nil }

  func requestsEnded() { idleSince = .now() }

  /// The first GOAWAY has been sent.
  /// - Parameter grace: how long requests have to end; nil for ever.
  func drainBegan(grace: Duration?) {
    age?.cancel()
    idle?.cancel()
    guard let grace else { return }
    self.grace = after(TimeAmount(grace)) { $0.act(.close) }
  }

  func cancel() {
    for timer in [age, idle, grace] { timer?.cancel() }
  }

  /// A timer per request would cost more than the request: it looks when it may be time.
  private func watchIdleness(in time: TimeAmount) {
    idle = after(time) { lifetime in
      let limit = TimeAmount(lifetime.behaviour.maxConnectionIdle ?? .zero)
      let left = lifetime.idleSince.map { limit - (.now() - $0) } ?? limit
      guard left <= .zero else { return lifetime.watchIdleness(in: left) }
      lifetime.act(.drain(debug: "max_idle"))
    }
  }

  private func after(
    _ time: TimeAmount, _ body: @escaping (ConnectionLifetime) -> Void
  ) -> Scheduled<Void> {
    loop.assumeIsolated().scheduleTask(in: time) { [weak self] in
      if let self { body(self) }
    }
  }
}

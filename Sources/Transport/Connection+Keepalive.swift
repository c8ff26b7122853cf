internal import Balancing
private import Glibc
private import HTTP2
internal import NIOCore
private import Naming

/// Carries out what `Keepalive` decides. Where it is off, a read costs one look at an empty field.
extension Connection {
  /// The connection is READY.
  func startKeepalive(_ settings: KeepaliveSettings, rules: KeepaliveRules) {
    let keepalive = Keepalive(settings, rules: rules, at: loop.now)
    self.keepalive = keepalive
    scheduleKeepalive(at: keepalive.start)
  }

  /// A stream was opened on a connection that was quiet.
  func wakeKeepalive() {
    keepaliveSleeps = false
    scheduleKeepalive(at: loop.now)
  }

  private func scheduleKeepalive(at time: MonotonicTime) {
    keepaliveTimer = loop.after(nanoseconds: time.nanoseconds - loop.now.nanoseconds) {
      self.keepaliveFired()
    }
  }

  private func keepaliveFired() {
    let activity = Keepalive.Activity(calls: codec.activeStreams, opened: codec.openedStreams)
    switch keepalive?.timerFired(at: loop.now, activity) {
    case .wait(let time)?: scheduleKeepalive(at: time)
    case .ping(let time)?:
      ping()
      scheduleKeepalive(at: time)
    case .sleep?: keepaliveSleeps = true
    case .close?:
      let timeout = keepalive?.settings.timeout ?? .zero
      close(.keepalive("keepalive: no answer to a PING within \(timeout.inSeconds)"))
    case nil: break
    }
  }

  /// TCP_USER_TIMEOUT (gRFC A18): the kernel gives up as soon as keepalive would, also where bytes of
  /// an RPC are what nobody acknowledges. Unix sockets have no such option.
  func setUserTimeout(_ timeout: Duration, of channel: any Channel) {
    let milliseconds = min(Int(Int32.max), max(1, Int(timeout.nanoseconds / 1_000_000)))
    try? channel.syncOptions?.setOption(
      .tcpOption(NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)), value: milliseconds)
  }
}

/// When one connection is pinged, and when it is given up (gRFC A8), as a value: time is passed in.
///
/// A read is noted by its time and nothing else; what follows from it is found when the timer fires.
package struct Keepalive: Sendable {
  package enum Step: Hashable, Sendable {
    /// Call `timerFired` then.
    case wait(until: MonotonicTime)
    /// Send a PING, and call `timerFired` then.
    case ping(until: MonotonicTime)
    /// Nothing to do until a stream is opened: call `timerFired` then, after it.
    case sleep
    /// The ping was not answered: the connection is dead.
    case close
  }

  /// What is under way on the connection when the timer fires.
  package struct Activity: Hashable, Sendable {
    /// Streams that have not ended.
    package var calls: Int
    /// Streams ever opened.
    package var opened: Int

    package init(calls: Int, opened: Int) {
      self.calls = calls
      self.opened = opened
    }
  }

  package let settings: KeepaliveSettings
  private let rules: KeepaliveRules
  private var lastRead: MonotonicTime
  private var pingSent: MonotonicTime?
  private var pingsLeft: Int
  private var openedAtPing = 0

  /// The connection is READY.
  /// - Parameter settings: with the client's floor applied already (`KeepaliveSettings.raised`).
  package init(_ settings: KeepaliveSettings, rules: KeepaliveRules, at now: MonotonicTime) {
    self.settings = settings
    self.rules = rules
    lastRead = now
    pingsLeft = rules.pingsWithoutData ?? .max
  }

  /// When to call `timerFired` first.
  package var start: MonotonicTime { lastRead + settings.time }

  /// Something came from the server.
  package mutating func read(at now: MonotonicTime) { lastRead = now }

  /// The ping was acknowledged. Reading the acknowledgement was told before.
  package mutating func answered() { pingSent = nil }

  package mutating func timerFired(at now: MonotonicTime, _ activity: Activity) -> Step {
    if let sent = pingSent {
      guard rules.anyReadAnswers, lastRead > sent else {
        let deadline = sent + settings.timeout
        return now < deadline ? .wait(until: min(deadline, now + settings.time)) : .close
      }
      pingSent = nil
    }
    let due = lastRead + settings.time
    guard due <= now else { return .wait(until: due) }
    if activity.calls == 0, !settings.withoutCalls {
      return rules.remembersCalls ? .sleep : .wait(until: now + settings.time)
    }
    if activity.opened > openedAtPing { pingsLeft = rules.pingsWithoutData ?? .max }
    guard pingsLeft > 0 else { return .sleep }
    pingsLeft -= 1
    openedAtPing = activity.opened
    pingSent = now
    // Answered early, the next ping is due before the timeout ends where that is the longer of the two.
    return .ping(until: now + min(settings.time, settings.timeout))
  }

  /// The keepalive time of the channel's next connections after the server said `too_many_pings`.
  package static func backedOff(_ time: Duration, after connection: Keepalive) -> Duration {
    max(time, connection.settings.time * 2)
  }
}

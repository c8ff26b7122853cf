import Balancing
import Naming
import Testing

@Suite("Keepalive")
struct KeepaliveTests {
  private let busy = Keepalive.Activity(calls: 1, opened: 1)
  private let quiet = Keepalive.Activity(calls: 0, opened: 1)

  private func keepalive(
    _ profile: ClientProfile, timeout: Int = 20, withoutCalls: Bool = false
  ) -> Keepalive {
    let settings = KeepaliveSettings(
      time: .seconds(30), timeout: .seconds(timeout), withoutCalls: withoutCalls)
    return Keepalive(settings, rules: profile.keepalive, at: at(0))
  }

  @Test("§10: off by default; the timeout is 20 s, and without calls it does not ping")
  func defaults() {
    let settings = KeepaliveSettings(time: .seconds(30))
    #expect(settings.timeout == .seconds(20))
    #expect(!settings.withoutCalls)
  }

  @Test("§10: grpc-go and grpc-java raise the time to 10 s, C-core has no floor")
  func floors() {
    let short = KeepaliveSettings(time: .seconds(1))
    #expect(short.raised(to: ClientProfile.go.keepalive).time == .seconds(10))
    #expect(short.raised(to: ClientProfile.java.keepalive).time == .seconds(10))
    #expect(short.raised(to: ClientProfile.core.keepalive).time == .seconds(1))
    let long = KeepaliveSettings(time: .seconds(60))
    #expect(long.raised(to: ClientProfile.go.keepalive).time == .seconds(60))
  }

  @Test("§10: on another time scale the floor shrinks as well")
  func scaled() {
    let rules = ClientProfile.go.scaled(by: 0.01).keepalive
    let settings = KeepaliveSettings(time: .seconds(10)).scaled(by: 0.01)
    #expect(settings.raised(to: rules).time == .milliseconds(100))
    #expect(settings.timeout == .milliseconds(200))
  }

  @Test("§10: a ping after the time without a read; what is read puts it off")
  func pings() {
    var keepalive = keepalive(.go)
    #expect(keepalive.start == at(30))
    keepalive.read(at: at(12))
    #expect(keepalive.timerFired(at: at(30), busy) == .wait(until: at(42)))
    #expect(keepalive.timerFired(at: at(42), busy) == .ping(until: at(62)))
    keepalive.read(at: at(42.001))
    keepalive.answered()
    #expect(keepalive.timerFired(at: at(62), busy) == .wait(until: at(72.001)))
  }

  @Test("§10: a healthy connection is pinged every time, also where the timeout is longer")
  func interval() {
    for profile in [ClientProfile.go, .core, .java, .swift] {
      var keepalive = keepalive(profile, timeout: 300)
      var activity = busy
      var now = keepalive.start
      var pings = 0
      while now <= at(300) {
        activity.opened += 1
        switch keepalive.timerFired(at: now, activity) {
        case .ping(let until):
          pings += 1
          keepalive.read(at: now + .milliseconds(1))
          keepalive.answered()
          now = until
        case .wait(let until): now = until
        case .sleep, .close:
          Issue.record("the server answers")
          return
        }
      }
      #expect(pings == 9 || pings == 10)
    }
  }

  @Test(
    "§10: a dead pod is given up after time + timeout at most, by every client",
    arguments: [20, 90])
  func deadPod(timeout: Int) {
    for profile in [ClientProfile.go, .core, .java, .swift] {
      var keepalive = keepalive(profile, timeout: timeout)
      // The last thing it ever said.
      keepalive.read(at: at(5))
      var now = keepalive.start
      var step = keepalive.timerFired(at: now, busy)
      while step != .close {
        switch step {
        case .wait(let until), .ping(let until): now = until
        case .sleep, .close: break
        }
        step = keepalive.timerFired(at: now, busy)
      }
      #expect(now == at(Double(5 + 30 + timeout)))
    }
  }

  @Test("§10: grpc-java wants the acknowledgement; to the others anything read is an answer")
  func answers() {
    for (profile, expected) in [
      (ClientProfile.go, Keepalive.Step.wait(until: at(65))), (.core, .wait(until: at(65))),
      (.java, .close),
    ] {
      var keepalive = keepalive(profile)
      #expect(keepalive.timerFired(at: at(30), busy) == .ping(until: at(50)))
      keepalive.read(at: at(35))
      #expect(keepalive.timerFired(at: at(50), busy) == expected)
    }
  }

  @Test("§10: without calls no ping; grpc-go and grpc-java make up for it with the next RPC")
  func withoutCalls() {
    for profile in [ClientProfile.go, .java] {
      var keepalive = keepalive(profile)
      #expect(keepalive.timerFired(at: at(30), quiet) == .sleep)
      #expect(keepalive.timerFired(at: at(500), busy) == .ping(until: at(520)))
    }
    var core = keepalive(.core)
    #expect(core.timerFired(at: at(30), quiet) == .wait(until: at(60)))
    var always = keepalive(.go, withoutCalls: true)
    #expect(always.timerFired(at: at(30), quiet) == .ping(until: at(50)))
  }

  @Test("§10: C-core stops after two pings without data, until the next request")
  func pingsWithoutData() {
    for (profile, limit) in [(ClientProfile.core, 2), (.go, nil), (.java, nil)] {
      var keepalive = keepalive(profile, withoutCalls: true)
      var activity = Keepalive.Activity(calls: 1, opened: 1)
      var pings = 0
      var now = at(30)
      func ping() -> Bool {
        guard case .ping = keepalive.timerFired(at: now, activity) else { return false }
        now = now + .milliseconds(1)
        keepalive.read(at: now)
        keepalive.answered()
        now = now + .seconds(30)
        return true
      }
      while pings < 10, ping() { pings += 1 }
      #expect(pings == limit ?? 10)
      activity.opened += 1
      #expect(ping(), "a request counts as data")
    }
  }

  @Test("§10: too_many_pings doubles the time of later connections, once per ended generation")
  func tooManyPings() {
    let first = keepalive(.go)
    let doubled = Keepalive.backedOff(.seconds(30), after: first)
    #expect(doubled == .seconds(60))
    // Another connection of the same age says the same: nothing more follows from it.
    #expect(Keepalive.backedOff(doubled, after: first) == .seconds(60))
    let second = Keepalive(
      KeepaliveSettings(time: doubled), rules: ClientProfile.go.keepalive, at: at(0))
    #expect(Keepalive.backedOff(doubled, after: second) == .seconds(120))
  }

  @Test("random histories: closed only for silence, never later than time + timeout after it began")
  func random() throws {
    let clients: [ClientProfile] = [.go, .core, .java, .swift]
    for seed in 1...400 as ClosedRange<UInt64> {
      var random = SplitMix64(seed: seed)
      let profile = clients[Int(seed % 4)]
      let timeout = Int.random(in: 5...100, using: &random)
      var keepalive = keepalive(
        profile, timeout: timeout, withoutCalls: Bool.random(using: &random))
      var now = at(0)
      var due: MonotonicTime? = keepalive.start
      var lastRead = now
      var pinged: MonotonicTime?
      var activity = Keepalive.Activity(calls: 1, opened: 1)
      for _ in 0..<100 {
        let next = now + .milliseconds(Int.random(in: 1...15_000, using: &random))
        guard let timer = due, timer <= next else {
          now = next
          if Bool.random(using: &random) {
            keepalive.read(at: now)
            lastRead = now
            if pinged != nil { keepalive.answered() }
            pinged = nil
          } else {
            activity.calls = Int.random(in: 0...2, using: &random)
            if activity.calls > 0 { activity.opened += 1 }
            if due == nil, activity.calls > 0 { due = now }
          }
          continue
        }
        now = timer
        switch keepalive.timerFired(at: now, activity) {
        case .wait(let until):
          try #require(until > now)
          due = until
        case .ping(let until):
          try #require(pinged == nil, "one ping at a time")
          try #require(now - lastRead >= .seconds(30), "never while the server is talking")
          pinged = now
          due = until
        case .sleep: due = nil
        case .close:
          let sent = try #require(pinged)
          try #require(now - sent == .seconds(timeout) && lastRead <= sent)
          due = nil
        }
        if due == nil, pinged != nil { break }
      }
    }
  }
}

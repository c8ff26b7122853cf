import Naming
import Testing

@testable import Kubernetes

@Suite("List and watch, step by step")
struct WatchSessionTests {
  private typealias Session = WatchSession<String>

  private var session = Session(firstPause: .milliseconds(800), seed: 1)

  private func failure(
    _ kind: KubernetesError.Kind, retryAfter: Duration? = nil
  ) -> APIFailure {
    APIFailure(
      error: KubernetesError(kind, tried: "to watch", cameBack: "no"), retryAfter: retryAfter)
  }

  private mutating func listed(at version: String = "5") {
    _ = session.handle(.listed(["a"], version: version))
  }

  private func version(_ step: Session.Step) -> String? {
    if case .watch(let version, _) = step { version } else { nil }
  }

  private func waiting(_ step: Session.Step) -> Duration? {
    if case .wait(let duration) = step { duration } else { nil }
  }

  @Test("first a list, then a watch from its version, of five to ten minutes")
  mutating func beginning() {
    #expect(session.first == .list)
    let output = session.handle(.listed(["a", "b"], version: "7"))
    #expect(output.event == .change(.listed(["a", "b"])))
    guard case .watch("7", let seconds) = output.step else {
      Issue.record("\(output)")
      return
    }
    #expect((300...600).contains(seconds))
  }

  @Test("events are told and move the version, bookmarks only move it")
  mutating func events() {
    listed()
    #expect(session.handle(.applied("b", version: "6")).event == .change(.applied("b")))
    let deleted = session.handle(.deleted("b", version: "7"))
    #expect(deleted.event == .change(.deleted("b")))
    #expect(deleted.step == .read)
    let bookmark = session.handle(.bookmark(version: "9"))
    #expect(bookmark.event == nil)
    #expect(bookmark.step == .read)
    #expect(version(session.handle(.ended(after: .seconds(2))).step) == "9")
  }

  @Test("a watch that ends in order goes on at once, one that ends before it began waits")
  mutating func endings() {
    listed()
    #expect(version(session.handle(.ended(after: .seconds(400))).step) == "5")
    let early = session.handle(.ended(after: .milliseconds(5)))
    #expect(early.event == nil)
    #expect(waiting(early.step) != nil)
    #expect(version(session.handle(.waited).step) == "5")
  }

  @Test("a connection that breaks: told, and from the last version after a pause")
  mutating func broken() {
    listed()
    _ = session.handle(.applied("b", version: "6"))
    let output = session.handle(.broken(failure(.unreachable)))
    #expect(output.event == .interrupted(failure(.unreachable).error))
    #expect(waiting(output.step) != nil)
    #expect(version(session.handle(.waited).step) == "6")
  }

  @Test("410 as an ERROR event and as a status: a list at once, without a word")
  mutating func gone() {
    for input in [Session.Input.failed(failure(.gone)), .broken(failure(.gone))] {
      listed()
      _ = session.handle(.bookmark(version: "6"))
      let output = session.handle(input)
      #expect(output.event == nil)
      #expect(output.step == .list)
    }
  }

  @Test("410 straight after a list waits, or server and client would spin")
  mutating func goneAtOnce() {
    listed()
    let output = session.handle(.failed(failure(.gone)))
    #expect(output.event != nil)
    #expect(waiting(output.step) != nil)
    #expect(session.handle(.waited).step == .list)
  }

  @Test("other ERROR events, and lines that are none: a pause and a list")
  mutating func errors() {
    for input in [
      Session.Input.failed(failure(.serverError)), .unreadable(failure(.notKubernetes)),
      .broken(failure(.serverError)), .broken(failure(.notFound)),
    ] {
      listed()
      let output = session.handle(input)
      #expect(output.event != nil)
      #expect(waiting(output.step) != nil)
      #expect(session.handle(.waited).step == .list)
    }
  }

  @Test("a watch that is not permitted is tried again without a list")
  mutating func forbidden() {
    listed()
    _ = session.handle(.broken(failure(.forbidden)))
    #expect(version(session.handle(.waited).step) == "5")
  }

  @Test("pauses double up to half a minute, and begin anew after an event")
  mutating func pauses() throws {
    var expected = Duration.milliseconds(800)
    for _ in 0..<10 {
      let pause = try #require(waiting(session.handle(.listFailed(failure(.unreachable))).step))
      #expect(pause >= expected * 0.75 && pause <= expected * 1.25)
      #expect(session.handle(.waited).step == .list)
      expected = min(expected * 2, .seconds(30))
    }
    listed()
    _ = session.handle(.bookmark(version: "6"))
    let pause = try #require(waiting(session.handle(.broken(failure(.unreachable))).step))
    #expect(pause <= .seconds(1))
  }

  @Test("a list does not make pauses short again: the watch after it may fail each time")
  mutating func listsDoNotReset() throws {
    var last = Duration.zero
    for _ in 0..<4 {
      listed()
      let pause = try #require(waiting(session.handle(.failed(failure(.serverError))).step))
      #expect(pause > last)
      last = pause
      _ = session.handle(.waited)
    }
  }

  @Test("a server that asks for more time gets it, though not for ever")
  mutating func retryAfter() {
    listed()
    let asked = session.handle(.broken(failure(.rateLimited, retryAfter: .seconds(17))))
    #expect(waiting(asked.step) == .seconds(17))
    let rude = session.handle(.broken(failure(.rateLimited, retryAfter: .seconds(86_400))))
    #expect(waiting(rude.step) == .seconds(300))
  }
}

@Suite("Lines out of a stream of bytes")
struct LineSplitterTests {
  @Test("the same lines however the bytes arrive")
  func splits() throws {
    let text = Array("one\n\ntwo\nthree".utf8)
    for first in 0...text.count {
      for second in first...text.count {
        var splitter = LineSplitter(limit: 5)
        var lines: [String] = []
        for part in [text[..<first], text[first..<second], text[second...]] {
          splitter.append(Array(part))
          while let line = try splitter.next() {
            lines.append(String(decoding: line, as: UTF8.self))
          }
        }
        #expect(lines == ["one", "two"])
      }
    }
  }

  @Test("a line that is too long ends it, complete or not")
  func limit() throws {
    for text in ["123456", "123456\n", "1\n123456"] {
      var splitter = LineSplitter(limit: 5)
      splitter.append(Array(text.utf8))
      #expect(throws: LineSplitter.TooLong.self) { while try splitter.next() != nil {} }
    }
  }
}

import HTTP2
import Testing

@Suite("Connection preface (RFC 9113 §3.4)")
struct PrefaceTests {
  @Test("Preface, SETTINGS and WINDOW_UPDATE are there at once")
  func output() {
    var settings = ClientSettings()
    settings.headerTableSize = 1_000
    settings.initialWindowSize = 100_000
    settings.maxFrameSize = 20_000
    settings.maxHeaderListSize = 9_000
    settings.connectionWindow = 65_535 + 5
    let client = Client(settings, server: nil)
    let bytes = client.connection.drainOutput { Array($0) }
    #expect(bytes.starts(with: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
    #expect(
      Frame.parse(Array(bytes.dropFirst(24))) == [
        .settings([1: 1_000, 2: 0, 4: 100_000, 5: 20_000, 6: 9_000]), .windowUpdate(0, 5),
      ])
  }

  @Test("What equals the defaults is not announced")
  func defaults() {
    var settings = ClientSettings()
    settings.connectionWindow = 65_535
    #expect(Client(settings, server: nil).sent() == [.settings([2: 0, 6: 16_384])])
  }

  @Test("No stream before the server's SETTINGS; then ready, and an acknowledgement")
  func ready() {
    let client = Client(server: nil)
    _ = client.sent()
    #expect(!client.canOpen)
    #expect(client.open() == nil)
    client.receive(.settings([3: 10]))
    #expect(client.events() == [.ready])
    #expect(client.sent() == [.settingsAck])
    #expect(client.canOpen)
    #expect(client.peerMaxConcurrentStreams == 10)
  }

  @Test(
    "Anything but SETTINGS first is an error that says what it looks like",
    arguments: [
      ("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.x"),
      ("\u{15}\u{03}\u{03}\0\u{2}\u{2}F\0\0", "TLS alert"),
      ("SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-O"),
      ("\u{1b}[2J\u{1b}[2J\u{1b}[2J", "\\x1b[2J\\x1b[2J\\x1b"),
    ])
  func otherProtocols(text: String, message: String) {
    let client = Client(server: nil)
    client.receive(Array(text.utf8))
    guard case .failed(let error) = client.events().first else {
      Issue.record("no failure")
      return
    }
    #expect(error.code == .protocolError)
    #expect(error.message.contains(message))
    #expect(error.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f })
  }

  @Test(
    "Frames that may not come first",
    arguments: [
      Frame.settingsAck, .ping([0, 0, 0, 0, 0, 0, 0, 0]), .goAway(0, 0), .windowUpdate(0, 1),
      Frame(type: 4, stream: 1), Frame(type: 0xfe),
    ])
  func otherFrames(_ frame: Frame) {
    let client = Client(server: nil)
    client.receive(frame)
    guard case .failed(let error)? = client.events().first else {
      Issue.record("no failure")
      return
    }
    #expect(error.code == .protocolError)
  }

  @Test("A few bytes and the end: a TLS alert is named, an empty connection is not a failure")
  func closedEarly() {
    let alert = Client(server: nil)
    alert.receive([0x15, 3, 3, 0, 2, 2, 0x46])
    #expect(alert.events().isEmpty)
    alert.connection.connectionClosed()
    guard case .failed(let error)? = alert.events().first else {
      Issue.record("no failure")
      return
    }
    #expect(error.message.contains("TLS"))

    let empty = Client(server: nil)
    empty.connection.connectionClosed()
    #expect(empty.events().isEmpty)
    #expect(empty.isDraining)
  }
}

import Lab
import NIOCore
import NIOPosix
import Naming
import Testing

@Suite("The lab's DNS server, asked with bytes over loopback", .timeLimit(.minutes(1)))
struct DNSServerTests {
  /// The bytes of a question: id 0x1234, RD, class IN; with an OPT record where a size is given.
  static func question(_ name: String, type: UInt16, payloadSize: UInt16? = nil) -> [UInt8] {
    var bytes: [UInt8] = [0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, payloadSize == nil ? 0 : 1]
    for label in name.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + label.utf8 }
    bytes += [0, UInt8(type >> 8), UInt8(type & 255), 0, 1]
    if let payloadSize {
      bytes += [0, 0, 41, UInt8(payloadSize >> 8), UInt8(payloadSize & 255), 0, 0, 0, 0, 0, 0]
    }
    return bytes
  }

  /// What a test looks at in an answer.
  struct Header: Equatable {
    var id: UInt16
    var truncated: Bool
    var code: UInt8
    var answers: Int

    init(_ bytes: [UInt8]) throws {
      try #require(bytes.count >= 12)
      id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
      truncated = bytes[2] & 2 != 0
      code = bytes[3] & 15
      answers = Int(bytes[6]) << 8 | Int(bytes[7])
    }

    init(code: UInt8, answers: Int, truncated: Bool = false) {
      id = 0x1234
      self.truncated = truncated
      self.code = code
      self.answers = answers
    }
  }

  private static func withServer(
    _ zone: DNSZone, _ body: (DNSServer) async throws -> Void
  ) async throws {
    let server = try await DNSServer.start(zone: zone, group: MultiThreadedEventLoopGroup.singleton)
    do {
      try await body(server)
    } catch {
      try await server.stop()
      throw error
    }
    try await server.stop()
  }

  private static func askUDP(_ port: Int, _ bytes: [UInt8]) async throws -> [UInt8] {
    let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
            wrappingChannelSynchronously: channel)
        }
      }
    let server = try SocketAddress(ipAddress: "127.0.0.1", port: port)
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(
        AddressedEnvelope(remoteAddress: server, data: ByteBuffer(bytes: bytes)))
      for try await answer in inbound { return Array(answer.data.readableBytesView) }
      return []
    }
  }

  /// Sends all at once and reads as many answers, or as told.
  private static func askTCP(
    _ port: Int, _ questions: [[UInt8]], expecting count: Int? = nil
  ) async throws -> [[UInt8]] {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      for bytes in questions {
        try await outbound.write(
          ByteBuffer(bytes: [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes))
      }
      var received = ByteBuffer()
      var answers: [[UInt8]] = []
      for try await part in inbound {
        received.writeImmutableBuffer(part)
        while let length = received.getInteger(at: received.readerIndex, as: UInt16.self),
          received.readableBytes >= 2 + Int(length)
        {
          received.moveReaderIndex(forwardBy: 2)
          answers.append(received.readBytes(length: Int(length)) ?? [])
        }
        if answers.count == count ?? questions.count { break }
      }
      return answers
    }
  }

  private static func pods(_ count: UInt32) -> [IPAddress] {
    (0..<count).map { IPAddress.v4(0x0A00_0001).advanced(by: $0) }
  }

  @Test("repeats the question with its letter case and points the answers at it")
  func echoesQuestion() async throws {
    let zone = DNSZone()
    zone.setAddresses("Pods.Example.", [IPAddress.v4(0x0A00_0005)], ttl: 7)
    try await Self.withServer(zone) { server async throws in
      let question = Self.question("pOdS.eXample", type: 1)
      let answer = try await Self.askUDP(server.port, question)
      #expect(try Header(answer) == Header(code: 0, answers: 1))
      let asked = Array(question[12...])
      #expect(Array(answer[12..<(12 + asked.count)]) == asked)
      #expect(
        Array(answer[(12 + asked.count)...]) == [
          0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 7, 0, 4, 10, 0, 0, 5,
        ])
      #expect(zone.queryCounts == [DNSZone.Query("pods.example", .a): 1])
    }
  }

  @Test("truncates at 512 bytes, or at the size the client announces, and is whole over TCP")
  func truncates() async throws {
    let zone = DNSZone()
    zone.setAddresses("a.b", Self.pods(40))
    zone.setAddresses("many.b", Self.pods(1000))
    try await Self.withServer(zone) { server async throws in
      let plain = try await Self.askUDP(server.port, Self.question("a.b", type: 1))
      #expect(try Header(plain) == Header(code: 0, answers: 0, truncated: true))
      #expect(plain.count <= 512)
      let large = try await Self.askUDP(
        server.port, Self.question("a.b", type: 1, payloadSize: 1232))
      #expect(try Header(large) == Header(code: 0, answers: 40))
      let small = try await Self.askUDP(
        server.port, Self.question("a.b", type: 1, payloadSize: 600))
      #expect(try Header(small).truncated)
      let many = Self.question("many.b", type: 1)
      let answers = try await Self.askTCP(server.port, [many, many, Self.question("a.b", type: 1)])
      #expect(try answers.map { try Header($0).answers } == [1000, 1000, 40])
      // 16 bytes for each compressed record.
      #expect(answers[0].count == 12 + 12 + 16_000)
      #expect(zone.queryCounts[DNSZone.Query("many.b", .a, .tcp)] == 2)
    }
  }

  static let faults: [(DNSZone.Fault?, Header)] = [
    (nil, Header(code: 0, answers: 1)),
    (.nameError, Header(code: 3, answers: 0)),
    (.empty, Header(code: 0, answers: 0)),
    (.serverFailure, Header(code: 2, answers: 0)),
    (.refused, Header(code: 5, answers: 0)),
    (.onlyOverTCP, Header(code: 0, answers: 0, truncated: true)),
  ]

  @Test("misbehaves as told, per name and type", arguments: faults)
  func misbehaves(fault: DNSZone.Fault?, expected: Header) async throws {
    let zone = DNSZone()
    zone.setAddresses("a.b", Self.pods(1))
    zone.setRecords("a.b", .txt, [.txt(["x"])])
    zone.setFault(fault, for: "a.b")
    zone.setFault(.refused, for: "a.b", type: .txt)
    try await Self.withServer(zone) { server async throws in
      let answer = try await Self.askUDP(server.port, Self.question("a.b", type: 1))
      #expect(try Header(answer) == expected)
      let text = try await Self.askUDP(server.port, Self.question("a.b", type: 16))
      #expect(try Header(text) == Header(code: 5, answers: 0))
      zone.setFault(nil, for: "a.b", type: .txt)
      zone.setFault(nil, for: "a.b")
      let healed = try await Self.askUDP(server.port, Self.question("a.b", type: 16))
      #expect(try Header(healed) == Header(code: 0, answers: 1))
    }
  }

  @Test("answers with another id, or with bytes that are no message")
  func damages() async throws {
    let zone = DNSZone()
    zone.setAddresses("wrong.b", Self.pods(1))
    zone.setFault(.wrongID, for: "wrong.b")
    zone.setFault(.garbage, for: "garbage.b")
    try await Self.withServer(zone) { server async throws in
      let wrong = try await Self.askUDP(server.port, Self.question("wrong.b", type: 1))
      #expect(try Header(wrong).id != 0x1234)
      #expect(try Header(wrong).answers == 1)
      let garbage = try await Self.askUDP(server.port, Self.question("garbage.b", type: 1))
      #expect(try Header(garbage).id == 0x1234)
      #expect(garbage[12...].allSatisfy { $0 == 0xFF })
    }
  }

  @Test("tells names that do not exist from names without such records, and follows changes")
  func negatives() async throws {
    let zone = DNSZone(origin: "cluster.local")
    zone.setAddresses("a.svc.cluster.local", Self.pods(1))
    try await Self.withServer(zone) { server async throws in
      func ask(_ name: String, _ type: UInt16) async throws -> Header {
        try Header(await Self.askUDP(server.port, Self.question(name, type: type)))
      }
      #expect(try await ask("a.svc.cluster.local", 33) == Header(code: 0, answers: 0))
      #expect(try await ask("svc.cluster.local", 1) == Header(code: 0, answers: 0))
      #expect(try await ask("b.svc.cluster.local", 1) == Header(code: 3, answers: 0))
      zone.setAddresses("b.svc.cluster.local", Self.pods(3))
      #expect(try await ask("b.svc.cluster.local", 1) == Header(code: 0, answers: 3))
      zone.remove("b.svc.cluster.local")
      #expect(try await ask("b.svc.cluster.local", 1) == Header(code: 3, answers: 0))
    }
  }

  @Test("answers malformed and unusual questions with the code for it, and answers not at all")
  func malformed() async throws {
    let zone = DNSZone()
    zone.setAddresses("a.b", Self.pods(1))
    try await Self.withServer(zone) { server async throws in
      let good = Self.question("a.b", type: 1)
      func code(_ bytes: [UInt8]) async throws -> UInt8 {
        try Header(await Self.askUDP(server.port, bytes)).code
      }
      #expect(try await code(good.dropLast(3)) == 1)
      #expect(try await code(good.enumerated().map { $0 == 5 ? 2 : $1 }) == 1)
      #expect(try await code(good.enumerated().map { $0 == 2 ? 0x10 : $1 }) == 4)
      #expect(try await code(good.enumerated().map { $0 == good.count - 1 ? 3 : $1 }) == 5)
      // Of an answer and a question on one stream only the question is answered.
      let answer = good.enumerated().map { $0 == 2 ? 0x81 : $1 }
      let answers = try await Self.askTCP(server.port, [answer, good], expecting: 1)
      #expect(try answers.map { try Header($0) } == [Header(code: 0, answers: 1)])
    }
  }

  @Test("keeps, rotates or shuffles the order of the records")
  func orders() async throws {
    func firsts(_ order: DNSZone.Order) async throws -> [UInt8] {
      let zone = DNSZone(order: order)
      zone.setAddresses("a.b", Self.pods(4))
      var firsts: [UInt8] = []
      try await Self.withServer(zone) { server async throws in
        for _ in 0..<8 {
          let answer = try await Self.askUDP(server.port, Self.question("a.b", type: 1))
          // The last byte of the first record's address.
          firsts.append(answer[12 + 9 + 15])
        }
      }
      return firsts
    }
    #expect(try await firsts(.fixed) == [1, 1, 1, 1, 1, 1, 1, 1])
    #expect(try await firsts(.rotated) == [1, 2, 3, 4, 1, 2, 3, 4])
    let shuffled = try await firsts(.shuffled(seed: 1))
    #expect(Set(shuffled).count > 1)
    #expect(try await firsts(.shuffled(seed: 1)) == shuffled)
  }
}

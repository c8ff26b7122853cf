import Foundation
import Naming
import Testing

@testable import HTTP2

@Suite(
  "Oracle: hpack and h2 from PyPI", .enabled(if: Python.interpreter != nil),
  .timeLimit(.minutes(5)))
struct OracleTests {
  private func randomFields(_ random: inout SplitMix64, upTo count: Int) -> [HeaderField] {
    (0..<Int.random(in: 0...count, using: &random)).map { _ in
      let known = [":method", ":path", "content-type", "grpc-status", "date", "x-pod"]
      let name =
        random.oneIn(3)
        ? Array("n\(Int.random(in: 0..<50, using: &random))".utf8)
        : Array((known.randomElement(using: &random) ?? "").utf8)
      let value = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        random.oneIn(4)
          ? UInt8.random(in: .min ... .max, using: &random)
          : UInt8.random(in: 0x61...0x66, using: &random)
      }
      return HeaderField(
        name: name, value: random.oneIn(2) ? value : Array(value.prefix(1)),
        neverIndexed: random.oneIn(6))
    }
  }

  private func words(_ fields: [HeaderField]) -> String {
    func hex(_ bytes: [UInt8]) -> String {
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
    return fields.map { ($0.neverIndexed ? "!" : "") + hex($0.name) + ":" + hex($0.value) }
      .joined(separator: " ")
  }

  @Test("What hpack encodes decodes to the same fields here")
  func decoder() throws {
    let python = try Python(script: "hpack_oracle.py")
    var random = SplitMix64(seed: 10)
    let decoder = FullDecoder()
    var size = 4_096
    for _ in 0..<3_000 {
      if random.oneIn(30) { size = Int.random(in: 0...4_096, using: &random) }
      let fields = randomFields(&random, upTo: 10)
      let block = try python.ask(line: "encode \(size) \(words(fields))")
      let decoded = try decoder.decode(hexBytes(block))
      #expect(decoded.map(\.name) == fields.map(\.name))
      #expect(decoded.map(\.value) == fields.map(\.value))
      // hpack sends even such a field as an index when a table happens to have it.
      #expect(zip(decoded, fields).allSatisfy { !$0.neverIndexed || $1.neverIndexed })
    }
  }

  @Test("What we encode decodes to the same fields in hpack")
  func encoder() throws {
    let python = try Python(script: "hpack_oracle.py")
    var random = SplitMix64(seed: 11)
    var encoder = HeaderEncoder()
    let templates = (0..<100).map { _ in
      RequestTemplate(fields: randomFields(&random, upTo: 12), body: [])
    }
    for _ in 0..<3_000 {
      if random.oneIn(50) {
        let size = Int.random(in: 0...8_192, using: &random)
        encoder.peerTableSize(size)
        _ = try python.ask(line: "limit \(size)")
      }
      let template = try #require(templates.randomElement(using: &random))
      var block: [UInt8] = []
      encoder.encode(template, into: &block)
      let hex = block.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      #expect(try python.ask(line: "decode \(hex)") == words(template.fields))
    }
  }

  @Test("A long conversation with h2 as the server", arguments: 0..<10)
  func conversation(seed: Int) throws {
    let python = try Python(script: "h2_oracle.py", String(seed))
    var random = SplitMix64(seed: UInt64(seed))
    let bodies = (0..<20).map { _ in
      random.oneIn(2) ? 5 : Int.random(in: 0...30_000, using: &random)
    }
    let requests = bodies.enumerated().map { RequestTemplate.post($1, path: "/\($0)") }
    var settings = ClientSettings()
    settings.headerTableSize = [4_096, 0, 300][seed % 3]
    settings.initialWindowSize = [65_535, 3_000][seed % 2]
    settings.connectionWindow = 65_535
    let client = Client(settings, watch: [["x-digest"], ["grpc-status"]], server: nil)
    var digests: Set<UInt32> = []
    var opened = 0
    var cancelled = 0
    var ended = 0
    var live: Set<UInt32> = []
    var rounds = 0
    while opened < 500 || !live.isEmpty {
      rounds += 1
      try #require(rounds < 20_000, "the conversation does not end")
      if opened < 500 {
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          let request = try #require(requests.randomElement(using: &random))
          guard let stream = client.open(request) else { break }
          live.insert(stream)
          opened += 1
        }
        if random.oneIn(20), let stream = live.sorted().randomElement(using: &random) {
          client.connection.cancel(stream)
          live.remove(stream)
          cancelled += 1
        }
        if random.oneIn(20) { client.connection.ping(UInt64(rounds)) }
      }
      let bytes = client.connection.drainOutput { Array($0) }
      var answer = try python.ask(chunk: bytes)[...]
      while !answer.isEmpty {
        let count = Int.random(in: 1...answer.count, using: &random)
        client.receive(Array(answer.prefix(count)))
        answer = answer.dropFirst(count)
      }
      for event in client.events() {
        switch event {
        case .streamEnded(let end):
          #expect(live.remove(end.stream) != nil)
          ended += 1
          if end.ending == .refused { continue }
          #expect(end.ending == .endStreamHeaders)
          #expect(end.status == 200)
          digests.insert(end.notes[0])
        case .failed(let error): Issue.record("we complain: \(error)")
        default: break
        }
      }
    }
    #expect(ended + cancelled == opened)
    // Twenty requests, so at most twenty digests: nothing was mangled on the way.
    #expect(digests.count <= requests.count && digests.count > requests.count / 2)
    #expect(!digests.contains(ValuePool.absent) && !digests.contains(ValuePool.overflow))
  }
}

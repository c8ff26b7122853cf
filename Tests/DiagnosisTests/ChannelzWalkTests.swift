import Naming
import Protobuf
import Testing

@testable import Diagnosis
@testable import Transport

@Suite("What channelz says of a connection")
struct ChannelzWalkTests {
  private typealias Ends = (local: String, remote: String)

  /// Plays a walk against servers that take turns, call by call.
  private func walk(
    _ servers: [[Int64: Ends]], local: String = "10.0.9.9:4000", limit: Int = 500
  ) throws -> ChannelzWalk.Outcome? {
    var walk = ChannelzWalk(local: try address(local))
    var calls = [ChannelzWalk.first]
    var count = 0
    while !calls.isEmpty, count < limit {
      let call = calls.removeFirst()
      let result = try answer(call, servers[count % servers.count])
      count += 1
      switch walk.received(result, to: call) {
      case .calls(let more): calls += more
      case .wait: break
      case .done(let outcome): return outcome
      }
    }
    return nil
  }

  private func address(_ text: String) throws -> TransportAddress {
    let parts = text.split(separator: ":")
    return .ip(
      try #require(IPAddress(String(parts[0]))), port: try #require(UInt16(parts[1])))
  }

  private func answer(
    _ call: ChannelzWalk.Call, _ sockets: [Int64: Ends]
  ) throws -> ProbeResult {
    let json: String
    let name: String
    switch call {
    case .servers:
      name = "GetServers"
      json = #"{"server": [{"ref": {"serverId": 7}}], "end": true}"#
    case .sockets(let server, let start):
      name = "GetServerSockets"
      guard server == 7 else { return .failure(.status(5)) }
      // Two on a page.
      let ids = sockets.keys.filter { $0 >= start }.sorted()
      let page = ids.prefix(2).map { #"{"socketId": \#($0)}"# }.joined(separator: ",")
      json = #"{"socketRef": [\#(page)], "end": \#(ids.count <= 2)}"#
    case .socket(let id), .again(let id):
      name = "GetSocket"
      guard let ends = sockets[id] else { return .failure(.status(5)) }
      json = #"{"socket": {"local": \#(try end(ends.local)), "remote": \#(try end(ends.remote))}}"#
    }
    let method = try Schema.builtIn.method(named: "grpc.channelz.v1.Channelz/\(name)")
    return .success([try DynamicMessage(method.output, json: json).encoded()])
  }

  /// As IPv4 in IPv6's clothes, which a dual-stack listener reports.
  private func end(_ text: String) throws -> String {
    guard case .ip(.v4(let ip), let port) = try address(text) else { return "{}" }
    let bytes: [UInt8] =
      Array(repeating: 0, count: 10) + [255, 255]
      + [UInt8(ip >> 24), UInt8(ip >> 16 & 255), UInt8(ip >> 8 & 255), UInt8(ip & 255)]
    let type = try #require(
      Schema.builtIn.message(named: "grpc.channelz.v1.Address.TcpIpAddress"))
    var message = DynamicMessage(type)
    try message.set("ip_address", to: .bytes(bytes))
    try message.set("port", to: .integer(Int64(port)))
    return #"{"tcpipAddress": \#(message.json())}"#
  }

  @Test("the socket whose remote end is ours is the other end, wherever it stands")
  func certain() throws {
    var sockets: [Int64: Ends] = [:]
    for id in 1...20 as ClosedRange<Int64> { sockets[id] = ("10.0.0.5:50051", "10.0.8.\(id):9") }
    sockets[3] = ("10.0.0.5:50051", "10.0.9.9:4000")
    #expect(
      try walk([sockets]) == .pod(try address("10.0.0.5:50051"), isCertain: true))
  }

  @Test("behind source NAT one local address is likely the pod's; loopback does not count")
  func likely() throws {
    let sockets: [Int64: Ends] = [
      1: ("10.0.0.5:50051", "10.0.1.1:7"), 2: ("127.0.0.1:50051", "127.0.0.1:8"),
      3: ("10.0.0.5:50051", "10.0.1.1:9"),
    ]
    #expect(
      try walk([sockets]) == .pod(try address("10.0.0.5:50051"), isCertain: false))
    #expect(
      try walk([[1: ("10.0.0.5:1", "10.0.1.1:7"), 2: ("10.0.0.6:1", "10.0.1.1:7")]]) == .ambiguous)
    #expect(try walk([[:]]) == .ambiguous)
  }

  @Test("servers that take turns are told from one")
  func several() throws {
    let one: [Int64: Ends] = [1: ("10.0.0.5:1", "10.0.1.1:7"), 2: ("10.0.0.5:1", "10.0.1.1:8")]
    let other: [Int64: Ends] = [1: ("10.0.0.6:1", "10.0.1.1:7"), 2: ("10.0.0.6:1", "10.0.1.1:8")]
    let pods = Set([try address("10.0.0.5:1"), try address("10.0.0.6:1")])
    #expect(try walk([one, other]) == .several(pods))
    #expect(try walk([one, [:]]) == .ambiguous)
    // Each has numbers of its own.
    let third: [Int64: Ends] = [9: ("10.0.0.7:1", "10.0.1.1:7")]
    #expect(
      try walk([one, other, third]) == .several(pods.union([try address("10.0.0.7:1")])))
  }

  @Test("pages that go back, failures and silence end the walk")
  func bounds() throws {
    var walk = ChannelzWalk(local: nil)
    _ = walk.received(try answer(.servers(from: 0), [:]), to: .servers(from: 0))
    let back = try answer(.sockets(server: 7, from: 0), [1: ("10.0.0.1:1", "10.0.0.2:2")])
    #expect(
      walk.received(back, to: .sockets(server: 7, from: 5))
        == .done(.implausible("sockets out of order")))
    for (failure, outcome) in [
      (ProbeFailure.deadline, ChannelzWalk.Outcome.silent),
      (.status(12), .refused(.status(12))), (.lost, .refused(.lost)),
      (.malformed, .implausible("an answer that cannot be read")),
    ] {
      var walk = ChannelzWalk(local: nil)
      #expect(walk.received(.failure(failure), to: ChannelzWalk.first) == .done(outcome))
    }
  }

  @Test("messages are taken apart only where they are whole")
  func framing() {
    #expect(messages(inBody: []) == [])
    #expect(messages(inBody: [0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0]) == [[7], []])
    #expect(messages(inBody: [0, 0, 0, 0, 2, 7]) == nil)
    #expect(messages(inBody: [1, 0, 0, 0, 0]) == nil)
    #expect(messages(inBody: [0, 255, 255, 255, 255]) == nil)
  }
}
